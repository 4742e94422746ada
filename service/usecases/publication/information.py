"""Answering requests for information within the cost limit, and the disclosure log."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from domain.access.access import Caller, Scope
from domain.errors import InvalidInputError, RequestStepError, SelfVerificationError
from domain.events.publication import InformationAnswered
from domain.ids import RequestId
from domain.list_pages import ListPage
from domain.publication import (
    COST_LIMIT_HOURS,
    InformationAnswer,
    InformationOutcome,
    PublishedAnswer,
)
from domain.requests.request_states import RequestState, Step
from domain.requests.requests import RequestFile
from rules.clocks import UNITED_KINGDOM, calendar_named
from service.storage.unit_of_work import UnitOfWork
from service.usecases.existing import existing
from service.usecases.log.recording import record
from service.usecases.requests.kinds.office_work import FREEDOM_OF_INFORMATION, REVIEW_OF
from service.usecases.requests.stepping import AtWork, enter, file_for_step, next_entry
from service.usecases.services import Services, StoreServices

_TOGETHER_DAYS = 60
"""The hours for requests about similar matters within this many working days are added up (SI
2004/3244 reg 5)."""

_TO_DECISION = {
    RequestState.RECEIVED: (Step.ACCEPT, Step.SEARCH, Step.IDENTIFY),
    RequestState.READY: (Step.SEARCH, Step.IDENTIFY),
    RequestState.SEARCHING: (Step.IDENTIFY,),
    RequestState.DECIDING: (),
}
"""The steps that lead to the decision. These requests are not about a person, so nobody is
searched for."""


@dataclass(frozen=True, slots=True)
class AnswerInformation:
    """An answer to a request for information, for the version that the caller has read."""

    caller: Caller
    request_id: RequestId
    expected_version: int
    answer: InformationAnswer


def answer_information(services: Services, command: AnswerInformation) -> RequestState:
    """Answer a request for information and publish the answer in the disclosure log.

    Raises NotPermittedError, NotFoundError, StaleRequestError, RequestStepError, InvalidInputError
    (another kind of request, or refused for cost although the cost is below the limit or the
    office keeps the figures, or a review of no answer), SelfVerificationError (a review by the
    officer who gave the answer).
    """
    with services.units.write() as unit:
        file = file_for_step(unit, command.caller, command.request_id, command.expected_version)
        if file.request.kind != FREEDOM_OF_INFORMATION.name:
            raise InvalidInputError(
                "This is not a request for information: use the API call for this kind of request."
            )
        _demand_another_officer(unit, command.caller, file)
        today = services.surroundings.clock().date()
        _check_cost(unit, command.answer, today)
        at = AtWork(services, unit, command.caller, command.request_id)
        if file.state not in _TO_DECISION:
            raise RequestStepError("The request is not ready to be answered.")
        for step in _TO_DECISION[file.state]:
            _enter(at, step)
        number = _decide(at, command.answer)
        unit.information_answers.put(command.request_id, number, command.answer, today)
        event = InformationAnswered(
            command.request_id, number, command.answer.outcome, command.answer.hours
        )
        record(unit, services.surroundings, command.caller, event)
        _enter(at, Step.CLOSE)
        unit.commit()
    return RequestState.CLOSED


def _demand_another_officer(unit: UnitOfWork, caller: Caller, file: RequestFile) -> None:
    """Refuse a review of no answer, or by the officer who gave the answer."""
    reviewed = dict(file.request.ask.facts).get(REVIEW_OF) if file.request.ask else None
    if reviewed is None:
        return
    before = unit.requests.file(RequestId(reviewed))
    decided = [one.by for one in before.entries if one.step is Step.DECIDE] if before else []
    if before is None or before.request.kind != FREEDOM_OF_INFORMATION.name or not decided:
        raise InvalidInputError(
            "The request to be reviewed does not exist, or has not been answered: "
            "correct the id of that request.",
            pointer=f"/facts/{REVIEW_OF}",
        )
    if caller.actor.user_id in decided:
        raise SelfVerificationError("Another officer must review the answer that you gave.")


def _enter(at: AtWork, step: Step) -> None:
    file = existing(at.unit.requests.file(at.request_id))
    enter(at, next_entry(at.services, at.caller, file, step))


def _decide(at: AtWork, answer: InformationAnswer) -> int:
    file = existing(at.unit.requests.file(at.request_id))
    is_refused = answer.outcome in (
        InformationOutcome.REFUSED,
        InformationOutcome.REFUSED_FOR_COST,
    )
    wanted = RequestState.REFUSED if is_refused else RequestState.RELEASED
    entry = next_entry(at.services, at.caller, file, Step.DECIDE, wanted=wanted)
    entry = replace(entry, outcome=answer.outcome.value, rule=FREEDOM_OF_INFORMATION.clock or "")
    enter(at, entry)
    return entry.number


def _check_cost(unit: UnitOfWork, answer: InformationAnswer, today: date) -> None:
    if answer.outcome is not InformationOutcome.REFUSED_FOR_COST:
        return
    if answer.is_counted_here:
        raise InvalidInputError(
            "The office keeps these figures, so cost is not a ground for refusing them.",
            pointer="/is_counted_here",
        )
    before = unit.information_answers.hours_of(answer.matter, since(today))
    if answer.hours + before <= COST_LIMIT_HOURS:
        raise InvalidInputError(
            f"Cost can be a ground for refusal only above {COST_LIMIT_HOURS} hours of work.",
            pointer="/hours",
        )


def since(today: date) -> date:
    """Return the first day of the period of working days that ends with this day."""
    calendar, day, left = calendar_named(UNITED_KINGDOM), today, _TOGETHER_DAYS
    while left:
        day -= timedelta(days=1)
        left -= calendar.is_working_day(day)
    return day


def disclosure_log(
    services: StoreServices, caller: Caller, *, before: str | None = None, limit: int
) -> ListPage[PublishedAnswer, str]:
    """Return the published answers, newest first. Raises NotPermittedError."""
    caller.actor.require(Scope.READ_FIGURES)
    with services.units.read() as unit:
        return unit.information_answers.page(before=before, limit=limit)
