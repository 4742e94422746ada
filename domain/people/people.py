"""A person's details, as stated or recorded, and the criminal record."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.errors import InvalidInputError
from domain.ids import ForceCode, PersonId, RecordId
from domain.people.convictions import Conviction
from domain.people.partial_dates import PartialDate

__all__ = [
    "Address",
    "ArrestReport",
    "Details",
    "Disposal",
    "DisposalType",
    "DocumentKind",
    "IdentityDocument",
    "Nationality",
    "Offence",
    "Parent",
    "ParentKind",
    "PartialDate",
    "PersonName",
    "PreviousName",
    "Record",
    "Sex",
]


class Sex(StrEnum):
    """Sex as recorded; None means not known."""

    MALE = "male"
    FEMALE = "female"


@dataclass(frozen=True, slots=True)
class PersonName:
    """One name as given. An unknown part is the empty string. "Null" and "None" are valid
    names.
    """

    forename: str = ""
    surname: str = ""
    middle_names: str = ""

    @property
    def display(self) -> str:
        """Forename, middle names and surname in spoken order."""
        return " ".join(part for part in (self.forename, self.middle_names, self.surname) if part)


@dataclass(frozen=True, slots=True)
class Address:
    """A person's address at the time when it was stated."""

    line: str = ""
    town: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class Nationality:
    """One nationality of a person. A person may have several, and all of them count."""

    country: str
    """ISO 3166-1 alpha-3."""
    source: str = ""
    """The source, such as a passport; empty if not recorded."""
    since: PartialDate | None = None
    until: PartialDate | None = None
    """The day from which the nationality is no longer held; None while it is held."""


@dataclass(frozen=True, slots=True)
class PreviousName:
    """A name that a person had before. It is also among the names that are searched."""

    name: PersonName
    until: PartialDate | None = None


class ParentKind(StrEnum):
    """The parent to whom a name belongs."""

    MOTHER = "mother"
    FATHER = "father"
    PARENT = "parent"
    """It is not known which parent."""


@dataclass(frozen=True, slots=True)
class Parent:
    """The name of a parent."""

    kind: ParentKind
    name: PersonName


class DocumentKind(StrEnum):
    """The kinds of identity documents."""

    PASSPORT = "passport"
    IDENTITY_CARD = "identity card"
    DRIVING_LICENCE = "driving licence"
    RESIDENCE_PERMIT = "residence permit"


@dataclass(frozen=True, slots=True)
class IdentityDocument:
    """A document that was seen or stated."""

    kind: DocumentKind
    country: str
    """The issuing State, ISO 3166-1 alpha-3."""
    number: str
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Details:
    """A person's details, stated or held on record, in the form that is compared as evidence.

    Everything is optional. The first name and the first date of birth are the main ones; the
    others are aliases. Identifiers are kept as given; `domain.people.identifiers` decides whether
    they can be compared.
    """

    names: tuple[PersonName, ...] = ()
    dates_of_birth: tuple[PartialDate, ...] = ()
    sex: Sex | None = None
    place_of_birth: str = ""
    nationalities: tuple[Nationality, ...] = ()
    """All nationalities. Only the first is compared as evidence, and all are included in
    notifications.
    """
    addresses: tuple[Address, ...] = ()
    pnc_ids: tuple[str, ...] = ()
    cro_numbers: tuple[str, ...] = ()
    previous_names: tuple[PreviousName, ...] = ()
    parents: tuple[Parent, ...] = ()
    documents: tuple[IdentityDocument, ...] = ()

    @property
    def nationality(self) -> str:
        """The first nationality, ISO 3166-1 alpha-3; empty if none is known."""
        return self.nationalities[0].country if self.nationalities else ""

    @property
    def is_empty(self) -> bool:
        """Whether no detail at all was given."""
        return self == Details()


class DisposalType(StrEnum):
    """How a court or the police disposed of an offence."""

    CHARGED = "charged"
    CONVICTED = "convicted"
    CAUTIONED = "cautioned"
    PENALTY_NOTICE = "penalty notice"
    NO_FURTHER_ACTION = "no further action"
    ACQUITTED = "acquitted"
    SINE_DIE = "adjourned sine die"
    """Adjourned without a day being set: still open, like a charge."""


@dataclass(frozen=True, slots=True)
class Disposal:
    """The outcome of one offence, and the day of the outcome."""

    disposal_type: DisposalType
    on: date
    sentence: str = ""
    """The sentence in words. It has no structure and is never used in computations;
    `Record.convictions` is.
    """


@dataclass(frozen=True, slots=True)
class Offence:
    """One offence of an arrest report; `code` is a CJS offence code.

    Raises InvalidInputError for an offence that ends before it begins.
    """

    code: str
    title: str
    is_recordable: bool
    committed_on: date
    disposals: tuple[Disposal, ...] = ()
    ended_on: date | None = None
    """The last day of the period; None if the offence was committed on one day."""

    def __post_init__(self) -> None:
        if self.ended_on is not None and self.ended_on < self.committed_on:
            raise InvalidInputError("The offence ends before it begins: correct the period.")


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
    convictions: tuple[Conviction, ...] = ()
