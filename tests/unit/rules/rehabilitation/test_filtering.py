"""Filtering for standard and enhanced checks: vectors, and properties."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import OutsideCalendarError
from domain.people.convictions import SentenceKind
from rules.rehabilitation.facts import Conviction, Sentence
from rules.rehabilitation.filtering import FILTERING, Protection, filtered

DAY = date(2015, 3, 5)


def matter(kind: SentenceKind, *, young: bool | None = False) -> Conviction:
    return Conviction("1", DAY, (Sentence(kind),), was_under_18=young)


@pytest.mark.parametrize(
    ("kind", "young", "is_listed", "first"),
    [
        (SentenceKind.CAUTION, False, False, "2021-03-05"),
        (SentenceKind.CONDITIONAL_CAUTION, False, False, "2021-03-05"),
        (SentenceKind.FINE, False, False, "2026-03-05"),
        (SentenceKind.COMMUNITY_ORDER, True, False, "2020-09-05"),
    ],
)
def test_a_matter_is_protected_from_its_day_on(
    kind: SentenceKind, young: bool, is_listed: bool, first: str
) -> None:
    day = date.fromisoformat(first)
    found = filtered(matter(kind, young=young), max(day, date(2020, 11, 28)), is_listed=is_listed)

    assert found.protection is Protection.PROTECTED
    if day > date(2020, 11, 28):
        before = filtered(matter(kind, young=young), day - timedelta(days=1), is_listed=is_listed)
        assert before.protection is Protection.DISCLOSED


@pytest.mark.parametrize(
    ("kind", "young", "is_listed"),
    [
        (SentenceKind.CUSTODY, False, False),
        (SentenceKind.CUSTODY, True, False),
        (SentenceKind.FINE, False, True),
        (SentenceKind.CAUTION, False, True),
    ],
)
def test_custody_and_listed_offences_are_always_disclosed(
    kind: SentenceKind, young: bool, is_listed: bool
) -> None:
    found = filtered(matter(kind, young=young), date(2099, 1, 1), is_listed=is_listed)
    assert found.protection is Protection.DISCLOSED


@pytest.mark.parametrize(
    ("kind", "young", "decided", "last"),
    [
        (SentenceKind.CAUTION, False, "2020-02-29", "2026-02-28"),
        (SentenceKind.FINE, False, "2012-02-29", "2023-02-28"),
        (SentenceKind.COMMUNITY_ORDER, True, "2018-08-31", "2024-02-29"),
        (SentenceKind.COMMUNITY_ORDER, True, "2020-08-30", "2026-02-28"),
    ],
)
def test_a_period_lasts_to_the_end_of_a_month_that_has_no_such_day(
    kind: SentenceKind, young: bool, decided: str, last: str
) -> None:
    one = replace(matter(kind, young=young), convicted_on=date.fromisoformat(decided))
    day = date.fromisoformat(last)

    found = [filtered(one, on, is_listed=False) for on in (day, day + timedelta(days=1))]

    assert [each.protection for each in found] == [Protection.DISCLOSED, Protection.PROTECTED]


def test_a_caution_under_18_is_always_protected() -> None:
    for is_listed in (True, False, None):
        found = filtered(
            matter(SentenceKind.CAUTION, young=True), date(2020, 11, 28), is_listed=is_listed
        )
        assert found.protection is Protection.PROTECTED
        assert found.rule == f"{FILTERING}: caution under 18"


@pytest.mark.parametrize(
    ("kind", "young", "is_listed"),
    [
        (SentenceKind.FINE, None, False),
        (SentenceKind.FINE, False, None),
        (SentenceKind.UNSTRUCTURED, False, False),
    ],
)
def test_a_missing_fact_is_unknown_and_never_protected(
    kind: SentenceKind, young: bool | None, is_listed: bool | None
) -> None:
    found = filtered(matter(kind, young=young), date(2099, 1, 1), is_listed=is_listed)
    assert found.protection is Protection.UNKNOWN


def test_no_rules_are_made_up_for_earlier_days() -> None:
    with pytest.raises(OutsideCalendarError):
        filtered(matter(SentenceKind.FINE), date(2020, 11, 27), is_listed=False)


@given(
    st.sampled_from(SentenceKind),
    st.sampled_from([True, False, None]),
    st.sampled_from([True, False, None]),
    st.integers(0, 9_000),
)
def test_what_is_protected_stays_so(
    kind: SentenceKind, young: bool | None, is_listed: bool | None, days: int
) -> None:
    on = date(2020, 11, 28) + timedelta(days=days)
    conviction = matter(kind, young=young)

    if filtered(conviction, on, is_listed=is_listed).protection is Protection.PROTECTED:
        later = filtered(conviction, on + timedelta(days=500), is_listed=is_listed)
        assert later.protection is Protection.PROTECTED
