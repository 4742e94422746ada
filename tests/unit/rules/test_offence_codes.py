"""The office's table of offence codes: what a file may state, and whose title an offence has."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.courts.reading import read_court_result
from domain.courts.results import Doubt
from domain.errors import InvalidInputError
from domain.ids import ForceCode
from domain.people.convictions import ConvictedOffence, Conviction, Court
from domain.people.partial_dates import PartialDate
from domain.people.people import ArrestReport, Offence
from rules.courts.judging import form_doubts
from rules.courts.tables import court_tables
from rules.offence_codes import COLUMNS, NO_TABLE, OffenceTable, read_offences, titled
from tests.court_messages import Said, Told

HEAD = ",".join(COLUMNS)
SHOP = """TH68010,Theft from a shop,B7,yes,1969-01-01,2026-06-30,Codes of 2026
TH68010,"Theft, shop or stall",B7,no,2026-07-01,,Codes of 2026"""


def table(*lines: str) -> OffenceTable:
    return OffenceTable(1, read_offences("\n".join([HEAD, *lines]).encode()))


def faults(content: str | bytes) -> list[str]:
    with pytest.raises(InvalidInputError) as refused:
        read_offences(content if isinstance(content, bytes) else content.encode())
    return refused.value.detail.split("\n")


def test_a_code_has_the_title_of_the_day() -> None:
    held = table(SHOP)
    days = [date(1968, 12, 31), date(1969, 1, 1), date(2026, 6, 30), date(2026, 7, 1)]
    told = [held.title("TH68010", day, "as recorded") for day in days]
    first, second = "Theft from a shop", "Theft, shop or stall"
    assert told == ["as recorded", first, first, second]
    assert held.title("TH68010A", days[1], "x") == first, "a letter at the end is a qualifier"
    assert held.title("TH68011", days[1], "as recorded") == "as recorded"
    assert held.title("TH68010", None, "as recorded") == "as recorded"


def test_json_states_the_same_as_csv() -> None:
    rows = [
        dict(zip(COLUMNS, line, strict=True))
        for line in (
            ("TH68010", "Theft from a shop", "B7", True, "1969-01-01", "2026-06-30", "S"),
            ("TH68010", "Other", "", None, "2026-07-01", None, ""),
        )
    ]
    as_csv = table(
        "TH68010,Theft from a shop,B7,yes,1969-01-01,2026-06-30,S",
        "TH68010,Other,,,2026-07-01,,",
    )
    assert read_offences(json.dumps(rows).encode()) == as_csv.rows


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("th68010,T,,,,,", "the code must be"),
        ("TH6,T,,,,,", "the code must be"),
        ("TH68010,,,,,,", "the title is missing"),
        (f"TH68010,{'T' * 401},,,,,", "the title is missing, or a text has more than"),
        ("TH68010,T\u0007,,,,,", "not plain text"),
        ("TH68010,T\u3164,,,,,", "not plain text"),
        ("TH68010,T,c*,,,,", "the category must be"),
        ("TH68010,T,,perhaps,,,", "recordable must be"),
        ("TH68010,T,,,2026-02-30,,", "valid_from must be a real date"),
        ("TH68010,T,,,,tomorrow,", "valid_to must be a real date"),
        ("TH68010,T,,,2026-02-02,2026-02-01,", "valid_to is before valid_from"),
        ("TH68010,T", "the number of columns differs"),
        ("TH68010,T,,,,,,more", "the number of columns differs"),
        ("TH68011,Again,,,2020-01-01,,", "its days overlap with those of 2"),
    ],
)
def test_each_fault_is_told_by_its_line(line: str, fault: str) -> None:
    good = "TH68011,Theft,,,,,"
    first, *told = faults("\n".join([HEAD, good, "TH68012,Theft,,,,,", line]))
    assert first == "Nothing was installed."
    assert [one.startswith("Line 4: ") and fault in one for one in told] == [True]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"\xff\xfe", "not text in UTF-8"),
        ("", "The columns can be code"),
        ("code\nTH68010", "The columns can be code"),
        ("code,title,colour\nTH68010,T,red", "The columns can be code"),
        ("code,title,title\nTH68010,T,T", "The columns can be code"),
        (HEAD, "no row"),
        (HEAD + '\n"TH68010', "Line 2 is not CSV"),
        ("[", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"rows": []}', "must be a list"),
        ("[1]", "must be a list"),
        ('[{"code": "TH68010"}]', "Row 1: The columns can be"),
        ('[{"code": "TH68010", "title": 5}]', "Row 1: a value is not plain text"),
        ('[{"code": "TH68010", "title": null}]', "Row 1: the title is missing"),
    ],
)
def test_a_file_of_another_form_is_refused(content: str | bytes, fault: str) -> None:
    assert any(fault in one for one in faults(content))


def test_many_faults_are_counted_and_not_all_told() -> None:
    told = faults("\n".join([HEAD, *(f"x{n},T,,,,," for n in range(100))]))
    assert len(told) == 22
    assert told[-1] == "There are 80 more faults."


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        assert read_offences(content)
    except InvalidInputError:
        return


_DAYS = st.dates(date(2020, 1, 1), date(2020, 2, 10))


@given(st.lists(st.tuples(_DAYS, _DAYS).map(sorted), min_size=1, max_size=5))
def test_a_file_is_refused_exactly_when_two_rows_apply_on_one_day(
    periods: list[list[date]],
) -> None:
    days = [
        {date.fromordinal(n) for n in range(a.toordinal(), b.toordinal() + 1)} for a, b in periods
    ]
    meets = sum(map(len, days)) != len(set().union(*days))
    lines = (f"TH68010,T{n},,,{a},{b}," for n, (a, b) in enumerate(periods))
    content = "\n".join([HEAD, *lines]).encode()
    if not meets:
        held = OffenceTable(1, read_offences(content))
        assert all(held.title("TH68010", a, "") == f"T{n}" for n, (a, _) in enumerate(periods))
        return
    with pytest.raises(InvalidInputError, match="overlap"):
        read_offences(content)


@dataclass(frozen=True)
class Shown:
    """Anything that holds offences somewhere."""

    words: str
    reports: tuple[ArrestReport, ...]
    conviction: Conviction | None = None


def conviction(country: str, began: PartialDate | None) -> Conviction:
    offence = ConvictedOffence("TH68010", "recorded", began_on=began)
    return Conviction(Court("Leeds", country=country), date(2026, 8, 1), (offence,))


def test_offences_are_titled_wherever_they_are_held() -> None:
    arrest = ArrestReport(
        "",
        ForceCode("01"),
        date(2020, 1, 2),
        (Offence("TH68010", "recorded", True, date(2020, 1, 1)),),
    )
    shown = titled(table(SHOP), Shown("recorded", (arrest,), conviction("GBR", None)))
    assert shown.words == "recorded"
    assert shown.reports[0].offences[0].title == "Theft from a shop"
    assert shown.conviction is not None
    assert shown.conviction.offences[0].title == "Theft, shop or stall", "the day of the decision"
    held = Shown("x", (arrest,))
    assert titled(NO_TABLE, held) is held


@pytest.mark.parametrize(
    ("country", "began", "expected"),
    [
        ("GBR", PartialDate(2026, 6, 30), "Theft from a shop"),
        ("GBR", PartialDate(2026, 6, None), "Theft, shop or stall"),
        ("POL", PartialDate(2026, 6, 30), "recorded"),
    ],
)
def test_the_day_of_the_offence_counts_and_only_codes_of_this_country(
    country: str, began: PartialDate, expected: str
) -> None:
    (offence,) = titled(table(SHOP), conviction(country, began)).offences
    assert offence.title == expected


def test_a_court_may_use_a_code_that_the_office_installed() -> None:
    result, _ = read_court_result(Told(offences=(Said(code="ZZ26001"),)).delivered())
    held, on = court_tables(), result.heard_on
    assert Doubt.OFFENCE_UNKNOWN in {
        one.doubt for one in form_doubts(held, result, date(2026, 12, 1))
    }
    known = held.with_office(table("ZZ26001,New offence,CB,yes,,,", "TH68010,T,,no,,,"), on)
    assert Doubt.OFFENCE_UNKNOWN not in {
        one.doubt for one in form_doubts(known, result, date(2026, 12, 1))
    }
    assert (known.is_recordable("ZZ26001"), known.is_breach("ZZ26001")) == (True, True)
    assert (held.is_recordable("TH68010"), known.is_recordable("TH68010")) == (True, False)
    assert known.is_recordable("TH68001") is held.is_recordable("TH68001")
    later = table("ZZ26001,New offence,CB,yes,2030-01-01,,")
    assert held.with_office(later, on).offence("ZZ26001") is None
    assert held.with_office(NO_TABLE, on) is held
