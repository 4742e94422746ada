"""Calendars: the bank holidays of an area as versioned data, and the working days that follow from
them.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from domain.errors import OutsideCalendarError
from rules.data_files import data_file

ENGLAND_AND_WALES = "england-and-wales/1"
UNITED_KINGDOM = "united-kingdom/1"
"""Days that are a bank holiday in any part of the United Kingdom."""

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


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
        """Whether `day` is neither Saturday nor Sunday nor a bank holiday.

        Raises OutsideCalendarError for a day that the calendar does not cover.
        """
        if not self.first_day <= day <= self.last_day:
            raise OutsideCalendarError(
                f"The calendar {self.identifier} covers {self.first_day} to "
                f"{self.last_day}, not {day}: install a newer version of it."
            )
        return day.weekday() < _SATURDAY and day not in self.bank_holidays

    def last_working_day(self, start: date, count: int) -> date:
        """Return the `count`-th working day from `start`. `start` counts if it is a working day.

        Raises OutsideCalendarError if the period extends beyond the calendar.
        """
        day = start - _ONE_DAY
        while count > 0:
            day += _ONE_DAY
            count -= self.is_working_day(day)
        return day


@cache
def calendar_named(identifier: str) -> Calendar:
    """Return a calendar by name and version. Raises UnknownRuleError."""
    file = data_file(identifier)
    content = file.content
    return Calendar(
        identifier,
        file.sha256,
        date.fromisoformat(content["first_day"]),
        date.fromisoformat(content["last_day"]),
        date.fromisoformat(content["announced_until"]),
        frozenset(map(date.fromisoformat, content["bank_holidays"])),
    )
