"""A kind of request: data and three functions.

The state machine, the tables, the log and the pages are the same for all kinds. A kind names its
allowed questions, the computation on the data held, and the part of the result to give. It can
hold back more than the restrictions of the data do, and never less: `assessing` asks
`domain.releasing` first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.access import Purpose
from domain.errors import InvalidInputError
from domain.people import Details, Record
from domain.releasing import Destination, HeldConviction, HoldBack
from domain.requests import IdentityBasis, PartyKind, ReplyOutcome, Request
from domain.restrictions import UsePurpose
from rules.step_down import RULE_SET


class ClockStart(StrEnum):
    """The day with which the clock of a request begins."""

    RECEIPT = "receipt"
    IDENTITY = "identity"
    """The day of receipt or, if later, the day on which the last requested proof or fee came."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground on which a request of a kind may be refused."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Assessed:
    """A conviction with its standing."""

    held: HeldConviction
    standing: str = ""
    """Such as `spent`; empty when the kind computes nothing of it."""
    rule: str = ""
    """The identifier of the rule that decides."""


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a kind does not give an item."""

    reason: HoldBack
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of a search and of the release, for kinds whose answer rests on more."""

    outcome: ReplyOutcome
    """As every kind would answer."""
    held_back: tuple[HoldBack, ...]
    """Why convictions stay back, one each."""
    records: tuple[Record, ...]
    """Records of the identified person, including those of merged persons."""
    asked: Details | None
    """The person as the request states them; None once that is erased."""
    on: date
    markers: tuple[str, ...] = ()
    """Codes of the markers that a body outside the office has named, for kinds that ask it."""
    is_restricted: bool = False
    """Whether a matter of the person is kept as evidence, and not among the records."""


def names_a_person(request: Request) -> None:
    """Raise InvalidInputError for a request that does not name the person it is about."""
    if request.ask is None or not request.ask.subject.names:
        raise InvalidInputError(
            "Name the person whom the request is about.", pointer="/subject/names"
        )


def as_held(held: Sequence[HeldConviction], on: date) -> tuple[Assessed, ...]:  # noqa: ARG001 - the form of a kind
    """Compute nothing: for kinds to which the standing of a conviction says nothing."""
    return tuple(Assessed(one) for one in held)


def gives_nothing(item: Assessed, destination: Destination) -> Objection | None:  # noqa: ARG001 - the form of a kind
    """Give no conviction: for kinds whose answer is another one."""
    return Objection(HoldBack.KIND)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of request."""

    name: str
    """As it is stored; never changed once a request of it exists."""
    title: str
    may_ask: Callable[[Request], None]
    """Raises InvalidInputError for a request that this kind does not answer."""
    compute: Callable[[Sequence[HeldConviction], date], tuple[Assessed, ...]]
    """Computes the standing of the convictions held, on a day."""
    gives: Callable[[Assessed, Destination], Objection | None]
    """Why the kind does not give an item to a destination; None when it does."""
    askers: frozenset[PartyKind]
    purposes: frozenset[UsePurpose]
    bases: frozenset[IdentityBasis]
    """The bases that an identification may rest on."""
    deciders: int
    """How many people decide: 1 or 2."""
    clock: str | None
    """The clock rule; None for a kind that nothing is due by."""
    clock_start: ClockStart = ClockStart.RECEIPT
    grounds: tuple[Ground, ...] = ()
    is_neutral: bool = False
    """Whether one wording serves for convictions held back and for none held."""
    doubt_from: float | None = None
    """The posterior from which a candidate by details leaves doubt although an enquiry would not
    tell of it; None: only the bands that an enquiry tells."""
    is_certified: bool = False
    """Whether a release is made a certificate, which anybody can check."""
    rule_set: str = RULE_SET
    """The rules by which a certificate of this kind states matters."""
    is_referred: bool = False
    """Whether a body outside the office has to answer before a release."""
    has_answer: bool = False
    """Whether a release needs an answer prepared of everything held (`own_answers`)."""
    waits_for_forces: bool = False
    """Whether forces decide on cases of it, all of which must be decided before its own."""
    says_held: bool = False
    """Whether the answer tells that a record is held even where it gives no item."""
    says: Callable[[Finding], ReplyOutcome] | None = None
    """The outcome of the answer, for a kind that regards more than convictions; None: as found."""
    sends: bool = True
    """Whether its decision is an answer that leaves. A kind that decides something else has calls
    of its own for proposal and second reading."""
    looks_for: Purpose | None = None
    """The purpose of an officer's looks at a request of it; None: as whoever asks has it."""
    page: str = ""
    """The path of the page on which a kind that sends nothing is decided, before its id."""
    overrides: frozenset[HoldBack] = field(
        default=frozenset({HoldBack.PERSON_DECIDES, HoldBack.STANDING_UNKNOWN})
    )
    """The objections of the kind that the people who decide may set aside, with a reason."""

    def ground(self, code: str) -> Ground | None:
        """Return one of its grounds, or None."""
        return next((ground for ground in self.grounds if ground.code == code), None)
