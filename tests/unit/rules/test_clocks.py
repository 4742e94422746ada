"""Clocks: the published vectors, pauses, extensions, and the edges of calendars."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInputError, OutsideCalendarError, UnknownRuleError
from rules.clocks import (
    ENGLAND_AND_WALES,
    UNITED_KINGDOM,
    Pause,
    Unit,
    calendar_named,
    clock_rule,
    clock_rules,
    due_day,
)

DAYS = st.dates(date(2013, 1, 1), date(2029, 6, 1))
RULES = st.sampled_from(sorted(clock_rules()))


@pytest.mark.parametrize(
    ("rule", "start", "due"),
    [
        ("exchange-notification", "2026-03-02", "2026-03-29"),
        ("exchange-notification", "2026-12-24", "2027-01-20"),
        ("exchange-notification", "2026-04-10", "2026-05-07"),
        ("exchange-notification", "2026-06-01", "2026-06-28"),
        ("exchange-reply", "2026-03-02", "2026-03-27"),
        ("exchange-reply", "2026-03-27", "2026-04-27"),
        ("exchange-reply", "2026-12-14", "2027-01-13"),
        ("exchange-reply", "2026-12-26", "2027-01-26"),
        ("subject-access", "2026-08-15", "2026-09-14"),
        ("subject-access", "2026-01-31", "2026-02-28"),
        ("subject-access", "2026-02-28", "2026-03-27"),
        ("subject-access", "2026-12-31", "2027-01-30"),
    ],
)
def test_the_last_day_in_time(rule: str, start: str, due: str) -> None:
    assert str(due_day(clock_rule(rule), date.fromisoformat(start))) == due


@given(RULES, DAYS)
def test_each_rule_counts_its_first_day(rule: str, start: date) -> None:
    due = due_day(clock_rule(rule), start)
    assert due is not None
    assert start < due < start + timedelta(days=60)


@given(RULES, DAYS, st.integers(0, 200), st.integers(0, 40))
def test_a_pause_never_brings_the_last_day_forward(
    rule: str, start: date, after: int, length: int
) -> None:
    first = start + timedelta(days=after)
    pause = Pause(first, first + timedelta(days=length))
    plain, paused = due_day(clock_rule(rule), start), due_day(clock_rule(rule), start, [pause])
    assert plain is not None
    assert paused is not None
    came_in_time = first <= plain and clock_rule(rule).stops
    if came_in_time and clock_rule(rule).unit is Unit.WORKING_DAYS:
        # Only the working days of the pause count.
        assert plain <= paused
        return
    assert paused == (plain + timedelta(days=length + 1) if came_in_time else plain)


def test_pauses_that_overlap_count_once() -> None:
    rule, start = clock_rule("subject-access"), date(2026, 8, 15)
    pauses = [
        Pause(date(2026, 8, 20), date(2026, 8, 24)),
        Pause(date(2026, 8, 22), date(2026, 8, 26)),
    ]
    assert due_day(rule, start, pauses) == date(2026, 9, 21)
    inside = [
        Pause(date(2026, 8, 20), date(2026, 8, 26)),
        Pause(date(2026, 8, 22), date(2026, 8, 23)),
    ]
    assert due_day(rule, start, inside) == date(2026, 9, 21)


def test_an_open_pause_leaves_the_last_day_undecided() -> None:
    assert (
        due_day(clock_rule("subject-access"), date(2026, 8, 15), [Pause(date(2026, 8, 20))])
        is None
    )


def test_an_extension_needs_a_rule_that_knows_it() -> None:
    start = date(2026, 8, 15)
    extended = due_day(clock_rule("subject-access"), start, is_extended=True)
    assert extended == date(2026, 11, 14)
    with pytest.raises(InvalidInputError, match="not allow an extension"):
        due_day(clock_rule("exchange-reply"), start, is_extended=True)


def test_what_no_calendar_covers_is_refused_not_guessed() -> None:
    with pytest.raises(OutsideCalendarError, match="install a newer version"):
        due_day(clock_rule("exchange-reply"), date(2030, 12, 20))
    with pytest.raises(UnknownRuleError):
        clock_rule("exchange-never")
    with pytest.raises(UnknownRuleError):
        calendar_named("../clocks/1")


def test_a_pause_cannot_end_before_it_begins() -> None:
    with pytest.raises(InvalidInputError):
        Pause(date(2026, 8, 20), date(2026, 8, 19))


def test_the_kingdom_rests_whenever_a_part_of_it_does() -> None:
    part, whole = calendar_named(ENGLAND_AND_WALES), calendar_named(UNITED_KINGDOM)
    assert part.bank_holidays < whole.bank_holidays
    assert {date(2022, 9, 19), date(2023, 5, 8), date(2027, 12, 28)} <= part.bank_holidays
    assert date(2026, 7, 13) in whole.bank_holidays
    assert len(part.sha256) == 64
