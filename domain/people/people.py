"""A person's details, as stated or recorded, and the criminal record."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.errors import InvalidInputError
from domain.ids import ForceCode, PersonId, RecordId
from domain.people.convictions import Conviction
from domain.people.partial_dates import PartialDate as PartialDate  # noqa: PLC0414 - part of details


class Sex(StrEnum):
    """Sex as recorded; absent if it is not known."""

    MALE = "male"
    FEMALE = "female"


@dataclass(frozen=True, slots=True)
class PersonName:
    """One name as given; an unknown part is empty. "Null" and "None" are valid names."""

    forename: str = ""
    """First name."""
    surname: str = ""
    """Family name."""
    middle_names: str = ""
    """Middle names."""

    @property
    def display(self) -> str:
        """Forename, middle names and surname in spoken order."""
        return " ".join(part for part in (self.forename, self.middle_names, self.surname) if part)


@dataclass(frozen=True, slots=True)
class Address:
    """A person's address at the time when it was stated."""

    line: str = ""
    """House number and street."""
    town: str = ""
    """Town."""
    postcode: str = ""
    """Postcode."""


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
    """The kind of an identity document."""

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
    """Number of the document."""
    valid_until: date | None = None
    """The last day on which the document is valid."""


@dataclass(frozen=True, slots=True)
class Details:
    """A person's details, stated or held on record, in the form that is compared as evidence.

    Everything is optional. The first name and the first date of birth are the main ones; the
    others are aliases. Identifiers are kept as given; `domain.people.identifiers` decides whether
    they can be compared.
    """

    names: tuple[PersonName, ...] = ()
    """Names on record, the main name first."""
    dates_of_birth: tuple[PartialDate, ...] = ()
    """Dates of birth, as stated or on record."""
    sex: Sex | None = None
    place_of_birth: str = ""
    """Place of birth."""
    nationalities: tuple[Nationality, ...] = ()
    """All are included in notifications; only the first is compared as evidence."""
    addresses: tuple[Address, ...] = ()
    """Addresses on record."""
    pnc_ids: tuple[str, ...] = ()
    """PNC identifiers."""
    cro_numbers: tuple[str, ...] = ()
    """Criminal Records Office numbers."""
    previous_names: tuple[PreviousName, ...] = ()
    """Names that the person had before."""
    parents: tuple[Parent, ...] = ()
    """The parents of the person."""
    documents: tuple[IdentityDocument, ...] = ()
    """Passports, identity cards and similar documents."""

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
    """The day of the disposal."""
    sentence: str = ""
    """The sentence in words. It has no structure, and rules never compute with it."""


@dataclass(frozen=True, slots=True)
class Offence:
    """One offence, with its CJS code. Raises InvalidInputError if it ends before it begins."""

    code: str
    """Code of the offence."""
    title: str
    """Title of the offence."""
    is_recordable: bool
    """Whether the offence is recordable."""
    committed_on: date
    """Day of the offence."""
    disposals: tuple[Disposal, ...] = ()
    """Disposals of the offence."""
    ended_on: date | None = None
    """The last day of the period; None if the offence was committed on one day."""

    def __post_init__(self) -> None:
        if self.ended_on is not None and self.ended_on < self.committed_on:
            raise InvalidInputError("The offence ends before it begins: correct the period.")

    @property
    def steps(self) -> tuple[Disposal, ...]:
        """Its disposals by day, those of one day as listed. The last one says how it stands."""
        return tuple(sorted(self.disposals, key=lambda one: one.on))


@dataclass(frozen=True, slots=True)
class ArrestReport:
    """An arrest or summons with its offences; `asn` is the Arrest Summons Number."""

    asn: str
    """Arrest Summons Number."""
    force: ForceCode
    """Code of the police force, as in PNC tables."""
    on: date
    """The day of the arrest or summons."""
    offences: tuple[Offence, ...]
    """The offences of the report."""


@dataclass(frozen=True, slots=True)
class Record:
    """A person's criminal record; `force` owns it."""

    record_id: RecordId
    person_id: PersonId
    force: ForceCode
    details: Details
    arrest_reports: tuple[ArrestReport, ...] = ()
    convictions: tuple[Conviction, ...] = ()
