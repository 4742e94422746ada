"""The desk's queue and priorities, and the waiting work with its age."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from domain.access import Caller, Scope
from domain.cases import CLOSED_STATES, Activity, Case, CaseState, Priority
from domain.errors import CaseNotClaimedError, ClosedCaseError, ConflictError
from domain.events.examination import CaseReleased, PriorityChanged
from domain.events.looking import LookKind
from domain.ids import CaseId, UserId
from service.storage.examination.queue import OpenCase, QueuedCase, QueueWanted
from service.storage.unit_of_work import UnitOfWork
from service.usecases.examination.claiming import claim_case
from service.usecases.examination.control_items import due_by_share
from service.usecases.existing import existing
from service.usecases.log.looking import look
from service.usecases.log.recording import record
from service.usecases.workbench import DeskPolicy, Workbench

_TRIED = 10
"""So many cases are tried for the next one: others take from the same end of the queue."""


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """An examiner's filter of the queue; an empty filter shows everything."""

    activity: Activity | None = None
    priority: Priority | None = None
    only_overdue: bool = False
    limit: int = 50


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One case of the queue with its target time."""

    case_id: CaseId
    activity: Activity
    priority: Priority
    opened_at: datetime
    target_at: datetime
    is_overdue: bool
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """An examiner's desk: cases held, cases waiting, and closed cases that they decided."""

    mine: tuple[QueueLine, ...]
    waiting: tuple[QueueLine, ...]
    has_more: bool
    closed: tuple[CaseId, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open case, the step that it waits for, and since when."""

    case_id: CaseId
    activity: Activity
    priority: Priority
    state: CaseState
    waits_for: str
    since: datetime
    is_held: bool
    target_at: datetime
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """All open work as a supervisor sees it."""

    counts: Mapping[CaseState, int]
    oldest: tuple[Waiting, ...]
    due_controls: int
    """Control items that are missing to the share that the office wants."""
    now: datetime


def desk(bench: Workbench, caller: Caller, wanted: QueueFilter) -> Desk:
    """Return an examiner's desk, and put on record that it was shown; raises NotPermittedError.

    Nothing in it tells a verification from a first examination.
    """
    found = _desk(bench, caller, wanted)
    lines = (line.case_id for line in (*found.mine, *found.waiting))
    look(bench.services, caller, LookKind.QUEUE, (*lines, *found.closed))
    return found


def _desk(bench: Workbench, caller: Caller, wanted: QueueFilter) -> Desk:
    caller.actor.require(Scope.EXAMINE)
    me = caller.actor.user_id
    now = bench.services.surroundings.clock()
    with bench.services.units.read() as unit:
        queued = unit.queue.queue(me, _wanted(bench.desk, wanted, now), limit=wanted.limit + 1)
        held = unit.queue.held_by(me)
        closed = unit.queue.decided_by(me, limit=20)
    return Desk(
        mine=tuple(_line(bench.desk, case, now) for case in held),
        waiting=tuple(_line(bench.desk, case, now) for case in queued[: wanted.limit]),
        has_more=len(queued) > wanted.limit,
        closed=closed,
        now=now,
    )


def overview(bench: Workbench, caller: Caller, *, limit: int = 100) -> Overview:
    """Return all open work, oldest first, with the step it waits for; raises NotPermittedError."""
    caller.actor.require(Scope.RESOLVE)
    now = bench.services.surroundings.clock()
    with bench.services.units.read() as unit:
        counts = unit.queue.open_counts()
        cases = unit.queue.open_cases(limit=limit)
        holders = [case.claimed_by for case in cases if case.claimed_by]
        names = unit.accounts.names(holders)
        due_controls = due_by_share(unit, bench.desk.control_share)
    look(bench.services, caller, LookKind.OVERVIEW, (case.case_id for case in cases))
    oldest = tuple(_waiting(bench.desk, case, names, now) for case in cases)
    return Overview(counts, oldest, due_controls, now)


def claim_next(bench: Workbench, caller: Caller, wanted: QueueFilter) -> CaseId | None:
    """Claim the case that is next in the caller's queue, and return it; None when none waits.

    It prevents picking easy cases. Raises NotPermittedError.
    """
    for line in _desk(bench, caller, replace(wanted, limit=_TRIED)).waiting:
        try:
            claim_case(bench.services, caller, line.case_id)
        except ConflictError:
            continue  # another examiner was faster
        return line.case_id
    return None


def return_case(bench: Workbench, caller: Caller, case_id: CaseId) -> None:
    """Take a case from its holder and give it back to the queue; sealed work stays.

    Raises NotPermittedError, NotFoundError, ClosedCaseError, CaseNotClaimedError.
    """
    caller.actor.require(Scope.RESOLVE)
    services = bench.services
    with services.units.write() as unit:
        case = _open_case(unit, case_id)
        if case.claimed_by is None:
            raise CaseNotClaimedError("No examiner holds this case: it is in the queue already.")
        moved = replace(case, claimed_by=None, revision=services.surroundings.new_id())
        unit.cases.save(moved, expected_revision=case.revision)
        event = CaseReleased(case_id, held_by=case.claimed_by)
        record(unit, services.surroundings, caller, event, case)
        unit.commit()


def set_priority(bench: Workbench, caller: Caller, case_id: CaseId, priority: Priority) -> None:
    """Raise or lower a case in the queue.

    Raises NotPermittedError, NotFoundError, ClosedCaseError.
    """
    caller.actor.require(Scope.RESOLVE)
    services = bench.services
    with services.units.write() as unit:
        case = _open_case(unit, case_id)
        unit.queue.set_priority(case_id, priority)
        record(unit, services.surroundings, caller, PriorityChanged(case_id, priority), case)
        unit.commit()


def _open_case(unit: UnitOfWork, case_id: CaseId) -> Case:
    case = existing(unit.cases.get(case_id))
    if case.state in CLOSED_STATES:
        raise ClosedCaseError
    return case


def target_at(
    policy: DeskPolicy, activity: Activity, priority: Priority, opened_at: datetime
) -> datetime:
    """Return when a case should be concluded."""
    return opened_at + policy.targets[activity, priority]


def _line(policy: DeskPolicy, case: QueuedCase, now: datetime) -> QueueLine:
    target = target_at(policy, case.activity, case.priority, case.opened_at)
    return QueueLine(
        case_id=case.case_id,
        activity=case.activity,
        priority=case.priority,
        opened_at=case.opened_at,
        target_at=target,
        is_overdue=target < now,
        is_mine=case.is_mine,
    )


def _wanted(policy: DeskPolicy, wanted: QueueFilter, now: datetime) -> QueueWanted:
    return QueueWanted(
        activities=tuple(Activity) if wanted.activity is None else (wanted.activity,),
        priorities=tuple(Priority) if wanted.priority is None else (wanted.priority,),
        opened_before=(
            {key: now - target for key, target in policy.targets.items()}
            if wanted.only_overdue
            else None
        ),
    )


def _waiting(
    policy: DeskPolicy, case: OpenCase, names: Mapping[UserId, str], now: datetime
) -> Waiting:
    target = target_at(policy, case.activity, case.priority, case.opened_at)
    waits_for, since = _reason(case, names)
    return Waiting(
        case_id=case.case_id,
        activity=case.activity,
        priority=case.priority,
        state=case.state,
        waits_for=waits_for,
        since=since,
        is_held=case.claimed_by is not None,
        target_at=target,
        is_overdue=target < now,
    )


def _reason(case: OpenCase, names: Mapping[UserId, str]) -> tuple[str, datetime]:
    """Return the step that a case waits for, in words, and since when."""
    since = case.last_sealed_at or case.opened_at
    if case.claimed_by is not None:
        holder = names.get(case.claimed_by, case.claimed_by)
        return f"{holder}, who holds it", max(case.claimed_at or since, since)
    match case.state:
        case CaseState.DIFFERING:
            return "a supervisor, to resolve a difference of opinion", since
        case CaseState.VERIFYING:
            return "another examiner, to verify", since
        case _:
            return "a first examiner", since
