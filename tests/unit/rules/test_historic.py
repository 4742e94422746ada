"""Codes of repealed acts, old courts and old sentences."""

from __future__ import annotations

from datetime import date

import pytest

from domain.people.convictions import SentenceKind
from rules.historic import (
    COURTS,
    DISPOSALS,
    HISTORIC_TABLES,
    OFFENCES,
    Situation,
    historic_table,
    match_form,
)


@pytest.mark.parametrize(
    ("table", "text", "on", "code"),
    [
        (OFFENCES, "Larceny", date(1968, 12, 31), "LA1916.2"),
        (OFFENCES, "Larceny", date(1969, 1, 1), ""),
        (OFFENCES, "Stealing", date(1960, 1, 1), "LA1916.2"),
        (OFFENCES, "Stealing", date(1970, 1, 1), "TH1968.1"),
        (OFFENCES, "A.O.A.B.H.", date(1970, 1, 1), "OA1861.47"),
        (OFFENCES, "Larseny", date(1960, 1, 1), ""),
        (COURTS, "LEEDS Q.S.", date(1971, 12, 31), "HC0003"),
        (COURTS, "Leeds Q.S.", date(1972, 1, 1), ""),
        (COURTS, "Bow Street Magistrates' Court", date(1985, 1, 1), "HC0008"),
        (DISPOSALS, "6 months imprisonment", date(1960, 1, 1), "HD001"),
        (DISPOSALS, "12 mths Impt.", date(1960, 1, 1), "HD001"),
        (DISPOSALS, "Fined £10-10", date(1960, 1, 1), "HD002"),
        (DISPOSALS, "Probation 2 years", date(1960, 1, 1), "HD003"),
        (DISPOSALS, "Borstal Training", date(1983, 5, 24), ""),
    ],
)
def test_a_text_has_the_one_code_in_force_on_the_day(
    table: str, text: str, on: date, code: str
) -> None:
    assert historic_table(table).code_of(text, on) == code


@pytest.mark.parametrize("identifier", HISTORIC_TABLES)
def test_every_text_is_in_match_form_and_no_day_has_two_codes_for_it(identifier: str) -> None:
    table = historic_table(identifier)

    for text, codes in table.texts.items():
        assert text == match_form(text)
        for year in range(1920, 2000):
            on = date(year, 7, 1)
            assert sum(code in table.codes.in_force(on) for code in codes) <= 1


def test_a_disposal_says_what_it_means_to_other_law() -> None:
    table = historic_table(DISPOSALS)

    assert table.meaning("HD001").kind is SentenceKind.CUSTODY
    assert table.meaning("HD008").situation is Situation.NOT_CONVICTED
    assert table.meaning("").situation is Situation.UNKNOWN
