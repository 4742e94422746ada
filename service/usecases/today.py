"""The work that waits at the office, how much is late, and what waits for whoever asks.

Pages and `identlink status` say the same.

Figures without people: no look is recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.access import Caller, Scope
from domain.cases import CaseState
from domain.erasures import ErasureState
from domain.ids import UserId
from domain.matters import PROPOSALS
from domain.models import LawState
from domain.request_states import RequestState
from service.storage.unit_of_work import UnitOfWork
from service.usecases.agencies.inbox import (
    last_day,
)
from service.usecases.exchange.desk import ExchangeDesk
from service.usecases.exchange.reconciling import reckon
from service.usecases.requests.notices import notice_due_on
from service.usecases.requests.reading import open_and_overdue
from service.usecases.services import StoreServices

_MOST = 1_000
"""So many are counted at the most."""
_WEEK = timedelta(days=7)
CHART_DAYS = 28


class WorkKind(StrEnum):
    """Kinds of work with a last day, and of signs to look at."""

    REQUESTS = "requests"
    NOTICES = "notices of corrections"
    DUTIES = "convictions for other States"
    MATTERS = "matters in the inbox"
    MISUSE = "signs of misuse"
    WATCH = "sources of prints that moved"


@dataclass(frozen=True, slots=True)
class Work:
    """How much of one kind waits."""

    kind: WorkKind
    waiting: int
    late: int
    """Past the last day; of signs, those that somebody has to look at."""


@dataclass(frozen=True, slots=True)
class DayOfRequests:
    """Requests of one day."""

    day: date
    received: int
    ended: int


class Turn(StrEnum):
    """What waits for one person: the part of a decision that they can and others cannot take."""

    REQUESTS = "Requests to read as the second officer"
    MATTERS = "Matters in the inbox to decide as the second officer"
    ERASURES = "Erasures to confirm"
    DIFFERENCES = "Differences to resolve"


def turns(services: StoreServices, caller: Caller) -> Mapping[Turn, int]:
    """Return how much waits for this person, by kind; kinds with nothing are left out.

    What somebody proposed themselves waits for others.
    """
    counts = {
        Turn.REQUESTS: _second_readings,
        Turn.MATTERS: _second_decisions,
        Turn.ERASURES: _confirmations,
        Turn.DIFFERENCES: _differences,
    }
    mine, scopes = caller.actor.user_id, caller.actor.scopes
    with services.units.read() as unit:
        found = {kind: counts[kind](unit, mine) for kind in Turn if _TAKES[kind] in scopes}
    return {kind: count for kind, count in found.items() if count}


_TAKES = {
    Turn.REQUESTS: Scope.WORK_REQUESTS,
    Turn.MATTERS: Scope.WORK_REQUESTS,
    Turn.ERASURES: Scope.ERASE,
    Turn.DIFFERENCES: Scope.RESOLVE,
}


def _second_readings(unit: UnitOfWork, me: UserId) -> int:
    read = unit.requests.listed([RequestState.SECOND_READING], limit=_MOST)
    proposals = (one.proposal for one in read)
    return sum(proposal is not None and proposal.by != me for proposal in proposals)


def _second_decisions(unit: UnitOfWork, me: UserId) -> int:
    proposed = unit.matters.waiting(sorted(PROPOSALS), limit=_MOST)
    return sum(one.last.stepped_by != me for one in proposed)


def _confirmations(unit: UnitOfWork, me: UserId) -> int:
    waiting = unit.erasures.page(is_open=True, before=None, limit=_MOST)
    return sum(one.state is ErasureState.ASKED and one.asked_by != me for one in waiting)


def _differences(unit: UnitOfWork, me: UserId) -> int:
    differing = unit.cases.in_state(CaseState.DIFFERING, limit=_MOST)
    return sum(not one.is_decided_by(me) for one in differing)


def open_work(
    services: StoreServices, desk: ExchangeDesk | None, model_digest: str
) -> tuple[Work, ...]:
    """Return how much waits of each kind; duties only where other States are told.

    `model_digest` is that of the model in force: sources of prints move under a model.
    """
    kinds = [_requests(services), _notices(services), _matters(services)]
    if desk is not None:
        kinds.append(_duties(services, desk))
    return (*kinds, _misuse(services), _watch(services, model_digest))


def requests_by_day(services: StoreServices) -> tuple[DayOfRequests, ...]:
    """Return how many were received and ended on each of the last days, the oldest first."""
    today = services.surroundings.clock().date()
    since = today - timedelta(days=CHART_DAYS - 1)
    with services.units.read() as unit:
        received, ended = unit.requests.by_day(since)
    days = (since + timedelta(days=number) for number in range(CHART_DAYS))
    return tuple(DayOfRequests(day, received.get(day, 0), ended.get(day, 0)) for day in days)


def _requests(services: StoreServices) -> Work:
    return Work(WorkKind.REQUESTS, *open_and_overdue(services))


def _notices(services: StoreServices) -> Work:
    """Count recipients that have not confirmed a correction."""
    today = services.surroundings.clock().date()
    with services.units.read() as unit:
        waiting = unit.disclosure_notices.unanswered(limit=_MOST).items
    late = sum((due := notice_due_on(one.notice)) is not None and due < today for one in waiting)
    return Work(WorkKind.NOTICES, len(waiting), late)


def _duties(services: StoreServices, desk: ExchangeDesk) -> Work:
    total = reckon(services, desk).figures.total
    return Work(WorkKind.DUTIES, total.due, total.unsent_past_due)


def _matters(services: StoreServices) -> Work:
    today = services.surroundings.clock().date()
    with services.units.read() as unit:
        waiting = unit.matters.arrivals(limit=_MOST)
    return Work(WorkKind.MATTERS, len(waiting), sum(last_day(*one) < today for one in waiting))


def _misuse(services: StoreServices) -> Work:
    now = services.surroundings.clock()
    with services.units.read() as unit:
        found = unit.abuse.findings(before=None, limit=_MOST)
    return Work(WorkKind.MISUSE, len(found), sum(now - one.found_at < _WEEK for one in found))


def _watch(services: StoreServices, model_digest: str) -> Work:
    with services.units.read() as unit:
        states = unit.law.changes(model_digest)
    alarms = sum(one.state is not LawState.AT_HOME for one in states)
    return Work(WorkKind.WATCH, alarms, alarms)
