"""Dates that may be partly unknown, and the days that they can mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.errors import InvalidDateError, InvalidInputError


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date whose day, month or year may be unknown (None). Raises InvalidDateError."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.year is not None and not 1850 <= self.year <= 2150:
            raise InvalidDateError("Write a date in the years 1850 to 2150.")
        if not self._exists():
            raise InvalidDateError("The date does not exist: check day, month and year.")

    def _exists(self) -> bool:
        try:
            # An unknown year is read as a leap year and an unknown month as one of 31 days.
            date(self.year or 2000, self.month or 1, self.day or 1)
        except ValueError:
            return False
        return True

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read `YYYY-MM-DD`, with XXXX or XX for unknown parts. Raises InvalidDateError."""
        parts = text.upper().split("-")
        if [len(part) for part in parts] != [4, 2, 2]:
            raise InvalidDateError(
                "The date is malformed: write YYYY-MM-DD, with XXXX or XX for an unknown part."
            )
        return cls(*(_part(part) for part in parts))

    @classmethod
    def of(cls, day: date) -> PartialDate:
        """Return a day as a complete date."""
        return cls(day.year, day.month, day.day)

    @property
    def is_complete(self) -> bool:
        """Whether year, month and day are all known."""
        return None not in (self.year, self.month, self.day)

    @property
    def earliest(self) -> date | None:
        """The earliest day that the date can mean; None if the year is unknown."""
        if self.year is None:
            return None
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def words(self) -> str:
        """The date as people write it: `12 March 1984`, `March 1984`, `1984`."""
        month = "" if self.month is None else date(2000, self.month, 1).strftime("%B")
        if self.day is not None and not month:
            month = "(month not known)"
        known = filter(None, (self.day, month, self.year))
        return " ".join(map(str, known)) or "not known"

    def __str__(self) -> str:
        year = "XXXX" if self.year is None else f"{self.year:04d}"
        month = "XX" if self.month is None else f"{self.month:02d}"
        day = "XX" if self.day is None else f"{self.day:02d}"
        return f"{year}-{month}-{day}"


def age_on(born: date, on: date) -> int:
    """Return a person's age on a day, in whole years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def refuse_future(day: date, today: date, pointer: str) -> None:
    """Raise InvalidInputError at `pointer` if a day is in the future."""
    if day > today:
        raise InvalidInputError(
            "The day is in the future: give today or an earlier day.", pointer=pointer
        )


def _part(text: str) -> int | None:
    if set(text) == {"X"}:
        return None
    if not (text.isascii() and text.isdigit()) or int(text) == 0:
        raise InvalidDateError(
            "The date is malformed: write YYYY-MM-DD, with XXXX or XX for an unknown part."
        )
    return int(text)
