"""The group of a person's casework follows the gravest matter, and its review the last one."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import Any

import pytest

from rules.clocks import Length
from rules.mopi import casework_review
from rules.situations import EventFacts, OffenceFacts, Result

ON = date(2026, 12, 1)
GRAVE: Any = {"is_qualifying": True, "result": Result.CONVICTED, "is_sentence_known": True}


def offence(**facts: Any) -> OffenceFacts:
    plain: dict[str, Any] = {"is_qualifying": False, "result": Result.CONVICTED}
    return OffenceFacts(**(plain | {"is_recordable": True} | facts))


def event(on: date, *offences: OffenceFacts, reference: str = "1") -> EventFacts:
    return EventFacts(reference, on, offences)


@pytest.mark.parametrize(
    ("facts", "group"),
    [
        (GRAVE | {"custody": Length(12)}, 1),
        (GRAVE | {"custody": Length(12), "result": Result.ABROAD}, 1),
        (GRAVE | {"custody": Length(11)}, 2),
        (GRAVE, 2),
        (GRAVE | {"is_sentence_known": False}, None),
        (GRAVE | {"result": Result.UNKNOWN}, None),
        ({"is_qualifying": True, "result": Result.NOT_CHARGED}, 2),
        ({"is_qualifying": True, "result": Result.OPEN}, 2),
        ({"is_qualifying": False, "custody": Length(120)}, 3),
        ({"result": Result.NOT_CONVICTED}, 3),
        ({"result": Result.PENALTY_NOTICE}, 3),
        ({"is_qualifying": None}, None),
    ],
)
def test_an_offence_is_in_the_first_group_that_fits(
    facts: dict[str, Any], group: int | None
) -> None:
    found = casework_review([event(ON, offence(**facts))], ON)
    assert found is not None
    assert (found.group and found.group.group, found.review_on is None) == (group, group is None)


def test_the_gravest_matter_decides_in_any_order() -> None:
    events = [
        event(date(2001, 2, 3), offence(**GRAVE, custody=Length(24)), reference="old"),
        event(date(2020, 2, 29), offence(), offence(is_qualifying=None), reference="new"),
        event(date(2010, 5, 6), offence(**GRAVE), reference="middle"),
    ]
    for order in permutations(events):
        found = casework_review(order, ON)
        assert found is not None
        assert found.group is not None
        assert (found.group.group, found.reference) == (1, "old")
        assert found.review_on == date(2030, 2, 28), "ten years after the last matter of any group"


def test_a_code_of_no_table_leaves_the_group_open_unless_it_is_the_first_already() -> None:
    unlisted = event(ON, offence(is_qualifying=None), reference="unlisted")
    found = casework_review([event(ON, offence()), unlisted], ON)
    assert found is not None
    assert (found.group, found.review_on, found.reference) == (None, None, "unlisted")
    assert "A person decides." in found.sentences


@pytest.mark.parametrize(
    ("last", "review"),
    [
        (date(2024, 6, 1), date(2030, 6, 1)),
        (date(2020, 12, 1), date(2026, 12, 1)),
        (date(2020, 11, 30), date(2031, 11, 30)),
        (date(2000, 1, 31), date(2031, 1, 31)),
    ],
)
def test_the_review_is_after_the_clear_period_and_then_every_five_years(
    last: date, review: date
) -> None:
    found = casework_review([event(last, offence())], ON)
    assert found is not None
    assert found.review_on == review


def test_a_result_begins_the_clear_period_anew_and_later_events_do_not_count_yet() -> None:
    convicted = event(date(2019, 1, 1), offence(resulted_on=date(2022, 3, 4)))
    later = event(date(2027, 1, 1), offence(**GRAVE, custody=Length(60)), reference="2")
    found = casework_review([convicted, later], ON)
    assert found is not None
    assert found.sentences == (
        "Casework: group 3, by event 1: any other offence. Next review: 4 March 2028."
        " Rules: mopi-groups/1."
    )


def test_without_a_matter_there_is_nothing_to_review() -> None:
    volunteer = event(ON, offence(is_qualifying=None, result=Result.VOLUNTEER))
    assert casework_review([], ON) is None
    assert casework_review([volunteer], ON) is None
