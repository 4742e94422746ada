"""Steps of the state machine: each an entry in the log of the request, and an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.access import Caller, Scope
from domain.errors import InvalidInputError, SelfVerificationError, StaleRequestError
from domain.events.requests import RequestStepped
from domain.ids import PersonId, RequestId, UserId
from domain.request_states import ENDED, RequestState, Step, Taker, after, transition
from domain.requests import Entry, RequestFile
from service.storage.unit_of_work import UnitOfWork
from service.usecases.existing import existing
from service.usecases.log.recording import record
from service.usecases.requests.clocks import check_extension
from service.usecases.requests.counting import count_ended
from service.usecases.requests.kinds import kind_named
from service.usecases.services import Services

PLAIN_STEPS = frozenset(
    {
        *(Step.WANT_IDENTITY, Step.GIVE_IDENTITY, Step.ACCEPT, Step.ASK, Step.ANSWER),
        *(Step.CLOSE, Step.WITHDRAW, Step.LAPSE, Step.REOPEN, Step.EXTEND),
    }
)
"""Steps that only need words and a day; the others have their own use cases."""

_NEED_WORDS = frozenset({Step.WANT_IDENTITY, Step.ASK, Step.WITHDRAW, Step.LAPSE, Step.EXTEND})


@dataclass(frozen=True, slots=True)
class TakeStep:
    """A step to take on a request as the caller has read it."""

    caller: Caller
    request_id: RequestId
    expected_version: int
    """The number of the last entry that the caller has read."""
    step: Step
    words: str = ""
    on: date | None = None
    """The day that counts for the clock; None: today."""


def take_step(services: Services, command: TakeStep) -> RequestState:
    """Take a plain step and return the state after it.

    Raises NotPermittedError, NotFoundError, StaleRequestError, RequestStepError, InvalidInputError
    (no plain step, no words where they are needed, a day in the future or before the receipt).
    """
    if command.step not in PLAIN_STEPS:
        raise InvalidInputError("Use the separate call for this step.", pointer="/step")
    if command.step in _NEED_WORDS and not command.words.strip():
        raise InvalidInputError("Say in words what is requested, or why.", pointer="/words")
    with services.units.write() as unit:
        file = file_for_step(unit, command.caller, command.request_id, command.expected_version)
        entry = next_entry(services, command.caller, file, command.step, words=command.words)
        entry = _on(entry, command, file)
        if command.step is Step.EXTEND:
            check_extension(file, kind_named(file.request.kind), entry.on)
        enter(AtWork(services, unit, command.caller, command.request_id), entry)
        unit.commit()
    return entry.state


def _on(entry: Entry, command: TakeStep, file: RequestFile) -> Entry:
    if command.on is None:
        return entry
    earliest = file.request.received_on
    if not earliest <= command.on <= entry.at.date():
        raise InvalidInputError(
            "The day is before the request was received, or in the future: correct it.",
            pointer="/on",
        )
    return Entry(
        entry.number, entry.step, entry.state, entry.by, entry.at, command.on, entry.words
    )


def file_for_step(
    unit: UnitOfWork, caller: Caller, request_id: RequestId, expected: int
) -> RequestFile:
    """Return a request that the caller may step, as the caller has read it.

    Raises NotPermittedError, NotFoundError, StaleRequestError.
    """
    caller.actor.require(Scope.WORK_REQUESTS)
    file = existing(unit.requests.file(request_id))
    if file.version != expected:
        raise StaleRequestError("The request has changed: reload it, then take the step again.")
    return file


def next_entry(
    services: Services,
    caller: Caller,
    file: RequestFile,
    step: Step,
    *,
    wanted: RequestState | None = None,
    words: str = "",
) -> Entry:
    """Return the entry that a step makes.

    Raises RequestStepError, and SelfVerificationError when a second person has to take it.
    """
    proposal = file.proposal
    is_second = transition(step, file.state).taker is Taker.SECOND
    if is_second and proposal is not None and proposal.by == caller.actor.user_id:
        raise SelfVerificationError("You proposed this: another person must agree to it.")
    now = services.surroundings.clock()
    return Entry(
        number=file.version + 1,
        step=step,
        state=after(step, file.state, wanted),
        by=caller.actor.user_id,
        at=now,
        on=now.date(),
        words=words,
    )


@dataclass(frozen=True, slots=True)
class AtWork:
    """The caller and the request of a step, in its transaction."""

    services: Services
    unit: UnitOfWork
    caller: Caller
    request_id: RequestId


def enter(at: AtWork, entry: Entry, *, proposed_by: UserId | None = None) -> None:
    """Append an entry without rows of its own, with its event."""
    at.unit.requests.enter(at.request_id, entry, proposed_by=proposed_by)
    record_step(at, entry)


def record_step(
    at: AtWork,
    entry: Entry,
    *,
    person_id: PersonId | None = None,
    convictions: int | None = None,
) -> None:
    """Write the event of an entry, once its rows are there."""
    event = RequestStepped(
        at.request_id,
        entry.number,
        entry.step,
        entry.state,
        entry.outcome,
        person_id,
        convictions,
    )
    record(at.unit, at.services.surroundings, at.caller, event)
    if entry.state in ENDED:
        count_ended(at.services, at.unit, at.caller, at.request_id, entry)
