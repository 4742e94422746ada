"""The definition of a kind of request: data and three functions; and when its answer is due.

The state machine, the tables, the log and the pages are the same for all kinds. A kind states
which requests are allowed, how the data held is computed, and which part of the result is given.
It can hold back more than the restrictions of the data do, but never less, because `assessing`
checks `domain.requests.releasing` first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.access.access import Purpose
from domain.errors import InvalidInputError, RequestStepError
from domain.people.people import Details, Record
from domain.requests.releasing import Destination, HeldConviction, HoldBack
from domain.requests.request_states import DUE, Step
from domain.requests.requests import IdentityBasis, PartyKind, ReplyOutcome, Request, RequestFile
from domain.restrictions import UsePurpose
from rules.clocks import Pause, clock_rule, due_day
from rules.step_down import RULE_SET


class ClockStart(StrEnum):
    """The day on which the clock of a request starts."""

    RECEIPT = "receipt"
    IDENTITY = "identity"
    """The day of receipt or, if later, the day on which the last requested proof or fee was
    received."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground on which a request of this kind may be refused."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Assessed:
    """A conviction with its standing under the rules of a kind."""

    held: HeldConviction
    standing: str = ""
    """For example `spent`; empty if the kind does not compute it."""
    rule: str = ""
    """The identifier of the rule that sets the standing."""


@dataclass(frozen=True, slots=True)
class Objection:
    """The reason why a kind of request does not give an item."""

    reason: HoldBack
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of a search and of the release, for kinds whose answer depends on more."""

    outcome: ReplyOutcome
    """The outcome that any other kind would answer with."""
    held_back: tuple[HoldBack, ...]
    """The reasons why convictions are held back, one for each."""
    records: tuple[Record, ...]
    """The records of the identified person, including those of merged people."""
    asked: Details | None
    """The person as stated in the request; None once erased."""
    on: date
    markers: tuple[str, ...] = ()
    """Codes of the markers named by a body outside the office, for kinds that are referred to
    it."""
    is_restricted: bool = False
    """Whether something about the person is kept only as evidence, and so is not among the
    records."""


def names_a_person(request: Request) -> None:
    """Raise InvalidInputError if a request does not name the person it is about."""
    if request.ask is None or not request.ask.subject.names:
        raise InvalidInputError(
            "Name the person whom the request is about.", pointer="/subject/names"
        )


def names_the_asker(request: Request) -> None:
    """Raise InvalidInputError if a person's own request does not name them."""
    if request.ask is None or not request.ask.subject.names:
        raise InvalidInputError("Name the person who makes the request.", pointer="/subject/names")


def as_held(held: Sequence[HeldConviction], on: date) -> tuple[Assessed, ...]:  # noqa: ARG001 - the form of a kind
    """Compute nothing, for kinds that do not need the standing of a conviction."""
    return tuple(Assessed(one) for one in held)


def gives_all(item: Assessed, destination: Destination) -> Objection | None:  # noqa: ARG001 - the form of a kind
    """Give every conviction, for kinds that hold back no more than `assessing` does."""
    return None


def gives_nothing(item: Assessed, destination: Destination) -> Objection | None:  # noqa: ARG001 - the form of a kind
    """Give no conviction, for kinds whose answer does not contain convictions."""
    return Objection(HoldBack.KIND)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of request: what it allows, who may make it, and how it is answered."""

    name: str
    """The stored name. It never changes once a request of this kind exists."""
    title: str
    may_ask: Callable[[Request], None]
    """Raises InvalidInputError for a request that this kind does not answer."""
    askers: frozenset[PartyKind]
    purposes: frozenset[UsePurpose]
    deciders: int
    """The number of people who decide: 1 or 2."""
    clock: str | None
    """The name of the clock rule; None for a kind without a deadline."""
    clock_start: ClockStart = ClockStart.RECEIPT
    compute: Callable[[Sequence[HeldConviction], date], tuple[Assessed, ...]] = as_held
    """Computes the standing of the convictions held, as of a day."""
    gives: Callable[[Assessed, Destination], Objection | None] = gives_nothing
    """Returns why the kind does not give an item to a recipient; None if it does."""
    bases: frozenset[IdentityBasis] = frozenset(IdentityBasis)
    """The bases on which the person may be identified."""
    grounds: tuple[Ground, ...] = ()
    is_neutral: bool = False
    """Whether the same wording is used when convictions are held back and when none are held."""
    doubt_from: float | None = None
    """The posterior from which a candidate found by details leaves doubt, although an enquiry
    would not show the candidate. None means that only the bands shown in an enquiry leave
    doubt."""
    is_certified: bool = False
    """Whether a release is made into a certificate, which anybody can check."""
    rule_set: str = RULE_SET
    """The rules by which a certificate of this kind states convictions and other matters."""
    is_referred: bool = False
    """Whether a body outside the office must answer before a release."""
    has_answer: bool = False
    """Whether a release needs a prepared answer from everything held (see `own_answers`)."""
    waits_for_forces: bool = False
    """Whether forces decide cases under this request. All of them must be decided before the
    request is."""
    says_held: bool = False
    """Whether the answer says that a record is held even if no item is given."""
    says: Callable[[Finding], ReplyOutcome] | None = None
    """Returns the outcome of the answer, for a kind that considers more than convictions; None
    means the outcome as found."""
    sends: bool = True
    """Whether its decision is an answer to be sent. A kind that decides something else has its own
    calls for proposal and second reading."""
    looks_for: Purpose | None = None
    """The purpose recorded when an officer opens a request of this kind; None means that it
    depends on the requester."""
    page: str = ""
    """The path of the page on which a kind that sends no answer is decided, without the id at its
    end."""
    overrides: frozenset[HoldBack] = frozenset(
        {HoldBack.PERSON_DECIDES, HoldBack.STANDING_UNKNOWN}
    )
    """Objections by the kind that the deciders may set aside, with a reason."""

    def ground(self, code: str) -> Ground | None:
        """Return the ground with this code, or None."""
        return next((ground for ground in self.grounds if ground.code == code), None)


_BEGINS = frozenset({Step.ASK, Step.WANT_IDENTITY})
_ENDS = frozenset({Step.ANSWER, Step.GIVE_IDENTITY, Step.REOPEN})


@dataclass(frozen=True, slots=True)
class Due:
    """The day on which an answer is due."""

    on: date | None
    """The last day in time; None if there is no clock, or while the clock is stopped."""
    is_paused: bool
    """Whether a question to the requester is stopping the clock."""
    is_overdue: bool


def due_of(file: RequestFile, kind: Kind, today: date) -> Due:
    """Return the due day of a request, as it is today. Raises OutsideCalendarError."""
    if kind.clock is None:
        return Due(None, is_paused=False, is_overdue=False)
    on = due_day(
        clock_rule(kind.clock),
        _start(file, kind),
        pauses(file, kind.clock_start),
        is_extended=is_extended(file),
    )
    is_owed = file.state in DUE
    return Due(
        on,
        is_paused=is_owed and on is None,
        is_overdue=is_owed and on is not None and on < today,
    )


def is_extended(file: RequestFile) -> bool:
    """Whether the requester has been given notice that the answer will take longer."""
    return any(entry.step is Step.EXTEND for entry in file.entries)


def check_extension(file: RequestFile, kind: Kind, on: date) -> None:
    """Refuse an extension that is too late, is repeated, or is not in the clock rule.

    Notice must be given within the first period (DPA 2018 s 54 as amended). Raises
    RequestStepError.
    """
    if kind.clock is None or clock_rule(kind.clock).extension is None:
        raise RequestStepError("A request of this kind cannot be extended.")
    if is_extended(file):
        raise RequestStepError(
            "This request has already been extended: it can only be extended once."
        )
    due = due_of(file, kind, on).on
    if due is not None and on > due:
        raise RequestStepError(
            "The first period for an answer has ended, so it can no longer be extended."
        )


def pauses(file: RequestFile, clock_start: ClockStart = ClockStart.RECEIPT) -> tuple[Pause, ...]:
    """Return the periods in which the clock is paused: from a question to its answer, inclusive.

    An open pause has no end. If the clock starts only when identity is proved, a request for proof
    does not pause the clock: it moves the start.
    """
    moves_start = clock_start is ClockStart.IDENTITY
    found: list[Pause] = []
    asked: date | None = None
    for entry in file.entries:
        if entry.step in _BEGINS:
            asked = entry.on
        elif moves_start and entry.step is Step.GIVE_IDENTITY:
            asked = None
        elif entry.step in _ENDS and asked is not None:
            found.append(Pause(asked, max(asked, entry.on)))
            asked = None
    return (*found, Pause(asked)) if asked is not None else tuple(found)


def _start(file: RequestFile, kind: Kind) -> date:
    shown = [entry.on for entry in file.entries if entry.step is Step.GIVE_IDENTITY]
    if kind.clock_start is ClockStart.IDENTITY and shown:
        return max(shown[-1], file.request.received_on)
    return file.request.received_on
