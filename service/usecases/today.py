"""The office's open work, how much of it is late, and the work that waits for one person.

Pages and `identlink status` show the same figures. They are not about people, so no access is
recorded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.access.access import Caller, Scope
from domain.agencies.matters import PROPOSALS, MatterState
from domain.examination.cases import CaseState
from domain.ids import ForceCode, UserId
from domain.people.disputes import PROPOSED
from domain.requests.request_states import RequestState
from domain.retention.disclosure import DeletionState
from domain.retention.erasures import ErasureState
from domain.retention.retention import MAY_RELEASE
from domain.searches.models import LawState
from service.storage.unit_of_work import UnitOfWork
from service.usecases.agencies.inbox import last_day
from service.usecases.exchange.desk import ExchangeDesk
from service.usecases.exchange.reconciling import reckon
from service.usecases.requests.notices import notice_due_on
from service.usecases.requests.reading import open_and_overdue
from service.usecases.requests.referring import needed_referrals
from service.usecases.retention.releasing import LASTS
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
    KEEPINGS = "convictions past the time limit of their source"
    MISUSE = "signs of misuse"
    MODEL = "sources of prints that moved"


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
    """What waits for one person: the part of a decision that they may take next."""

    REQUESTS = "Requests to read as the second officer"
    MATTERS = "Matters in the inbox to decide as the second officer"
    DISPUTES = "Disputes to decide as the second officer"
    FACTS = "Statements about captures to decide on as the second officer"
    ERASURES = "Erasures to confirm"
    PURGES = "Purges to release"
    DIFFERENCES = "Differences to resolve"
    DOUBTS = "Possible errors in the gallery to decide on"
    DELETIONS = "Deletions to decide"
    REFERRALS = "Referrals to answer"


def turns(services: StoreServices, caller: Caller) -> Mapping[Turn, int]:
    """Return the number of items that wait for this person, by kind; kinds without any are left
    out.

    A person's own proposals are not counted: they wait for other people.
    """
    actor = caller.actor
    mine = _Mine(actor.user_id, actor.force, services.now())
    with services.units.read() as unit:
        found = {
            kind: count(unit, mine)
            for kind, (scope, count) in _TAKES.items()
            if scope in actor.scopes
        }
    return {kind: count for kind, count in found.items() if count}


@dataclass(frozen=True, slots=True)
class _Mine:
    """The person who asks what waits for them, and the time."""

    user_id: UserId
    force: ForceCode | None
    now: datetime


def _second_readings(unit: UnitOfWork, mine: _Mine) -> int:
    read = unit.requests.listed([RequestState.SECOND_READING], limit=_MOST)
    proposals = (one.proposal for one in read)
    return sum(proposal is not None and proposal.by != mine.user_id for proposal in proposals)


def _second_decisions(unit: UnitOfWork, mine: _Mine) -> int:
    proposed = unit.matters.waiting(sorted(PROPOSALS), limit=_MOST).items
    return sum(one.last.stepped_by != mine.user_id for one in proposed)


def _disputes(unit: UnitOfWork, mine: _Mine) -> int:
    """Count the disputes that need a proposal, and the proposals made by others."""
    return sum(
        not one.steps or one.steps[-1].stepped_by != mine.user_id or one.state not in PROPOSED
        for one in unit.disputes.undecided()
    )


def _facts(unit: UnitOfWork, mine: _Mine) -> int:
    return sum(
        one.fact.proposed_by != mine.user_id
        for one in unit.capture_facts.waiting(limit=_MOST).items
    )


def _confirmations(unit: UnitOfWork, mine: _Mine) -> int:
    waiting = unit.erasures.page(is_open=True, before=None, limit=_MOST).items
    return sum(one.state is ErasureState.ASKED and one.asked_by != mine.user_id for one in waiting)


def _purges(unit: UnitOfWork, mine: _Mine) -> int:
    """Count the newest plan if this person may release it: older plans are never released."""
    newest = unit.plans.newest(limit=1).items
    return sum(
        one.state in MAY_RELEASE
        and all(release.released_by != mine.user_id for release in one.releases)
        for one in newest
        if one.made_at + LASTS >= mine.now
    )


def _differences(unit: UnitOfWork, mine: _Mine) -> int:
    differing = unit.cases.in_state(CaseState.DIFFERING, limit=_MOST).items
    return sum(not one.is_decided_by(mine.user_id) for one in differing)


def _doubts(unit: UnitOfWork, _mine: _Mine) -> int:
    return len(unit.gallery_cases.page(is_open=True, before=None, limit=_MOST).items)


def _deletions(unit: UnitOfWork, mine: _Mine) -> int:
    cases = () if mine.force is None else unit.deletions.of_force(mine.force, limit=_MOST).items
    return sum(one.state is DeletionState.WAITING for one in cases)


def _referrals(unit: UnitOfWork, _mine: _Mine) -> int:
    return sum(1 for _ in needed_referrals(unit))


_TAKES = {
    Turn.REQUESTS: (Scope.WORK_REQUESTS, _second_readings),
    Turn.MATTERS: (Scope.WORK_REQUESTS, _second_decisions),
    Turn.DISPUTES: (Scope.WORK_REQUESTS, _disputes),
    Turn.FACTS: (Scope.WORK_REQUESTS, _facts),
    Turn.ERASURES: (Scope.ERASE, _confirmations),
    Turn.PURGES: (Scope.ERASE, _purges),
    Turn.DIFFERENCES: (Scope.RESOLVE, _differences),
    Turn.DOUBTS: (Scope.MERGE, _doubts),
    Turn.DELETIONS: (Scope.DECIDE_DELETIONS, _deletions),
    Turn.REFERRALS: (Scope.ANSWER_REFERRALS, _referrals),
}
"""Who can take each part, and how many wait for one person of one force."""


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
    since = services.today() - timedelta(days=CHART_DAYS - 1)
    with services.units.read() as unit:
        received, ended = unit.requests.by_day(since)
    days = (since + timedelta(days=number) for number in range(CHART_DAYS))
    return tuple(DayOfRequests(day, received.get(day, 0), ended.get(day, 0)) for day in days)


def _requests(services: StoreServices) -> Work:
    return Work(WorkKind.REQUESTS, *open_and_overdue(services))


def _notices(services: StoreServices) -> Work:
    """Count recipients that have not acknowledged a correction."""
    today = services.today()
    with services.units.read() as unit:
        waiting = unit.disclosure_notices.unanswered(limit=_MOST).items
    late = sum((due := notice_due_on(one.notice)) is not None and due < today for one in waiting)
    return Work(WorkKind.NOTICES, len(waiting), late)


def _duties(services: StoreServices, desk: ExchangeDesk) -> Work:
    total = reckon(services, desk).figures.total
    return Work(WorkKind.DUTIES, total.due, total.unsent_past_due)


def _matters(services: StoreServices) -> tuple[Work, ...]:
    """Count the waiting matters; as signs, count those that contradict an earlier one or come
    second-hand, and the convictions held after their source's last day.
    """
    today = services.today()
    with services.units.read() as unit:
        waiting = unit.matters.arrivals(limit=_MOST)
        counts = {one.state: one.count for one in unit.matters.counts()}
        past = len(unit.keepings.ended(today, _MOST)) + len(unit.matters.past(today, _MOST))
    late = sum(last_day(*one) < today for one in waiting)
    apart = counts.get(MatterState.QUARANTINED, 0)
    return (
        Work(WorkKind.MATTERS, len(waiting), late),
        Work(WorkKind.QUARANTINE, apart, apart),
        Work(WorkKind.KEEPINGS, past, past),
    )


def _misuse(services: StoreServices) -> Work:
    now = services.now()
    with services.units.read() as unit:
        found = unit.abuse.findings(before=None, limit=_MOST).items
    return Work(WorkKind.MISUSE, len(found), sum(now - one.found_at < _WEEK for one in found))


def _watch(services: StoreServices, model_digest: str) -> Work:
    with services.units.read() as unit:
        states = unit.law.changes(model_digest)
    alarms = sum(one.state is not LawState.AT_HOME for one in states)
    return Work(WorkKind.MODEL, alarms, alarms)
