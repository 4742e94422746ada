"""Quarterly figures: released once, shown, checked and withdrawn; and answers to the public.

A release is frozen together with its rules, the digest of its query, and the state of the log. It
is never computed again: a later version only withdraws tables of the previous version, and says
why. Requests for information are answered within the cost limit, and listed in a log.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta

from domain import errors
from domain.access.access import Caller, Scope
from domain.events.publication import InformationAnswered, StatisticsReleased
from domain.ids import RequestId
from domain.list_pages import ListPage
from domain.office_days import office_day
from domain.plain_text import require_words
from domain.publication import (
    COST_LIMIT_HOURS,
    InformationAnswer,
    InformationOutcome,
    PublishedAnswer,
    Quarter,
    Release,
    ReleaseContent,
    Stage,
)
from domain.requests.request_states import RequestState, Step
from domain.searches.searches import SearchType
from rules.clocks import UNITED_KINGDOM, calendar_named
from rules.data_files import data_file
from rules.small_numbers import SMALL_NUMBERS, policy_named
from service.storage.publication.releases import content_text, question_text
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import record
from service.usecases.log.state_age import root_at
from service.usecases.publication.cube import CUBE, Cube, cube_named, tables_of
from service.usecases.requests.kinds import KINDS
from service.usecases.requests.kinds.office_work import FREEDOM_OF_INFORMATION, REVIEW_OF
from service.usecases.requests.stepping import AtWork, OnRequest, at_work
from service.usecases.services import Services, StoreServices

RULES = f"{CUBE} {SMALL_NUMBERS}"


def release_quarter(services: StoreServices, caller: Caller, quarter: Quarter) -> Release:
    """Count a quarter that has ended, freeze its figures and release them.

    Raises NotPermittedError, ConflictError (the quarter has not ended, or is already released).
    """
    caller.actor.require(Scope.OPERATE)
    now = services.now()
    if quarter.last_day >= office_day(now):
        raise errors.ConflictError(
            "The quarter has not ended yet: publish its figures after its last day."
        )
    with services.units.begin() as unit:
        content = count_quarter(unit, quarter)
        size = unit.events.size()
        release = Release(
            services.new_id(),
            quarter,
            1,
            content,
            _digest(content),
            size,
            root_at(unit, size).hex(),
            caller.actor.user_id,
            now,
        )
        _put(services, unit, caller, release)
    return release


def count_quarter(unit: UnitOfWork, quarter: Quarter) -> ReleaseContent:
    """Return the figures for a quarter from its countable facts, after disclosure control."""
    cube = cube_named()
    counted = {stage: unit.facts.count(quarter, stage, cube.band_ends) for stage in Stage}
    names = {*KINDS, *(f"search {kind.value}" for kind in SearchType)}
    tables = tables_of(policy_named(), cube, counted, names)
    return ReleaseContent(str(quarter), RULES, _question(cube, quarter), tables)


def _question(cube: Cube, quarter: Quarter) -> str:
    """Return the SHA-256 of what is counted: query, cube and policy."""
    queries = [question_text(quarter, stage, cube.band_ends) for stage in Stage]
    asked = "\n".join((*queries, cube.sha256, data_file(SMALL_NUMBERS).sha256))
    return hashlib.sha256(asked.encode()).hexdigest()


def _digest(content: ReleaseContent) -> str:
    return hashlib.sha256(content_text(content).encode()).hexdigest()


def _put(services: StoreServices, unit: UnitOfWork, caller: Caller, release: Release) -> None:
    unit.releases.put(release)
    event = StatisticsReleased.of(
        release, quarter=str(release.quarter), on_log_size=release.log_size
    )
    record(services, unit, caller, event)


def withdraw_tables(
    services: StoreServices,
    caller: Caller,
    quarter: Quarter,
    tables: Collection[tuple[str, str]],
    note: str,
) -> Release:
    """Make a version of a release without these tables (service, cut); no figure changes.

    Raises NotPermittedError, NotFoundError (no release), InvalidInputError (no note, or a table
    that the release does not have).
    """
    caller.actor.require(Scope.OPERATE)
    require_words(note, "/note")
    with services.units.begin() as unit:
        last = errors.existing(next(iter(unit.releases.of(quarter)), None))
        held = {(one.service, one.cut) for one in last.content.tables}
        if not tables or not set(tables) <= held:
            raise errors.InvalidInputError(
                "Name at least one table of the newest release.",
                pointer="/tables",
            )
        kept = tuple(
            one for one in last.content.tables if (one.service, one.cut) not in set(tables)
        )
        content = replace(last.content, tables=kept)
        release = replace(
            last,
            release_id=services.new_id(),
            version=last.version + 1,
            content=content,
            content_sha256=_digest(content),
            released_by=caller.actor.user_id,
            released_at=services.now(),
            note=note.strip(),
        )
        _put(services, unit, caller, release)
    return release


def list_releases(services: StoreServices, caller: Caller) -> tuple[Release, ...]:
    """Return every release, newest first. Raises NotPermittedError."""
    with services.reading(caller, Scope.READ_FIGURES) as unit:
        return unit.releases.all()


def show_release(services: StoreServices, caller: Caller, quarter: Quarter) -> Release:
    """Return the newest version of a release. Raises NotPermittedError, NotFoundError."""
    with services.reading(caller, Scope.READ_FIGURES) as unit:
        return errors.existing(next(iter(unit.releases.of(quarter)), None))


def check_release(services: StoreServices, caller: Caller, quarter: Quarter) -> bool:
    """Count a published quarter again; return whether this gives the figures that were first
    published.

    Raises NotPermittedError, NotFoundError.
    """
    with services.reading(caller, Scope.READ_FIGURES) as unit:
        first = errors.existing(next(reversed(unit.releases.of(quarter)), None))
        return content_text(count_quarter(unit, quarter)) == content_text(first.content)


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
class AnswerInformation(OnRequest):
    """An answer to a request for information, for the version that the caller has read."""

    answer: InformationAnswer


def answer_information(services: Services, command: AnswerInformation) -> RequestState:
    """Answer a request for information and publish the answer in the disclosure log.

    Raises NotPermittedError, NotFoundError, StaleRequestError, RequestStepError, InvalidInputError
    (another kind of request, or refused for cost although the cost is below the limit or the
    office keeps the figures, or a review of no answer), SelfVerificationError (a review by the
    officer who gave the answer).
    """
    with services.units.begin() as unit:
        at = at_work(services, unit, command)
        if at.file.request.kind != FREEDOM_OF_INFORMATION.name:
            raise errors.InvalidInputError(
                "This is not a request for information: use the API call for this kind of request."
            )
        _demand_another_officer(at)
        today = services.today()
        _check_cost(unit, command.answer, today)
        if at.file.state not in _TO_DECISION:
            raise errors.RequestStepError("The request is not ready to be answered.")
        for step in _TO_DECISION[at.file.state]:
            at = at.take(step)
        number = _decide(at, command.answer)
        unit.information_answers.put(command.request_id, number, command.answer, today)
        event = InformationAnswered(
            command.request_id, number, command.answer.outcome, command.answer.hours
        )
        at.record(event)
        at.again().take(Step.CLOSE)
    return RequestState.CLOSED


def _demand_another_officer(at: AtWork) -> None:
    """Refuse a review of no answer, or by the officer who gave the answer."""
    ask = at.file.request.ask
    reviewed = dict(ask.facts).get(REVIEW_OF) if ask else None
    if reviewed is None:
        return
    before = at.unit.requests.file(RequestId(reviewed))
    decided = [one.by for one in before.entries if one.step is Step.DECIDE] if before else []
    if before is None or before.request.kind != FREEDOM_OF_INFORMATION.name or not decided:
        raise errors.InvalidInputError(
            "The request to be reviewed does not exist, or has not been answered: "
            "correct the id of that request.",
            pointer=f"/facts/{REVIEW_OF}",
        )
    if at.caller.actor.user_id in decided:
        raise errors.SelfVerificationError("Another officer must review the answer that you gave.")


def _decide(at: AtWork, answer: InformationAnswer) -> int:
    is_refused = answer.outcome in (
        InformationOutcome.REFUSED,
        InformationOutcome.REFUSED_FOR_COST,
    )
    wanted = RequestState.REFUSED if is_refused else RequestState.RELEASED
    entry = at.next_entry(Step.DECIDE, wanted=wanted)
    entry = replace(entry, outcome=answer.outcome.value, rule=FREEDOM_OF_INFORMATION.clock or "")
    at.enter(entry)
    return entry.number


def _check_cost(unit: UnitOfWork, answer: InformationAnswer, today: date) -> None:
    if answer.outcome is not InformationOutcome.REFUSED_FOR_COST:
        return
    if answer.is_counted_here:
        raise errors.InvalidInputError(
            "The office keeps these figures, so cost is not a ground for refusing them.",
            pointer="/is_counted_here",
        )
    before = unit.information_answers.hours_of(answer.matter, since(today))
    if answer.hours + before <= COST_LIMIT_HOURS:
        raise errors.InvalidInputError(
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
    with services.reading(caller, Scope.READ_FIGURES) as unit:
        return unit.information_answers.page(before=before, limit=limit)
