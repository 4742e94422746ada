"""Proposals, decisions and second readings of requests, and the disclosure that follows."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from domain.access.access import Caller, Scope
from domain.errors import InvalidInputError, NotReleasableError, RequestStepError
from domain.events.requests import InformationSent
from domain.ids import DisclosureId, PersonId, RequestId, UserId
from domain.plain_text import require_words
from domain.requests.disclosures import Disclosure, Form
from domain.requests.releasing import HoldBack
from domain.requests.request_states import RequestState, Step
from domain.requests.requests import Channel, Entry, ReplyOutcome
from service.storage.requests.requests import UsedConviction
from service.usecases.requests import doubts, own_answers, own_data, proving, referring
from service.usecases.requests.assessing import NO_CHOICE, Assessment, Choice, assess, key_of
from service.usecases.requests.kind import Kind
from service.usecases.requests.stepping import AtWork, OnRequest, at_work
from service.usecases.requests.unchanged import are_matters_changed
from service.usecases.services import Services


class Verdict(StrEnum):
    """The decision on a request."""

    RELEASE = "release"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Decide(OnRequest):
    """A decision on a request, or a proposal if two people must decide."""

    verdict: Verdict
    words: str = ""
    """The reasons. Required for a refusal, and for a choice beyond the computed result."""
    ground: str = ""
    """For a refusal: the code of one of the grounds of this kind of request."""
    choice: Choice = NO_CHOICE


@dataclass(frozen=True, slots=True)
class ReadSecond(OnRequest):
    """A second person's answer to a proposal."""

    agrees: bool
    words: str = ""
    """The reason, if the second person does not agree."""


_FORMS = {
    Channel.DESK: Form.LETTER,
    Channel.API: Form.API,
    Channel.EXCHANGE: Form.MESSAGE,
    Channel.DROP_FOLDER: Form.FILE,
    Channel.PUBLIC_PAGES: Form.DOWNLOAD,
}


def compute(
    services: Services, caller: Caller, request_id: RequestId, expected: int
) -> Assessment:
    """Compute the releasable convictions again, and record which versions were used.

    Raises NotPermittedError, NotFoundError, StaleRequestError, RequestStepError.
    """
    with services.units.begin() as unit:
        at = at_work(services, unit, OnRequest(caller, request_id, expected))
        entry = at.next_entry(Step.COMPUTE)
        found = assess(unit, at.file, at.kind, entry.on)
        _store(at, replace(entry, outcome=found.outcome.value), found)
    return found


def decide(services: Services, command: Decide) -> RequestState:
    """Decide on a request, or propose the decision to a second person if this kind needs two.

    Raises NotPermittedError, NotFoundError, StaleRequestError, RequestStepError, InvalidInputError
    (an unknown ground, no reasons), NotReleasableError (nobody has searched for the person, or a
    waiting item would be missing).
    """
    command.caller.actor.require(Scope.WORK_REQUESTS)
    if command.verdict is not Verdict.REFUSE:
        doubts.check_nothing_waits(services, command.request_id)
    with services.units.begin() as unit:
        at = at_work(services, unit, command)
        kind = at.kind
        _check(command, kind)
        is_refusal = command.verdict is Verdict.REFUSE
        step = Step.DECIDE if kind.deciders == 1 else Step.PROPOSE
        wanted = RequestState.REFUSED if is_refusal else RequestState.RELEASED
        decided = wanted if step is Step.DECIDE else None
        entry = at.next_entry(step, wanted=decided, words=command.words)
        found = None if is_refusal else _found(at, entry.on, command.choice)
        outcome = ReplyOutcome.DENIED if found is None else found.outcome
        entry = replace(entry, outcome=outcome.value, ground=command.ground, rule=kind.clock or "")
        _store(at, entry, found)
        if step is Step.DECIDE:
            _send(at, entry, found)
    return entry.state


def _found(at: AtWork, on: date, choice: Choice) -> Assessment:
    """Return the data that may be disclosed.

    If this kind has a prepared answer, the answer decides.
    """
    unit, file, kind = at.unit, at.file, at.kind
    if kind.waits_for_forces and unit.deletions.are_waiting(file.request.request_id):
        raise NotReleasableError(
            "A police force has not made its decision on this request yet: wait, or send "
            "the force a reminder."
        )
    if kind.is_referred:
        referring.demand_referral(unit, file)
    proving.demand_proofs(unit, file)
    if not kind.has_answer:
        return assess(unit, file, kind, on, choice)
    answer = own_answers.answer_in_force(unit, file)
    if answer is None or answer.basis != own_data.basis_of(unit, file):
        raise NotReleasableError(
            "The prepared answer is out of date: prepare it again, then propose it."
        )
    leaving = (key_of(one.held.ref) for one in assess(unit, file, kind, on).leaving)
    withheld = Choice(withheld=own_answers.withheld_convictions(answer, leaving))
    return replace(assess(unit, file, kind, on, withheld), outcome=answer.outcome)


def demand_answer(kind: Kind) -> None:
    """Raise InvalidInputError for a kind of request whose decision does not send an answer."""
    if not kind.sends:
        raise InvalidInputError(
            "This call cannot decide a request of this kind: use the API call for this kind."
        )


def _check(command: Decide, kind: Kind) -> None:
    demand_answer(kind)
    if kind.has_answer and command.choice != NO_CHOICE:
        raise InvalidInputError("Choose what to disclose, then prepare the answer again.")
    if command.verdict is Verdict.REFUSE:
        if kind.ground(command.ground) is None:
            raise InvalidInputError(
                "To refuse a request of this kind, give a ground.", pointer="/ground"
            )
    elif command.ground:
        raise InvalidInputError(
            "Only a refusal has grounds: leave the ground out.", pointer="/ground"
        )
    needs_words = command.verdict is Verdict.REFUSE or command.choice != NO_CHOICE
    if needs_words:
        require_words(command.words, "/words")


def read_second(services: Services, command: ReadSecond) -> RequestState:
    """Agree with a proposal, so that it takes effect, or send it back with a reason.

    Raises NotPermittedError, NotFoundError, StaleRequestError, RequestStepError,
    SelfVerificationError (the caller proposed it), InvalidInputError (empty `words`),
    NotReleasableError (what may be disclosed has changed since the proposal; somebody has been
    found since it said that nobody was; or a waiting item would be left out).
    """
    if not command.agrees and not command.words.strip():
        raise InvalidInputError("Write why you do not agree.", pointer="/words")
    command.caller.actor.require(Scope.WORK_REQUESTS)
    if command.agrees:
        doubts.check_still_not_held(services, command.request_id)
        doubts.check_nothing_waits(services, command.request_id)
    with services.units.begin() as unit:
        at = at_work(services, unit, command)
        demand_answer(at.kind)
        step = Step.AGREE if command.agrees else Step.DISAGREE
        proposal = at.file.proposal
        is_refusal = proposal is not None and proposal.outcome == ReplyOutcome.DENIED.value
        wanted = RequestState.REFUSED if is_refusal else RequestState.RELEASED
        decided = wanted if command.agrees else None
        entry = at.next_entry(step, wanted=decided, words=command.words)
        if proposal is None:
            raise RequestStepError("There is no proposal to agree or disagree with.")
        entry = replace(entry, outcome=proposal.outcome, ground=proposal.ground)
        if command.agrees:
            found = None if is_refusal else _as_proposed(at, proposal, entry.on)
            _store(at, entry, found, proposed_by=proposal.by)
            _send(at, entry, found)
        else:
            at.enter(entry, proposed_by=proposal.by)
    return entry.state


def _as_proposed(at: AtWork, proposal: Entry, on: date) -> Assessment:
    """Return the convictions that may be disclosed today.

    Raises NotReleasableError if they, or other matters of a certificate, differ from the proposal.
    """
    used = at.unit.requests.used(at.request_id, proposal.number)
    found = _found(at, on, choice_of(used))
    is_changed = found.used != used or found.outcome.value != proposal.outcome
    if is_changed or are_matters_changed(at.unit, at.file, at.kind, proposal, on=on):
        raise NotReleasableError(
            "What may be disclosed has changed since the proposal: disagree, so that "
            "a new proposal is made."
        )
    return found


def choice_of(used: tuple[UsedConviction, ...]) -> Choice:
    """Return the deciders' choice that led to these verdicts."""
    leaving = frozenset((one.record_id, one.item_id) for one in used if not one.verdict)
    withheld = frozenset(
        (one.record_id, one.item_id) for one in used if one.verdict == HoldBack.OFFICER.name
    )
    # An item withheld by choice may also have been included by choice; then only `withheld`
    # counts.
    return Choice(leaving | withheld, withheld)


def _store(
    at: AtWork, entry: Entry, found: Assessment | None, *, proposed_by: UserId | None = None
) -> None:
    used = () if found is None else found.used
    at.unit.requests.enter(at.request_id, entry, proposed_by=proposed_by)
    at.unit.requests.use(at.request_id, entry.number, used)
    at.record_step(entry, person_id=at.file.person_id, convictions=len(used))


def _send(at: AtWork, entry: Entry, found: Assessment | None) -> None:
    request, ground = at.file.request, at.kind.ground(entry.ground)
    disclosure = Disclosure(
        disclosure_id=DisclosureId(at.services.new_id()),
        request_id=request.request_id,
        recipient=request.asker,
        purpose=request.purpose,
        form=_FORMS[request.channel],
        outcome=ReplyOutcome.DENIED if found is None else found.outcome,
        items=() if found is None else found.leaving,
        states_to_ask=() if found is None else found.states_to_ask,
        words="" if ground is None else ground.words,
    )
    send(at, entry, disclosure, _told_about(at))


def send(
    at: AtWork, entry: Entry, disclosure: Disclosure, person_id: PersonId | None = None
) -> None:
    """Store a disclosure that an entry decided, with its event."""
    at.unit.disclosures.send(
        disclosure, entry.number, person_id=person_id, by=entry.by, at=entry.at
    )
    event = InformationSent.of(
        disclosure,
        recipient_kind=disclosure.recipient.kind,
        recipient_code=disclosure.recipient.code,
        items=len(disclosure.items),
        person_id=person_id,
    )
    at.record(event)


def _told_about(at: AtWork) -> PersonId | None:
    """Return the person to store with a disclosure.

    None if the answer is neutral and the person is no longer visible.
    """
    person_id = at.file.person_id
    if person_id is None or not at.kind.has_answer:
        return person_id
    return None if at.unit.people.person_row(person_id) is None else person_id
