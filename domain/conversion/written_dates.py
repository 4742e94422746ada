"""Dates as an old form writes them: day first, years of two digits, parts left out."""

from __future__ import annotations

import re
from datetime import date

from domain.errors import InvalidDateError
from domain.partial_dates import PartialDate

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PARTS = re.compile(r"[\s./-]+")
_NOT_KNOWN = frozenset({"?", "??", "x", "xx", "--"})
_ISO = re.compile(r"\d{4}-[\dXx]{2}-[\dXx]{2}").fullmatch


def read_written_date(text: str) -> PartialDate | None:
    """Return the date that a text states, its missing parts missing; None when it states none.

    `12.3.62`, `12 Mar 1962`, `3/1962`, `?/3/62` and `1962-03-XX` are read. A year of two digits is
    of the twentieth century: no form of a later one is converted.
    """
    stripped = text.strip()
    try:
        if _ISO(stripped):
            return PartialDate.parse(stripped)
        parts = [part for part in _PARTS.split(stripped.casefold()) if part]
        return _from_parts(parts)
    except (InvalidDateError, ValueError):
        return None


def _from_parts(parts: list[str]) -> PartialDate | None:
    if not 1 <= len(parts) <= 3:
        return None
    day, month, year = ["?"] * (3 - len(parts)) + parts
    found = PartialDate(_year(year), _month(month), _number(day))
    return found if found != PartialDate() else None


def _number(part: str) -> int | None:
    if part in _NOT_KNOWN:
        return None
    digits = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", part)
    if digits is None or int(digits.group(1)) == 0:
        raise ValueError("no number")
    return int(digits.group(1))


def _month(part: str) -> int | None:
    if part[:3] in _MONTHS:
        return _MONTHS.index(part[:3]) + 1
    return _number(part)


def _year(part: str) -> int | None:
    if part in _NOT_KNOWN:
        return None
    if not re.fullmatch(r"\d{2}|\d{4}", part):
        raise ValueError("no year")
    return int(part) if len(part) == 4 else 1900 + int(part)


def complete_day(text: str) -> date | None:
    """Return the day that a text states whole; None when a part is missing."""
    found = read_written_date(text)
    if found is None or found.year is None or found.month is None or found.day is None:
        return None
    return date(found.year, found.month, found.day)
