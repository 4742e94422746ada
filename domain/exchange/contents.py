"""What messages carry: the person, the conviction with its parts, and its restrictions.

Amounts are whole hundredths of the currency's unit, durations ISO 8601, days partial where they
may be: `1980-05-XX`. Every optional part may be absent, and its absence never stops a message.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from domain.exchange.codes import ThreeWay
from domain.exchange.restrictions import Restrictions
from domain.exchange.shapes import Many, Text, Whole

MOST_CONVICTIONS = 500
"""Convictions in one reply."""

State = Annotated[str, Text(3, "[A-Z]{3}")]
PartialDay = Annotated[str, Text(10, "([0-9]{4}|XXXX)-([0-9]{2}|XX)-([0-9]{2}|XX)")]
Duration = Annotated[str, Text(20, "P([0-9]{1,3}Y)?([0-9]{1,3}M)?([0-9]{1,4}D)?(T[0-9]{1,4}H)?")]
Code = Annotated[str, Text(20, "[0-9A-Za-z][0-9A-Za-z .-]*")]
Words = Annotated[str, Text(2000)]
Line = Annotated[str, Text(200)]
Reference = Annotated[str, Text(64, "[0-9A-Za-z._-]+")]
"""An opaque id."""


@dataclass(frozen=True, slots=True)
class StatedName:
    """One name; a part that is not known is absent."""

    surname: Line | None = None
    forenames: Line | None = None
    second_surname: Line | None = None


@dataclass(frozen=True, slots=True)
class StatedDocument:
    """A passport, an identity card or a number that a State gave the person."""

    kind: Line
    number: Line
    issued_by: State | None = None


@dataclass(frozen=True, slots=True)
class StatedPerson:
    """Whom a message is about, as its sender has them on record."""

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
    """Whether the sender holds fingerprints; prints follow on request."""
    reference: Reference | None = None
    """The sender's own id of the person."""


@dataclass(frozen=True, slots=True)
class StatedCourt:
    """The court that decided."""

    name: Line
    code: Code | None = None
    town: Line | None = None


@dataclass(frozen=True, slots=True)
class StatedOffence:
    """One offence, in national words, with the common code where a table gives one."""

    national_code: Code
    title: Line
    common_code: Code | None = None
    completion: Code | None = None
    participation: Code | None = None
    exemption: Code | None = None
    count: Annotated[int, Whole(1, 10_000)] = 1
    began_on: PartialDay | None = None
    ended_on: PartialDay | None = None
    place: Line | None = None
    provisions: Words | None = None


@dataclass(frozen=True, slots=True)
class StatedSanction:
    """One sanction. `nature` says principal, alternative or ancillary in the sender's words."""

    title: Line
    common_code: Code | None = None
    nature: Line | None = None
    duration: Duration | None = None
    suspended_for: Duration | None = None
    begins_on: date | None = None
    ends_on: date | None = None
    is_indefinite: bool = False
    amount_hundredths: Annotated[int, Whole(0, 10**15)] | None = None
    currency: Annotated[str, Text(3, "[A-Z]{3}")] | None = None
    paid_on: date | None = None


@dataclass(frozen=True, slots=True)
class StatedDecision:
    """A later decision that changed or deleted the conviction."""

    change: Line
    decided_on: date
    court: StatedCourt | None = None
    deletes: bool = False


@dataclass(frozen=True, slots=True)
class StatedConviction:
    """One conviction in one version."""

    conviction_id: Reference
    """Its sender's id; the same in every version."""
    version: Annotated[int, Whole(1, 1_000_000)]
    country: State
    decided_on: date
    court: StatedCourt
    offences: Annotated[tuple[StatedOffence, ...], Many(200)]
    sanctions: Annotated[tuple[StatedSanction, ...], Many(200)] = ()
    decisions: Annotated[tuple[StatedDecision, ...], Many(200)] = ()
    final_on: date | None = None
    is_discharge: bool = False
    """Without a sentence; notified like any other."""
    is_spent: ThreeWay = ThreeWay.UNKNOWN
    restrictions: Restrictions = Restrictions()
