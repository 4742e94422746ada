"""A person's details, as stated or recorded, and the criminal record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.errors import InvalidDateError
from domain.ids import ForceCode, PersonId, RecordId


class Sex(StrEnum):
    """Sex as recorded; None means not known."""

    MALE = "male"
    FEMALE = "female"


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date of which day, month or year may be unknown (None). Raises InvalidDateError."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if not self._exists():
            raise InvalidDateError("The date does not exist; check day, month and year.")

    def _exists(self) -> bool:
        if self.year is not None and not 1850 <= self.year <= 2150:
            return False
        try:
            # An unknown year is read as a leap year and an unknown month as one of 31 days.
            date(self.year or 2000, self.month or 1, self.day or 1)
        except ValueError:
            return False
        return True

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read `YYYY-MM-DD`, where an unknown part is written `XXXX` or `XX`.

        Raises InvalidDateError for any other form.
        """
        parts = text.upper().split("-")
        if [len(part) for part in parts] != [4, 2, 2]:
            raise InvalidDateError(
                "The date is malformed; write YYYY-MM-DD, with XXXX or XX for an unknown part."
            )
        return cls(*(_part(part) for part in parts))

    @property
    def is_complete(self) -> bool:
        """Whether year, month and day are all known."""
        return None not in (self.year, self.month, self.day)

    def __str__(self) -> str:
        year = "XXXX" if self.year is None else f"{self.year:04d}"
        month = "XX" if self.month is None else f"{self.month:02d}"
        day = "XX" if self.day is None else f"{self.day:02d}"
        return f"{year}-{month}-{day}"


def _part(text: str) -> int | None:
    if set(text) == {"X"}:
        return None
    if not (text.isascii() and text.isdigit()) or int(text) == 0:
        raise InvalidDateError(
            "The date is malformed; write YYYY-MM-DD, with XXXX or XX for an unknown part."
        )
    return int(text)


@dataclass(frozen=True, slots=True)
class PersonName:
    """One name as given. An unknown part is the empty string; "Null" and "None" are names."""

    forename: str = ""
    surname: str = ""
    middle_names: str = ""

    @property
    def display(self) -> str:
        """Forename, middle names and surname in spoken order."""
        return " ".join(part for part in (self.forename, self.middle_names, self.surname) if part)


@dataclass(frozen=True, slots=True)
class Address:
    """A person's address at the time of the question."""

    line: str = ""
    town: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class Details:
    """A person's details, stated or held on record, in the form that evidence compares.

    Everything is optional. The first name and the first date are the main ones, the others are
    aliases. Identifiers are kept as given; `domain.identifiers` decides whether they can be
    compared.
    """

    names: tuple[PersonName, ...] = ()
    dates_of_birth: tuple[PartialDate, ...] = ()
    sex: Sex | None = None
    place_of_birth: str = ""
    nationality: str = ""
    """ISO 3166-1 alpha-3."""
    addresses: tuple[Address, ...] = ()
    pnc_ids: tuple[str, ...] = ()
    cro_numbers: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether no detail at all was given."""
        return self == Details()


class DisposalType(StrEnum):
    """The result of an offence."""

    CHARGED = "charged"
    CONVICTED = "convicted"
    CAUTIONED = "cautioned"
    PENALTY_NOTICE = "penalty notice"
    NO_FURTHER_ACTION = "no further action"
    ACQUITTED = "acquitted"


@dataclass(frozen=True, slots=True)
class Disposal:
    """The outcome of one offence and its day."""

    disposal_type: DisposalType
    on: date
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Offence:
    """One offence of an arrest report; `code` is a CJS offence code."""

    code: str
    title: str
    is_recordable: bool
    committed_on: date
    disposals: tuple[Disposal, ...] = ()


@dataclass(frozen=True, slots=True)
class ArrestReport:
    """An arrest or summons with its offences; `asn` is the Arrest Summons Number."""

    asn: str
    force: ForceCode
    on: date
    offences: tuple[Offence, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A person's criminal record; `force` owns it."""

    record_id: RecordId
    person_id: PersonId
    force: ForceCode
    details: Details
    arrest_reports: tuple[ArrestReport, ...] = ()
