"""Rehabilitation: the published vectors, both readings, each missing fact, and laws."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInputError, OutsideCalendarError
from domain.people.convictions import SentenceKind
from rules.clocks import Length
from rules.rehabilitation.facts import Conviction, Sentence
from rules.rehabilitation.periods import EndKind, Reading
from rules.rehabilitation.record import Answer, Standing, answers

K = SentenceKind
TODAY = date(2026, 11, 26)


def sentence(kind: SentenceKind, length: str = "", **facts: object) -> Sentence:
    stated = Sentence(kind, Length.parse(length) if length else None, is_schedule_18=False)
    return replace(stated, **facts)  # type: ignore[arg-type]


def convicted(on: str, *sentences: Sentence, **facts: object) -> Conviction:
    plain = Conviction(on, date.fromisoformat(on), sentences, was_under_18=False)
    return replace(plain, **facts)  # type: ignore[arg-type]


def ends(*convictions: Conviction, reading: Reading = Reading.STATUTE) -> list[str]:
    return [str(one.end) for one in answers(convictions, TODAY, reading)]


CHECKER = {
    "conditional discharge, community order within it": (
        [
            convicted("2017-01-25", sentence(K.RELEVANT_ORDER, "P2Y")),
            convicted("2018-12-10", sentence(K.COMMUNITY_ORDER, "P12M")),
        ],
        ["2019-12-10", "2019-12-10"],
    ),
    "custody, suspended custody within it": (
        [
            convicted("2015-05-20", sentence(K.CUSTODY, "P4M")),
            convicted("2016-02-01", sentence(K.CUSTODY, "P3M")),
        ],
        ["2017-05-01", "2017-05-01"],
    ),
    "custody, fine after it": (
        [
            convicted("2015-05-20", sentence(K.CUSTODY, "P3M")),
            convicted("2018-02-01", sentence(K.FINE)),
        ],
        ["2016-08-20", "2019-02-01"],
    ),
    "custody with a ban, fine within the ban alone": (
        [
            convicted("2015-08-02", sentence(K.CUSTODY, "P4M"), sentence(K.PROHIBITION, "P6Y")),
            convicted("2018-02-05", sentence(K.FINE)),
        ],
        ["2021-08-02", "2019-02-05"],
    ),
    "fine, excluded sentence within it": (
        [
            convicted("2004-09-12", sentence(K.CUSTODY, "P5Y", is_schedule_18=True)),
            convicted("2004-07-10", sentence(K.FINE)),
        ],
        ["never", "never"],
    ),
    "fine": ([convicted("2018-10-31", sentence(K.FINE))], ["2019-10-31"]),
    "custody of 11 months": (
        [convicted("2016-10-20", sentence(K.CUSTODY, "P11M"))],
        ["2018-09-20"],
    ),
}
STATUTE = {
    "conditional discharge, community order within it": ["2019-12-09", "2019-12-09"],
    "custody, suspended custody within it": ["2017-04-29", "2017-04-29"],
    "custody, fine after it": ["2016-08-18", "2019-01-31"],
    "custody with a ban, fine within the ban alone": ["2021-08-01", "2019-02-04"],
    "fine, excluded sentence within it": ["never", "never"],
    "fine": ["2019-10-30"],
    "custody of 11 months": ["2018-09-18"],
}


@pytest.mark.parametrize("case", CHECKER)
def test_the_vectors_of_the_disclosure_checker(case: str) -> None:
    convictions, expected = CHECKER[case]
    assert ends(*convictions, reading=Reading.CHECKER) == expected


@pytest.mark.parametrize("case", STATUTE)
def test_the_same_convictions_as_the_statute_reads(case: str) -> None:
    assert ends(*CHECKER[case][0]) == STATUTE[case]


@pytest.mark.parametrize(
    ("length", "adult", "under_18"),
    [
        ("P5Y", "2032-01-08", "2028-07-08"),
        ("P4Y", "2028-01-08", "2026-01-08"),
        ("P12M1D", "2025-01-09", "2023-01-09"),
        ("P12M", "2022-01-08", "2021-07-08"),
    ],
)
def test_custody_by_its_length_and_age(length: str, adult: str, under_18: str) -> None:
    one = convicted("2020-01-10", sentence(K.CUSTODY, length))
    assert ends(one) == [adult]
    assert ends(replace(one, was_under_18=True)) == [under_18]


def test_the_rules_of_a_past_day_answer_for_that_day() -> None:
    one = convicted("2018-01-10", sentence(K.COMMUNITY_ORDER, "P12M"))
    (then,) = answers([one], date(2023, 10, 27))
    (now,) = answers([one], date(2023, 10, 28))
    assert [str(then.end), then.rules] == ["2020-01-08", "roa-2014/2"]
    assert [str(now.end), now.rules] == ["2019-01-09", "roa-2023/2"]
    with pytest.raises(OutsideCalendarError, match="2014-03-10"):
        answers([one], date(2014, 3, 9))


def test_the_last_day_is_unspent_and_the_next_is_spent() -> None:
    one = convicted("2025-10-31", sentence(K.FINE))
    standings = [answers([one], date(2026, 10, day))[0].standing for day in (30, 31)]
    assert standings == [Standing.UNSPENT, Standing.SPENT]


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        (sentence(K.ABSOLUTE_DISCHARGE), EndKind.NIL),
        (sentence(K.CAUTION), EndKind.NIL),
        (sentence(K.COMPENSATION), EndKind.OPEN),
        (sentence(K.COMPENSATION, paid_on=date(2020, 5, 1)), EndKind.DAY),
        (sentence(K.RELEVANT_ORDER, is_indefinite=True), EndKind.OPEN),
        (sentence(K.RELEVANT_ORDER), EndKind.DAY),
        (sentence(K.UNSTRUCTURED), EndKind.UNKNOWN),
        (sentence(K.CUSTODY), EndKind.UNKNOWN),
        (sentence(K.CUSTODY, "P5Y", is_schedule_18=None), EndKind.UNKNOWN),
        (sentence(K.LIFE), EndKind.NEVER),
    ],
)
def test_each_kind_of_end(one: Sentence, kind: EndKind) -> None:
    assert answers([convicted("2020-01-10", one)], TODAY)[0].end.kind is kind


def test_an_order_without_a_last_day_runs_for_24_months() -> None:
    assert ends(convicted("2020-01-10", sentence(K.RELEVANT_ORDER))) == ["2022-01-09"]


@pytest.mark.parametrize(
    ("end", "expected"), [("2020-02-01", "2020-02-01"), ("2021-01-01", "2020-04-10")]
)
def test_a_conditional_caution_ends_with_its_conditions_or_after_three_months(
    end: str, expected: str
) -> None:
    conditions = sentence(K.CONDITIONAL_CAUTION, ends_on=date.fromisoformat(end))
    assert ends(convicted("2020-01-10", conditions)) == [expected]


def test_an_age_that_is_not_known_and_matters_makes_the_answer_unknown() -> None:
    one = convicted("2020-01-10", sentence(K.FINE), was_under_18=None)
    answer = answers([one], TODAY)[0]
    assert (answer.standing, answer.periods[0].note) == (
        Standing.UNKNOWN,
        "Under 18 at conviction or not?",
    )


def test_consecutive_terms_of_the_same_proceedings_are_one_term_but_each_is_excluded_alone() -> (
    None
):
    first = convicted(
        "2020-01-10", sentence(K.CUSTODY, "P3Y", is_schedule_18=True), proceedings="A"
    )
    then = convicted(
        "2020-01-10",
        sentence(K.CUSTODY, "P2Y", is_schedule_18=True, is_consecutive=True),
        proceedings="A",
    )
    assert ends(first, then) == ["2032-01-08"] * 2
    assert ends(replace(first, proceedings=""), replace(then, proceedings="")) == [
        "2027-01-08",
        "2026-01-08",
    ]


def test_a_reconviction_that_is_summary_only_extends_nothing() -> None:
    fine = convicted("2020-01-10", sentence(K.FINE))
    later = convicted("2020-06-10", sentence(K.FINE), is_summary_only=True)
    assert ends(fine, later) == ["2021-01-09", "2021-06-09"]
    assert ends(fine, replace(later, is_summary_only=False)) == ["2021-06-09"] * 2


def test_a_never_spent_conviction_does_not_extend_later_ones() -> None:
    assert ends(
        convicted("2004-09-12", sentence(K.LIFE)), convicted("2018-02-05", sentence(K.FINE))
    ) == ["never", "2019-02-04"]


def test_convictions_of_one_day_end_together_when_they_meet_an_earlier_period() -> None:
    fine = convicted("2020-01-10", sentence(K.FINE))
    second, third = (
        convicted("2020-06-10", sentence(K.CUSTODY, length), reference=length)
        for length in ("P2M", "P9M")
    )
    assert ends(fine, second, third) == ["2022-03-08"] * 3
    assert ends(second, third) == ["2021-08-08", "2022-03-08"]


def test_impossible_facts_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="needs a sentence"):
        convicted("2020-01-10")
    with pytest.raises(InvalidInputError, match="before the conviction"):
        convicted("2020-01-10", sentence(K.FINE, paid_on=date(2020, 1, 9)))


SENTENCES = st.builds(
    Sentence,
    st.sampled_from(K),
    st.none() | st.builds(Length, st.integers(1, 90)),
    is_indefinite=st.booleans(),
    is_schedule_18=st.sampled_from([None, True, False]),
    paid_on=st.none() | st.just(date(2030, 1, 1)),
)
CONVICTIONS = st.builds(
    Conviction,
    st.uuids().map(str),
    # Few days, so that convictions meet on one day and within each other's periods.
    st.sampled_from([date(year, 1, 1) for year in range(2012, 2027)])
    | st.dates(date(1990, 1, 1), TODAY),
    st.lists(SENTENCES, min_size=1, max_size=3).map(tuple),
    st.sampled_from([None, True, False]),
    st.sampled_from([None, True, False]),
)
RECORDS = st.lists(CONVICTIONS, max_size=5)


def by_reference(convictions: list[Conviction], reading: Reading) -> dict[str, Answer]:
    return {one.conviction.reference: one for one in answers(convictions, TODAY, reading)}


@given(RECORDS, CONVICTIONS, st.sampled_from(Reading))
def test_one_more_conviction_never_makes_an_older_one_spent_sooner(
    record: list[Conviction], another: Conviction, reading: Reading
) -> None:
    before, after = by_reference(record, reading), by_reference([*record, another], reading)
    for reference, answer in before.items():
        now = after[reference].end
        assert now.kind >= answer.end.kind
        if now.kind is EndKind.DAY and answer.end.day:
            assert now.day is not None
            assert now.day >= answer.end.day


@given(RECORDS, st.sampled_from(Reading), st.randoms())
def test_the_order_in_which_convictions_are_given_changes_nothing(
    record: list[Conviction], reading: Reading, random: object
) -> None:
    shuffled = list(record)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = by_reference(record, reading), by_reference(shuffled, reading)
    assert {key: one.end for key, one in first.items()} == {
        key: one.end for key, one in second.items()
    }


@given(RECORDS)
def test_an_unknown_fact_never_makes_a_conviction_spent(record: list[Conviction]) -> None:
    for answer in answers(record, TODAY):
        if any(one.end.kind is EndKind.UNKNOWN for one in answer.periods):
            assert answer.standing is not Standing.SPENT


@given(RECORDS)
def test_the_statutes_reading_never_ends_later_than_the_checkers(
    record: list[Conviction],
) -> None:
    # An extension by a day may catch a reconviction that the other reading does not: the
    # checker's end can only be later.
    checker = by_reference(record, Reading.CHECKER)
    for reference, answer in by_reference(record, Reading.STATUTE).items():
        if answer.end.day and checker[reference].end.day:
            assert answer.end.day <= checker[reference].end.day + timedelta(days=0)
