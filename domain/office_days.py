"""The day of an instant as the office counts days: by the clock of the United Kingdom.

Instants are stored in UTC, which is an hour behind in summer: between midnight and one o'clock
it has the day before. No legal day may depend on that (ADR 141).
"""

from datetime import date, datetime, time, tzinfo
from functools import cache
from zoneinfo import ZoneInfo


def office_day(at: datetime) -> date:
    """Return the day of an instant in the office. The instant has a time zone.

    >>> office_day(datetime.fromisoformat("2026-06-30T23:30+00:00"))
    datetime.date(2026, 7, 1)
    """
    return at.astimezone(_office_zone()).date()


def beginning_of(day: date) -> datetime:
    """Return the instant at which a day begins in the office."""
    return datetime.combine(day, time(), _office_zone())


def days_after(day: date, days: int = 1) -> date:
    """Return the day so many days later; the last day of the calendar for any day beyond it.

    A licence or an order without an end may be recorded until 31 December 9999.
    """
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


@cache
def _office_zone() -> tzinfo:
    return ZoneInfo("Europe/London")
