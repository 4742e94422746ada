"""Lengths of calendar time, calendars of bank holidays as data, and clocks of actions."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from domain.errors import InvalidInputError, OutsideCalendarError, UnknownRuleError
from domain.office_days import days_after
from domain.plain_values import read_plain
from rules.data_files import data_file, rules_in

_ISO = re.compile(r"P(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Length:
    """A length of calendar time: months (a year is twelve), then days (a week is seven)."""

    months: int = 0
    days: int = 0

    @classmethod
    def parse(cls, text: str) -> Length:
        """Read an ISO 8601 duration of whole years, months, weeks and days.

        Raises InvalidInputError for any other text and for a length of zero.

        >>> Length.parse("P1Y6M")
        Length(months=18, days=0)
        """
        match = _ISO.fullmatch(text)
        years, months, weeks, days = (
            (int(part or 0) for part in match.groups()) if match else [0] * 4
        )
        length = cls(12 * years + months, 7 * weeks + days)
        if length == cls():
            raise InvalidInputError(
                "The duration is not valid: write years, months, weeks and days as in P1Y6M."
            )
        return length

    def __str__(self) -> str:
        years, months = divmod(self.months, 12)
        parts = ((years, "Y"), (months, "M"), (self.days, "D"))
        return "P" + ("".join(f"{count}{unit}" for count, unit in parts if count) or "0D")

    def __add__(self, other: Length) -> Length:
        return Length(self.months + other.months, self.days + other.days)

    def exceeds(self, other: Length, start: date) -> bool:
        """Whether a period of this length is longer than the other's, both from `start`."""
        return last_day(start, self) > last_day(start, other)


def corresponding_day(start: date, length: Length) -> date:
    """Return the day `length` after `start`; the month's last day if it has no such day."""
    return days_after(_in_month(start, length.months)[0], length.days)


def last_day(start: date, length: Length) -> date:
    """Return the last day of the period of `length` that begins with `start`, which is included.

    A period of months ends on the day before the corresponding day. If the last month has no such
    day, the period ends on the last day of that month.

    >>> [str(last_day(date(2026, 1, day), Length(months=1))) for day in (28, 31)]
    ['2026-02-27', '2026-02-28']
    """
    day, is_short = _in_month(start, length.months)
    return days_after(day, length.days - (0 if is_short else 1))


def _in_month(start: date, months: int) -> tuple[date, bool]:
    """Return the day `months` later, and whether that month is too short to contain it."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year > date.max.year:
        return date.max, True
    length = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, length)), start.day > length


ENGLAND_AND_WALES = "england-and-wales/1"
UNITED_KINGDOM = "united-kingdom/1"
"""Days that are a bank holiday in any part of the United Kingdom."""

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of an area between two days, both included."""

    identifier: str
    sha256: str
    """SHA-256 of the file from which the calendar was read."""
    first_day: date
    last_day: date
    announced_until: date
    """Bank holidays after this day are computed; a proclamation may still add one."""
    bank_holidays: frozenset[date]

    def is_working_day(self, day: date) -> bool:
        """Whether `day` is not at a weekend or a bank holiday. Raises OutsideCalendarError."""
        if not self.first_day <= day <= self.last_day:
            raise OutsideCalendarError(
                f"The calendar {self.identifier} covers {self.first_day} to "
                f"{self.last_day}, not {day}: install a newer version of it."
            )
        return day.weekday() < _SATURDAY and day not in self.bank_holidays

    def last_working_day(self, start: date, count: int) -> date:
        """Return the `count`-th working day from `start`, which counts if it is one.

        Raises OutsideCalendarError if the period extends beyond the calendar.
        """
        day = days_after(start, -1)
        while count > 0:
            day = days_after(day)
            count -= self.is_working_day(day)
        return day


@cache
def calendar_named(identifier: str) -> Calendar:
    """Return a calendar by name and version. Raises UnknownRuleError."""
    return rules_in(Calendar, data_file(identifier))


CLOCKS = "clocks/1"
"""The newest table of clock rules."""


class Unit(StrEnum):
    """Units in which a clock counts."""

    DAYS = "days"
    WORKING_DAYS = "working days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which a clock is stopped, the first and the last included; None: still open."""

    first: date
    last: date | None = None

    def __post_init__(self) -> None:
        if self.last is not None and self.last < self.first:
            raise InvalidInputError(
                "The pause ends before it begins: correct the first or the last day."
            )


@dataclass(frozen=True, slots=True)
class ClockRule:
    """How long an action may take, including the day on which the clock starts."""

    rule: str
    """Identifier, such as `exchange-reply`."""
    count: int
    unit: Unit
    stops: bool
    """Whether a question to the requester stops the clock."""
    citation: str
    calendar: str | None = None
    """The calendar whose working days count; None if all days count."""
    extension: Length | None = None
    """The extension that is possible with notice; None if no extension is possible."""
    begins_after: bool = False
    """Whether the clock starts on the day after receipt."""


@cache
def clock_rules(table: str = CLOCKS) -> dict[str, ClockRule]:
    """Return the rules of a table, by identifier. Raises UnknownRuleError for an unknown table."""
    rules = (read_plain(ClockRule, one) for one in data_file(table).content["rules"])
    return {one.rule: one for one in rules}


def clock_rule(rule: str, table: str = CLOCKS) -> ClockRule:
    """Return one rule. Raises UnknownRuleError."""
    rules = clock_rules(table)
    if rule not in rules:
        raise UnknownRuleError(
            f"There is no rule for due days of this name: choose one of {', '.join(rules)}."
        )
    return rules[rule]


def due_day(
    rule: ClockRule, start: date, pauses: Sequence[Pause] = (), *, is_extended: bool = False
) -> date | None:
    """Return the last day in time of a period that begins with `start`; None while it is paused.

    Days of a pause do not count. Pauses that overlap count once, and a pause that begins after the
    last day has no effect. Raises InvalidInputError for an extension that the rule does not allow,
    and OutsideCalendarError.
    """
    if is_extended and rule.extension is None:
        raise InvalidInputError(f"The rule {rule.rule} does not allow an extension.")
    start = days_after(start, int(rule.begins_after))
    due = _unpaused(rule, start, is_extended=is_extended)
    day_before = days_after(start, -1)
    for pause in sorted(pauses, key=lambda one: one.first) if rule.stops else ():
        if pause.first > due:
            break
        if pause.last is None:
            return None
        first = max(pause.first, days_after(day_before))
        due = _moved(rule, due, first, pause.last)
        day_before = max(day_before, pause.last)
    return due


def _unpaused(rule: ClockRule, start: date, *, is_extended: bool) -> date:
    if rule.unit is Unit.WORKING_DAYS:
        return _calendar(rule).last_working_day(start, rule.count)
    is_months = rule.unit is Unit.MONTHS
    length = Length(months=rule.count) if is_months else Length(days=rule.count)
    if is_extended and rule.extension:
        length += rule.extension
    return last_day(start, length)


def _moved(rule: ClockRule, due: date, first: date, last: date) -> date:
    """Return `due`, moved later by the days of the pause that would have counted."""
    days = [first + timedelta(days=day) for day in range((last - first).days + 1)]
    if rule.unit is not Unit.WORKING_DAYS:
        return days_after(due, len(days))
    calendar = _calendar(rule)
    paused = sum(map(calendar.is_working_day, days))
    return calendar.last_working_day(days_after(due), paused) if paused else due


def _calendar(rule: ClockRule) -> Calendar:
    return calendar_named(rule.calendar or "")
