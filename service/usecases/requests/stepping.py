"""The steps of a request, each with an entry and an event; and the counts of requests."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from domain import errors
from domain.access.access import Caller, Scope
from domain.events.declaring import Event
from domain.events.requests import RequestStepped
from domain.ids import PersonId, RequestId, UserId
from domain.office_days import office_day
from domain.publication import CountableFact, Stage, Timeliness
from domain.requests.request_states import (
    DECIDED,
    ENDED,
    FEE_STEPS,
    RequestState,
    Step,
    Taker,
    after,
    transition,
)
from domain.requests.requests import Entry, Request, RequestFile, amount_text
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import give_fact, record
from service.usecases.requests.kind import Kind, check_extension, due_of
from service.usecases.requests.kinds import kind_named
from service.usecases.services import Services, StoreServices


def count_received(
    services: StoreServices, unit: UnitOfWork, caller: Caller, request: Request
) -> None:
    """Store the facts about a received request, for the day on which it was recorded."""
    fact = CountableFact(
        request.request_id,
        number=1,
        stage=Stage.RECEIVED,
        service=request.kind,
        counted_on=office_day(request.opened_at),
        asker=request.asker.kind.value,
        party=request.asker.code,
    )
    give_fact(services, unit, caller, fact)


def fact_of_end(file: RequestFile, entry: Entry) -> CountableFact:
    """Return the facts about a request that an entry has ended."""
    request, decided = file.request, _decided(file)
    answered_on = entry.on if decided is None else decided.on
    return CountableFact(
        request.request_id,
        number=entry.number,
        stage=Stage.CLOSED,
        service=request.kind,
        counted_on=office_day(entry.at),
        outcome=entry.state.value if decided is None else decided.outcome,
        timeliness=_timeliness(file, answered_on),
        asker=request.asker.kind.value,
        party=request.asker.code,
        days=max(0, (answered_on - request.received_on).days),
    )


def _decided(file: RequestFile) -> Entry | None:
    """Return the entry that decided a request; None if it ended without a decision."""
    if file.state is not RequestState.CLOSED:
        return None
    return next((one for one in reversed(file.entries) if one.state in DECIDED), None)


def _timeliness(file: RequestFile, answered_on: date) -> Timeliness:
    try:
        due = due_of(file, kind_named(file.request.kind), answered_on).on
    except errors.OutsideCalendarError:
        return Timeliness.NO_CLOCK
    if due is None:
        return Timeliness.NO_CLOCK
    return Timeliness.IN_TIME if answered_on <= due else Timeliness.LATE


PLAIN_STEPS = frozenset(
    {
        *(Step.WANT_IDENTITY, Step.GIVE_IDENTITY, Step.ACCEPT, Step.ASK, Step.ANSWER),
        *(Step.CLOSE, Step.WITHDRAW, Step.LAPSE, Step.REOPEN, Step.EXTEND),
        *FEE_STEPS,
    }
)
"""Steps that only need words, a day and, about a fee, its amount. Other steps have their own use
cases."""

_NEED_WORDS = frozenset(
    {
        *(Step.WANT_IDENTITY, Step.ASK, Step.WITHDRAW, Step.LAPSE, Step.EXTEND),
        *(Step.WAIVE_FEE, Step.REFUND_FEE),
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class OnRequest:
    """A command on a request, for the version that the caller has read."""

    caller: Caller
    request_id: RequestId
    expected_version: int
    """The number of the last entry that the caller has read."""


@dataclass(frozen=True, slots=True)
class TakeStep(OnRequest):
    """A step to take on a request, for the version that the caller has read."""

    step: Step
    words: str = ""
    on: date | None = None
    """The day that counts for the clock; None means today."""
    pence: int | None = None
    """The amount, for a step about a fee."""


def take_step(services: Services, command: TakeStep) -> RequestState:
    """Take a plain step and return the new state.

    Raises NotPermittedError, NotFoundError, StaleRequestError, RequestStepError, InvalidInputError
    (not a plain step, required words missing, a day that is in the future or before the receipt,
    or an amount that the fees of the request do not allow).
    """
    if command.step not in PLAIN_STEPS:
        raise errors.InvalidInputError(
            "This call cannot take this step: use the API call for this step.",
            pointer="/step",
        )
    if command.step in _NEED_WORDS and not command.words.strip():
        raise errors.InvalidInputError("Write your question or your reason.", pointer="/words")
    if (command.pence is None) == (command.step in FEE_STEPS):
        raise errors.InvalidInputError(
            "Give an amount if the step is about a fee. For any other step, leave the amount out.",
            pointer="/pence",
        )
    with services.units.begin() as unit:
        at = at_work(services, unit, command)
        entry = _on(at.next_entry(command.step, words=command.words), command, at.file)
        if command.pence is not None:
            at.file.fees.after((command.step, command.pence))
            entry = replace(entry, outcome=amount_text(command.pence))
        if command.step is Step.EXTEND:
            check_extension(at.file, at.kind, entry.on)
        at.enter(entry)
    return entry.state


def _on(entry: Entry, command: TakeStep, file: RequestFile) -> Entry:
    if command.on is None:
        return entry
    earliest = file.request.received_on
    if not earliest <= command.on <= office_day(entry.at):
        raise errors.InvalidInputError(
            "The day is before the request was received, or in the future: correct the day.",
            pointer="/on",
        )
    return replace(entry, on=command.on)


_ANSWERS = {
    RequestState.IDENTITY_WANTED: Step.GIVE_IDENTITY,
    RequestState.CLARIFICATION_WANTED: Step.ANSWER,
}


@dataclass(frozen=True, slots=True)
class AtWork:
    """A caller at work on a request, inside a transaction."""

    services: Services
    unit: UnitOfWork
    caller: Caller
    file: RequestFile
    """The request before the step."""

    @property
    def request_id(self) -> RequestId:
        """The id of the request."""
        return self.file.request.request_id

    @property
    def kind(self) -> Kind:
        """The kind of the request."""
        return kind_named(self.file.request.kind)

    @property
    def today(self) -> date:
        """The present day."""
        return self.services.today()

    def again(self) -> Self:
        """Return the work with the request as it is after the last step."""
        return replace(self, file=errors.existing(self.unit.requests.file(self.request_id)))

    def next_entry(
        self, step: Step, *, wanted: RequestState | None = None, words: str = ""
    ) -> Entry:
        """Return the entry that a step makes.

        Raises RequestStepError, and SelfVerificationError if a second person must take the step.
        """
        proposal, by = self.file.proposal, self.caller.actor.user_id
        is_second = transition(step, self.file.state).taker is Taker.SECOND
        if is_second and proposal is not None and proposal.by == by:
            raise errors.SelfVerificationError(
                "You made this proposal: another person must agree to it."
            )
        now = self.services.now()
        return Entry(
            number=self.file.version + 1,
            step=step,
            state=after(step, self.file.state, wanted),
            by=by,
            at=now,
            on=office_day(now),
            words=words,
        )

    def enter(self, entry: Entry, *, proposed_by: UserId | None = None) -> None:
        """Append an entry that has no further rows, with its event."""
        self.unit.requests.enter(self.request_id, entry, proposed_by=proposed_by)
        self.record_step(entry)

    def take(self, step: Step, *, words: str = "") -> Self:
        """Take a step that needs nothing else, and return the work after it.

        Raises the errors of `next_entry`.
        """
        self.enter(self.next_entry(step, words=words))
        return self.again()

    def answer(self, words: str) -> Entry:
        """Answer the open question of the office. Raises RequestStepError if there is none."""
        step = _ANSWERS.get(self.file.state)
        if step is None:
            raise errors.RequestStepError("No question is waiting for an answer.")
        entry = self.next_entry(step, words=words)
        self.enter(entry)
        return entry

    def record_step(
        self, entry: Entry, *, person_id: PersonId | None = None, convictions: int | None = None
    ) -> None:
        """Log the event for a step of a request, after the rows of the step have been written."""
        event = RequestStepped.of(
            entry, request_id=self.request_id, person_id=person_id, convictions=convictions
        )
        self.record(event)
        if entry.state in ENDED and entry.step not in FEE_STEPS:
            fact = fact_of_end(self.again().file, entry)
            give_fact(self.services, self.unit, self.caller, fact)

    def record(self, event: Event) -> None:
        """Append an event of this caller."""
        record(self.services, self.unit, self.caller, event)


def at_work(services: Services, unit: UnitOfWork, command: OnRequest) -> AtWork:
    """Return the work on a request on which the caller may take a step.

    It must be in the version that the caller has read. Raises NotPermittedError, NotFoundError,
    StaleRequestError.
    """
    command.caller.actor.require(Scope.WORK_REQUESTS)
    file = errors.existing(unit.requests.file(command.request_id))
    if file.version != command.expected_version:
        raise errors.StaleRequestError(
            "The request has changed: reload it, then take the step again."
        )
    return AtWork(services, unit, command.caller, file)
