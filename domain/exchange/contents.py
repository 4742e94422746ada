"""The contents of messages: the person, the conviction with its parts, and its restrictions.

Amounts are whole hundredths of the currency's unit. Durations are ISO 8601. Days may be partly
unknown where the field permits: `1980-05-XX`. Every optional part may be absent, and its absence
never stops a message.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from domain.exchange.shapes import Many, Text, Whole
from domain.people import convictions
from domain.people.people import Details, Nationality, PartialDate, PersonName, Sex
from domain.restrictions import Transmittable, UsePurpose

MOST_CONVICTIONS = 500
"""The maximum number of convictions in one reply."""

State = Annotated[str, Text(3, "[A-Z]{3}")]
PartialDay = Annotated[str, Text(10, "([0-9]{4}|XXXX)-([0-9]{2}|XX)-([0-9]{2}|XX)")]
Duration = Annotated[str, Text(24, "P([0-9]{1,3}Y)?([0-9]{1,4}M)?([0-9]{1,4}W)?([0-9]{1,5}D)?")]
Code = Annotated[str, Text(20, "[0-9A-Za-z][0-9A-Za-z .-]*")]
Table = Annotated[str, Text(50, "[a-z0-9][a-z0-9-]*/[0-9]{1,4}")]
"""A table of codes, with name and version."""
Words = Annotated[str, Text(2000)]
Line = Annotated[str, Text(200)]
Reference = Annotated[str, Text(64, "[0-9A-Za-z._-]+")]
"""An opaque id."""


@dataclass(frozen=True, slots=True)
class StatedName:
    """One name. A part that is not known is left out."""

    surname: Line | None = None
    forenames: Line | None = None
    second_surname: Line | None = None


@dataclass(frozen=True, slots=True)
class StatedDocument:
    """A passport, an identity card, or a number that a State gave the person."""

    kind: Line
    number: Line
    issued_by: State | None = None


@dataclass(frozen=True, slots=True)
class StatedPerson:
    """The person whom a message is about, as recorded by its sender."""

    name: StatedName
    nationalities: Annotated[tuple[State, ...], Many(20)]
    born_on: PartialDay | None = None
    born_in: Line | None = None
    sex: Annotated[str, Text(7, "male|female")] | None = None
    previous_names: Annotated[tuple[StatedName, ...], Many(50)] = ()
    other_names: Annotated[tuple[StatedName, ...], Many(50)] = ()
    parents: Annotated[tuple[StatedName, ...], Many(4)] = ()
    documents: Annotated[tuple[StatedDocument, ...], Many(50)] = ()
    died_on: PartialDay | None = None
    has_prints: bool = False
    """Whether the sender holds fingerprints. They are sent on request."""
    reference: Line | None = None
    """The sender's own reference for the person."""


@dataclass(frozen=True, slots=True)
class StatedCourt:
    """The court that decided, with its name, its code, or both."""

    name: Line | None = None
    code: Line | None = None
    country: State | None = None


@dataclass(frozen=True, slots=True)
class StatedOffence:
    """One offence in national words, with the common code if a table gives one."""

    national_code: Line
    title: Line | None = None
    common_table: Table | None = None
    common_code: Code | None = None
    completion: convictions.Completion = convictions.Completion.COMPLETED
    participation: convictions.Participation = convictions.Participation.PERPETRATOR
    count: Annotated[int, Whole(1, 1_000_000)] = 1
    began_on: PartialDay | None = None
    ended_on: PartialDay | None = None
    place: Line | None = None
    country: State | None = None
    provisions: Annotated[tuple[Words, ...], Many(50)] = ()
    is_recordable: bool | None = None


@dataclass(frozen=True, slots=True)
class StatedAmount:
    """An amount in hundredths of the currency's unit, and how many times it is due."""

    hundredths: Annotated[int, Whole(1, 10**15)]
    currency: Annotated[str, Text(3, "[A-Z]{3}")]
    times: Annotated[int, Whole(1, 1_000_000)] = 1


@dataclass(frozen=True, slots=True)
class StatedSanction:
    """One sanction of a conviction. Rules never compute with `words`, the court's wording."""

    kind: convictions.SentenceKind
    common_table: Table | None = None
    common_code: Code | None = None
    nature: convictions.Nature = convictions.Nature.PRINCIPAL
    duration: Duration | None = None
    suspended_for: Duration | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    licence_ends_on: date | None = None
    order_ends_on: date | None = None
    is_indefinite: bool = False
    is_consecutive: bool = False
    is_schedule_18: bool | None = None
    amounts: Annotated[tuple[StatedAmount, ...], Many(50)] = ()
    paid_on: date | None = None
    words: Words | None = None


@dataclass(frozen=True, slots=True)
class StatedDecision:
    """A later decision that changed or deleted the conviction."""

    change: convictions.DecisionChange
    decided_on: date
    court: StatedCourt
    final_on: date | None = None
    deletes: bool = False
    words: Words | None = None


@dataclass(frozen=True, slots=True)
class StatedRestrictions:
    """The restrictions that the source set, which every later disclosure passes on.

    If nothing states that a conviction may be passed on, treat this as not known.
    """

    transmittable: Transmittable = Transmittable.UNKNOWN
    purposes: Annotated[tuple[UsePurpose, ...], Many(20)] = ()
    """The only purposes for which the conviction may be used. Absent: any purpose."""
    retention_end: date | None = None
    needs_leave: bool = False


@dataclass(frozen=True, slots=True)
class StatedConviction:
    """One version of one conviction."""

    conviction_id: Reference
    """The sender's id for the conviction. It is the same in every version."""
    version: Annotated[int, Whole(1, 1_000_000)]
    country: State
    decided_on: date
    court: StatedCourt
    offences: Annotated[tuple[StatedOffence, ...], Many(200)]
    sanctions: Annotated[tuple[StatedSanction, ...], Many(200)] = ()
    decisions: Annotated[tuple[StatedDecision, ...], Many(200)] = ()
    final_on: date | None = None
    reference: Line | None = None
    """The court's own case number."""
    proceedings: Line | None = None
    was_under_18: bool | None = None
    is_summary_only: bool | None = None
    recorded_on: date | None = None
    restrictions: StatedRestrictions = StatedRestrictions()


def details_of(person: StatedPerson) -> Details:
    """Return a stated person as details with which to search."""
    names = (person.name, *person.previous_names, *person.other_names)
    return Details(
        names=tuple(_name(one) for one in names if one.surname or one.forenames),
        dates_of_birth=(PartialDate.parse(person.born_on),) if person.born_on else (),
        sex=Sex(person.sex) if person.sex else None,
        place_of_birth=person.born_in or "",
        nationalities=tuple(map(Nationality, person.nationalities)),
    )


def _name(name: StatedName) -> PersonName:
    forename, _, middle = (name.forenames or "").partition(" ")
    surname = " ".join(part for part in (name.surname, name.second_surname) if part)
    return PersonName(forename, surname, middle)
