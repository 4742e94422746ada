"""Countable facts: the part of a request or a case kept by the statistics. No personal data.

They are given in the transaction in which something is received or ends, so that no figure has to
be looked up later, and that erased people stay as counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.errors import InvalidInputError


class Stage(StrEnum):
    """Kinds of counted fact."""

    RECEIVED = "received"
    CLOSED = "closed"


class Timeliness(StrEnum):
    """Whether something ended in time, by the legal clock."""

    IN_TIME = "in time"
    LATE = "late"
    NO_CLOCK = "no clock"


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of a year. Raises InvalidInputError for an impossible one."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1900 <= self.year <= 9999 and 1 <= self.number <= 4):
            raise InvalidInputError("Write a quarter as 2026Q4.", pointer="/quarter")

    @classmethod
    def of(cls, day: date) -> Quarter:
        """Return the quarter of a day."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read `2026Q4`; raises InvalidInputError."""
        year, mark, number = text[:4], text[4:5], text[5:]
        if mark != "Q" or not (year + number).isascii() or not (year + number).isdigit():
            raise InvalidInputError("Write a quarter as 2026Q4.", pointer="/quarter")
        return cls(int(year), int(number))

    @property
    def last_day(self) -> date:
        """Last day of the quarter."""
        month = 3 * self.number
        return date(self.year, month, 31 if month in (3, 12) else 30)

    @property
    def first_day(self) -> date:
        """First day of the quarter."""
        return date(self.year, 3 * self.number - 2, 1)

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"


@dataclass(frozen=True, slots=True)
class CountableFact:
    """One thing to count: only codes, days and lengths."""

    subject_id: str
    """The opaque id of the request or case."""
    number: int
    """Number of the entry that ended or began it; a request that is opened again may end again."""
    stage: Stage
    service: str
    """The kind of the request, or `search` with its type."""
    counted_on: date
    """The day on which it was put on record, so that a quarter that is over never changes."""
    outcome: str = ""
    timeliness: Timeliness = Timeliness.NO_CLOCK
    asker: str = ""
    """The kind of the requester."""
    party: str = ""
    """The code of the requester; empty for a person, and each person is a party of their own."""
    days: int = 0
    """From receipt to the end."""
