"""When a rehabilitation period ends, if it does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum, IntEnum

from rules.lengths import Length, corresponding_day, last_day


class Reading(Enum):
    """Two readings of "a period of N months beginning with a day"."""

    STATUTE = "beginning with"
    """The first day counts, so the period ends on the day before the corresponding day."""
    CHECKER = "corresponding day"
    """The disclosure checker's reading (Ministry of Justice): it ends on the corresponding day."""

    def end(self, start: date, length: Length) -> date:
        """Return the last day of the period of `length` that begins with `start`."""
        return (last_day if self is Reading.STATUTE else corresponding_day)(start, length)


class EndKind(IntEnum):
    """Kinds of ends, from the earliest to the latest."""

    NIL = 0
    """There is no period: the conviction is spent at once."""
    DAY = 1
    OPEN = 2
    """The period has not ended, and its last day is not fixed: an order without an end, or
    compensation not yet paid.
    """
    UNKNOWN = 3
    """A fact is missing."""
    NEVER = 4
    """The sentence is excluded from rehabilitation."""


@dataclass(frozen=True, slots=True)
class End:
    """The end of a period. With `EndKind.DAY`, the last day of the period."""

    kind: EndKind
    day: date | None = None

    @classmethod
    def on(cls, day: date) -> End:
        """Return an end on a day."""
        return cls(EndKind.DAY, day)

    def covers(self, day: date) -> bool:
        """Whether a day after the beginning lies in the period, as far as is known."""
        if self.day is not None:
            return day <= self.day
        return self.kind is not EndKind.NIL

    def __str__(self) -> str:
        return str(self.day) if self.day is not None else self.kind.name.lower()


NIL, OPEN, UNKNOWN, NEVER = map(End, (EndKind.NIL, EndKind.OPEN, EndKind.UNKNOWN, EndKind.NEVER))


def latest(ends: Iterable[End]) -> End:
    """Return the latest of the ends; NIL if there are none."""
    return max(
        ends, key=lambda end: (end.kind, end.day.toordinal() if end.day else 0), default=NIL
    )
