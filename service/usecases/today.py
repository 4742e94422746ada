"""The office's open work, and how much of it is late, for pages and `identlink status`.

The figures are not about people, so no access is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.matters import MatterState
from domain.models import LawState
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
