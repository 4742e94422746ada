"""Retention reviews: opened if the rules require it, proposed by one person, agreed by another."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from domain import errors
from domain.access.access import Caller, Scope
from domain.events.looking import LookKind
from domain.events.retention import RetentionProposed, RetentionReviewed
from domain.ids import PersonId, RequestId
from domain.people.people import Details
from domain.plain_text import require_words
from domain.requests import requests
from domain.requests.request_states import RequestState, Step
from domain.restrictions import UsePurpose
from domain.retention.retention import Review, Ruling
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import look
from service.usecases.requests.deciding import ReadSecond
from service.usecases.requests.kinds.office_work import RETENTION_REVIEW
from service.usecases.requests.opening import OpenRequest, open_in
from service.usecases.requests.stepping import AtWork, OnRequest, at_work
from service.usecases.retention.captures import Fate
from service.usecases.retention.due import Standing, everybody, standing_of
from service.usecases.services import Services, StoreServices

_MOST = 200
"""The largest number of reviews opened by one call. Each review is a separate transaction."""


@dataclass(frozen=True, slots=True)
class ProposeRuling(OnRequest):
    """One person's proposal in a review."""

    ruling: Ruling
    reason: str


def open_reviews(services: Services, caller: Caller, most: int = _MOST) -> tuple[RequestId, ...]:
    """Open a review for everybody who needs one and has no open review; at most this many.

    Raises NotPermittedError, and NotFoundError if the caller has no office.
    """
    caller.actor.require(Scope.WORK_REQUESTS)
    caller.require_force()
    today = services.today()
    with services.units.read() as unit:
        open_already = unit.reviews.under_review(RETENTION_REVIEW.name)
        waiting = (one for one in everybody(unit, today) if one.fate is Fate.REVIEW)
        wanted = [one for one in waiting if one.person_id not in open_already]
    return tuple(_open(services, caller, one, today) for one in islice(wanted, most))


def people_of_reviews(
    services: StoreServices, caller: Caller, reviews: Collection[RequestId]
) -> Mapping[RequestId, PersonId]:
    """Return, for each listed review, the person it is about, and log that they were shown.

    Raises NotPermittedError.
    """
    with services.reading(caller, Scope.READ_REQUESTS) as unit:
        people = unit.reviews.people_of(reviews)
    look(services, caller, LookKind.RETENTION, people.values())
    return people


def _open(services: Services, caller: Caller, found: Standing, today: date) -> RequestId:
    command = OpenRequest(
        caller,
        RETENTION_REVIEW.name,
        requests.Channel.DESK,
        requests.Party(requests.PartyKind.FORCE, caller.require_force()),
        UsePurpose.SUPERVISION,
        "dpa-2018-part-3",
        today,
        requests.Ask(Details()),
        message_id=f"{found.person_id}:{found.versions}:{today}",
        about=found.person_id,
    )
    with services.units.begin() as unit:
        request_id = open_in(services, unit, command)
        _identify(services, unit, caller, request_id, found.person_id)
    return request_id


def _identify(
    services: Services,
    unit: UnitOfWork,
    caller: Caller,
    request_id: RequestId,
    person_id: PersonId,
) -> None:
    """Move a review to its decision. The review names the person, so no search is needed."""
    at = AtWork(services, unit, caller, errors.existing(unit.requests.file(request_id)))
    for step in (Step.ACCEPT, Step.SEARCH):
        at = at.take(step)
    outcome = requests.IdentityOutcome.IDENTIFIED.value
    entry = replace(at.next_entry(Step.IDENTIFY), outcome=outcome)
    found = requests.Identification(
        requests.IdentityBasis.DETAILS, requests.IdentityOutcome.IDENTIFIED, person_id
    )
    unit.requests.enter(request_id, entry)
    unit.requests.identify(request_id, entry.number, found)
    at.record_step(entry, person_id=person_id)


def propose_ruling(services: Services, command: ProposeRuling) -> RequestState:
    """Propose whether a person's data is kept. A second person must then agree.

    Raises NotPermittedError, NotFoundError (the person is erased or hidden), StaleRequestError,
    RequestStepError, InvalidInputError (not a review, no reason, or the next day is in the past).
    """
    _check(services, command)
    with services.units.begin() as unit:
        at = at_work(services, unit, command)
        person_id = _person_of(at.file)
        found = _standing(services, unit, person_id)
        entry = replace(
            at.next_entry(Step.PROPOSE, words=command.reason),
            outcome=command.ruling.decision.value,
            ground=command.ruling.ground.value,
        )
        at.enter(entry)
        unit.reviews.propose(command.request_id, entry.number, command.ruling, found.versions)
        event = RetentionProposed(
            command.request_id,
            person_id,
            entry.number,
            command.ruling.decision,
            command.ruling.ground,
        )
        at.record(event)
    return entry.state


def _check(services: Services, command: ProposeRuling) -> None:
    require_words(command.reason, "/reason")
    next_on = command.ruling.next_on
    if next_on is not None and next_on <= services.today():
        raise errors.InvalidInputError(
            "The day of the next review must be in the future: choose a later day.",
            pointer="/next_on",
        )


def _person_of(file: requests.RequestFile) -> PersonId:
    if file.request.kind != RETENTION_REVIEW.name:
        raise errors.InvalidInputError(
            "This is not a retention review: use the API call for this kind of request."
        )
    if file.person_id is None:
        raise errors.RequestStepError(
            "The person in this review has not been identified yet: identify them first."
        )
    return file.person_id


def _standing(services: StoreServices, unit: UnitOfWork, person_id: PersonId) -> Standing:
    """Return the result of the retention rules for a person as at today.

    Raises NotFoundError if the person is erased or hidden.
    """
    return errors.existing(standing_of(unit, person_id, services.today()))


def read_ruling(services: Services, command: ReadSecond) -> RequestState:
    """Agree with a proposal, so that it takes effect, or send it back with a reason.

    Raises NotPermittedError, NotFoundError, StaleRequestError, RequestStepError,
    SelfVerificationError, InvalidInputError (empty `words`), NotReleasableError (the records have
    changed since the proposal).
    """
    if not command.agrees and not command.words.strip():
        raise errors.InvalidInputError("Write why you do not agree.", pointer="/words")
    with services.units.begin() as unit:
        at = at_work(services, unit, command)
        person_id, proposal = _person_of(at.file), at.file.proposal
        step = Step.AGREE if command.agrees else Step.DISAGREE
        wanted = RequestState.RELEASED if command.agrees else None
        entry = at.next_entry(step, wanted=wanted, words=command.words)
        if proposal is None:
            raise errors.RequestStepError("There is no proposal to agree or disagree with.")
        entry = replace(entry, outcome=proposal.outcome, ground=proposal.ground)
        at.enter(entry, proposed_by=proposal.by)
        if command.agrees:
            _decide(
                at,
                person_id,
                errors.existing(unit.reviews.proposal(command.request_id, proposal.number)),
            )
            at = at.again().take(Step.CLOSE)
    return at.file.state if command.agrees else entry.state


def _decide(at: AtWork, person_id: PersonId, proposed: tuple[Ruling, str]) -> None:
    ruling, versions = proposed
    if _standing(at.services, at.unit, person_id).versions != versions:
        raise errors.NotReleasableError(
            "The records have changed since the proposal: disagree, so that a new "
            "proposal is made."
        )
    review = Review(
        at.request_id, person_id, ruling, versions, at.caller.actor.user_id, at.services.now()
    )
    at.unit.reviews.decide(review)
    at.record(RetentionReviewed(at.request_id, person_id, ruling.decision, ruling.ground))
