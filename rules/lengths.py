"""Lengths of calendar time, and the last day of periods that a law lets begin with a day.

A period of months "beginning with" a day ends on the day before the corresponding day. If the last
month has no corresponding day, the period ends on the last day of that month.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from domain.errors import InvalidInputError

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
    return _in_month(start, length.months)[0] + timedelta(days=length.days)


def last_day(start: date, length: Length) -> date:
    """Return the last day of the period of `length` that begins with `start`, which is included.

    >>> [str(last_day(date(2026, 1, day), Length(months=1))) for day in (28, 31)]
    ['2026-02-27', '2026-02-28']
    """
    day, is_short = _in_month(start, length.months)
    return day + timedelta(days=length.days - (0 if is_short else 1))


def _in_month(start: date, months: int) -> tuple[date, bool]:
    """Return the day `months` later, and whether that month is too short to contain it."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    length = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, length)), start.day > length
