"""Convictions refuse impossible facts, and survive as JSON values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.errors import InvalidInputError
from domain.people.convictions import (
    Amount,
    ConvictedOffence,
    Conviction,
    Court,
    DecisionChange,
    InformationSource,
    LaterDecision,
    Nature,
    Sanction,
    SentenceKind,
    Source,
)
from domain.people.partial_dates import PartialDate
from domain.plain_text import TableCode
from domain.plain_values import plain, read_plain
from domain.restrictions import Restrictions, Transmittable, UsePurpose

COURT = Court("Leeds Magistrates' Court", "X001")
ON = date(2024, 2, 1)
OFFENCE = ConvictedOffence(
    "TH68010",
    "Theft from a shop",
    TableCode("eu-offences/1", "1502"),
    began_on=PartialDate(2024, 1),
    provisions=("Theft Act 1968 s 1",),
)
WHOLE = Conviction(
    COURT,
    ON,
    (OFFENCE,),
    (
        Sanction(SentenceKind.FINE, amounts=(Amount(12_000, "GBP", 3),), paid_on=ON),
        Sanction(
            SentenceKind.PROHIBITION,
            nature=Nature.ANCILLARY,
            duration="P1Y6M",
            starts_on=ON,
            order_ends_on=date(2025, 7, 31),
        ),
    ),
    Source(InformationSource.OTHER_STATE, "POL", ON),
    Restrictions(
        Transmittable.UNKNOWN,
        frozenset({UsePurpose.CRIMINAL_PROCEEDINGS, UsePurpose.EMPLOYMENT}),
        date(2040, 1, 1),
        needs_leave=True,
    ),
    final_on=date(2024, 3, 1),
    decisions=(LaterDecision(DecisionChange.SENTENCE_CHANGED, date(2024, 5, 1), COURT),),
    was_under_18=False,
)


@pytest.mark.parametrize("value", [WHOLE, replace(WHOLE, restrictions=Restrictions())])
def test_a_conviction_survives_as_json_values(value: Conviction) -> None:
    assert read_plain(Conviction, plain(value)) == value


def test_a_field_that_has_its_default_is_left_out() -> None:
    bare = Conviction(COURT, ON, (ConvictedOffence("X", "Theft"),))

    assert plain(bare) == {
        "court": {"name": COURT.name, "code": "X001"},
        "decided_on": "2024-02-01",
        "offences": [{"national_code": "X", "title": "Theft"}],
    }


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: replace(WHOLE, offences=()), "no offence"),
        (lambda: replace(WHOLE, final_on=date(2024, 1, 31)), "before the date of the decision"),
        (lambda: replace(WHOLE, recorded_on=date(2023, 1, 1)), "before the date of the decision"),
        (lambda: replace(OFFENCE, count=0), "must be at least 1"),
        (
            lambda: replace(
                OFFENCE, began_on=PartialDate(2024, 1, 2), ended_on=PartialDate(2024, 1, 1)
            ),
            "ends before it begins",
        ),
        (
            lambda: replace(WHOLE, offences=(replace(OFFENCE, began_on=PartialDate(2024, 3)),)),
            "after the decision",
        ),
        (lambda: Sanction(SentenceKind.CUSTODY, duration="6 months"), "duration"),
        (lambda: Sanction(SentenceKind.CUSTODY, duration="P"), "duration"),
        (
            lambda: Sanction(SentenceKind.CUSTODY, starts_on=ON, ends_on=date(2024, 1, 1)),
            "ends before it begins",
        ),
        (lambda: Amount(100, "XXX"), "currency"),
        (lambda: Amount(0, "GBP"), "at least 0.01"),
        (lambda: TableCode("eu offences", "0100"), "name of the code table"),
        (lambda: TableCode("eu-offences/1", "0100;"), "A code from a code table"),
        (lambda: Court("", ""), "no name and no code"),
        (lambda: Court("A", country="Poland"), "three capital letters"),
        (
            lambda: LaterDecision(DecisionChange.QUASHED, ON, COURT, final_on=date(2024, 1, 1)),
            "final before it is made",
        ),
    ],
)
def test_impossible_facts_are_refused(make: Callable[[], Any], words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        make()


def test_words_are_no_structure() -> None:
    spoken = Sanction(SentenceKind.UNSTRUCTURED, words="As the court pleases")

    assert WHOLE.is_structured
    assert not replace(WHOLE, sanctions=(spoken,)).is_structured
    assert not replace(WHOLE, sanctions=()).is_structured


def test_a_conviction_that_was_deleted_stands_no_more() -> None:
    quashed = LaterDecision(DecisionChange.QUASHED, date(2024, 5, 1), COURT, deletes=True)

    assert WHOLE.stands
    assert not replace(WHOLE, decisions=(*WHOLE.decisions, quashed)).stands
