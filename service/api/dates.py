"""Dates and times as text; a date that does not exist is a domain error, not a malformed field."""

import re
from datetime import UTC, date, datetime

from domain.errors import InvalidDateError

_EARLIEST_YEAR = 1900
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)


def read_day(text: str) -> date:
    """Return the date in `YYYY-MM-DD`; raises InvalidDateError, also for dates before 1900."""
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or day.year < _EARLIEST_YEAR:
        raise InvalidDateError("Write a real date as YYYY-MM-DD.")
    return day


def read_moment(text: str) -> datetime:
    """Return an RFC 3339 date and time in UTC; raises InvalidDateError, also without an offset."""
    try:
        moment = datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else None
    except ValueError:
        moment = None
    if moment is None or not _EARLIEST_YEAR <= moment.year < 9999:
        raise InvalidDateError(
            "Write a real date and time in the format of RFC 3339, with the offset from UTC."
        )
    return moment.astimezone(UTC)
