"""Retention of fingerprints: the published vectors, each situation, and laws."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.clocks import Length
from rules.retention import Keep, Situation, TakenPrints, basis_of, longest, must_be_destroyed

S = Situation


def taken(on: str, situation: Situation, **facts: object) -> TakenPrints:
    return TakenPrints(on, date.fromisoformat(on), situation, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("prints", "end"),
    [
        (taken("2024-05-10", S.QUALIFYING_CHARGED), "2027-05-09"),
        (taken("2024-02-29", S.QUALIFYING_CHARGED), "2027-02-28"),
        (taken("2023-12-31", S.QUALIFYING_CHARGED), "2026-12-30"),
        (taken("2025-01-01", S.PENALTY_NOTICE), "2026-12-31"),
        (taken("2024-05-10", S.QUALIFYING_CHARGED, is_extended=True), "2029-05-09"),
        (taken("2024-05-10", S.QUALIFYING_CONSENTED), "2027-05-09"),
        (taken("2024-05-10", S.YOUTH_NO_CUSTODY), "2029-05-09"),
        (
            taken(
                "2024-05-10",
                S.YOUTH_SHORT_CUSTODY,
                sentence=Length.parse("P1Y"),
                sentenced_on=date(2024, 9, 1),
            ),
            "2030-08-31",
        ),
    ],
)
def test_the_last_lawful_day(prints: TakenPrints, end: str) -> None:
    assert str(basis_of(prints).last_day) == end


@pytest.mark.parametrize("situation", Situation)
def test_each_situation_has_a_basis_with_a_provision(situation: Situation) -> None:
    basis = basis_of(taken("2024-05-10", situation))
    extended = basis_of(taken("2024-05-10", situation, is_extended=True))
    assert basis.provision
    assert extended.keep is basis.keep
    assert (basis.last_day is not None) == (basis.keep is Keep.UNTIL)


def test_a_sentence_that_is_not_known_is_reviewed() -> None:
    assert basis_of(taken("2024-05-10", S.YOUTH_SHORT_CUSTODY)).keep is Keep.REVIEW


PRINTS = st.builds(
    TakenPrints,
    st.uuids().map(str),
    st.dates(date(2000, 1, 1), date(2026, 1, 1)),
    st.sampled_from(Situation),
)


@given(st.lists(PRINTS, min_size=1), st.dates(date(2000, 1, 1), date(2040, 1, 1)))
def test_prints_are_destroyed_only_when_each_basis_has_ended(
    taken_prints: list[TakenPrints], on: date
) -> None:
    bases = [basis_of(one) for one in taken_prints]
    kept_longest = longest(bases)
    assert kept_longest is not None
    ended = kept_longest.keep is Keep.DESTROY or (
        kept_longest.last_day is not None and kept_longest.last_day < on
    )
    assert must_be_destroyed(bases, on) == (ended and kept_longest.keep <= Keep.UNTIL)


@given(st.lists(PRINTS), PRINTS, st.dates(date(2000, 1, 1), date(2040, 1, 1)))
def test_one_more_event_never_destroys_prints_that_were_kept(
    taken_prints: list[TakenPrints], another: TakenPrints, on: date
) -> None:
    bases = [basis_of(one) for one in taken_prints]
    if must_be_destroyed([*bases, basis_of(another)], on):
        assert must_be_destroyed(bases, on)


def test_an_unknown_event_is_neither_kept_for_ever_nor_destroyed() -> None:
    bases = [basis_of(taken("2010-05-10", S.UNKNOWN)), basis_of(taken("2010-05-10", S.UNLAWFUL))]
    kept_longest = longest(bases)
    assert kept_longest is not None
    assert kept_longest.keep is Keep.REVIEW
    assert not must_be_destroyed(bases, date(2010, 5, 10) + timedelta(days=40_000))
    assert longest([]) is None
