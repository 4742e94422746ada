"""The office's open work, how much of it is late, and the work waiting for one person.

Pages and `identlink status` say the same.

The figures are not about people, so no access is recorded.
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
from domain.matters import PROPOSALS, MatterState
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
"""At most this many are counted."""
_WEEK = timedelta(days=7)
CHART_DAYS = 28


class WorkKind(StrEnum):
    """Kinds of work with a last day, and of signs to check."""

    REQUESTS = "requests"
    NOTICES = "notices of corrections"
    DUTIES = "convictions for other States"
    MATTERS = "matters in the inbox"
    QUARANTINE = "matters in quarantine"
    MISUSE = "signs of misuse"
    WATCH = "sources of prints that moved"


@dataclass(frozen=True, slots=True)
class Work:
    """How much open work of one kind there is."""

    kind: WorkKind
    waiting: int
    late: int
    """The number past their last day; for signs, the number that somebody must check."""


@dataclass(frozen=True, slots=True)
class DayOfRequests:
    """The requests of one day."""

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
    """Return how much open work there is of each kind.

    Duties are included only if this installation notifies other States. `model_digest` is that of
    the model in use, because the monitoring of sources depends on the model.
    """
    kinds = [_requests(services), _notices(services), *_matters(services)]
    if desk is not None:
        kinds.append(_duties(services, desk))
    return (*kinds, _misuse(services), _watch(services, model_digest))


def requests_by_day(services: StoreServices) -> tuple[DayOfRequests, ...]:
    """Return how many requests were received and ended on each of the last days, oldest first."""
    today = services.surroundings.clock().date()
    since = today - timedelta(days=CHART_DAYS - 1)
    with services.units.read() as unit:
        received, ended = unit.requests.by_day(since)
    days = (since + timedelta(days=number) for number in range(CHART_DAYS))
    return tuple(DayOfRequests(day, received.get(day, 0), ended.get(day, 0)) for day in days)


def _requests(services: StoreServices) -> Work:
    return Work(WorkKind.REQUESTS, *open_and_overdue(services))


def _notices(services: StoreServices) -> Work:
    """Count recipients that have not acknowledged a correction."""
    today = services.surroundings.clock().date()
    with services.units.read() as unit:
        waiting = unit.disclosure_notices.unanswered(limit=_MOST).items
    late = sum((due := notice_due_on(one.notice)) is not None and due < today for one in waiting)
    return Work(WorkKind.NOTICES, len(waiting), late)


def _duties(services: StoreServices, desk: ExchangeDesk) -> Work:
    total = reckon(services, desk).figures.total
    return Work(WorkKind.DUTIES, total.due, total.unsent_past_due)


def _matters(services: StoreServices) -> tuple[Work, Work]:
    """Count what waits, and as a sign what contradicts an earlier word, or is second-hand."""
    today = services.surroundings.clock().date()
    with services.units.read() as unit:
        waiting = unit.matters.arrivals(limit=_MOST)
        counts = {one.state: one.count for one in unit.matters.counts()}
    late = sum(last_day(*one) < today for one in waiting)
    apart = counts.get(MatterState.QUARANTINED, 0)
    return Work(WorkKind.MATTERS, len(waiting), late), Work(WorkKind.QUARANTINE, apart, apart)


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
