"""All open work as a supervisor orders it: what it waits for, returned cases, priorities."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.access import Caller, Scope
from domain.cases import CLOSED_STATES, Activity, Case, CaseState, Priority
from domain.errors import CaseNotClaimedError, ClosedCaseError, InvalidInputError
from domain.events.examination import CaseReleased, PriorityChanged
from domain.events.looking import LookKind
from domain.ids import CaseId, UserId
from service.storage.examination.queue import OpenCase
from service.storage.unit_of_work import UnitOfWork
from service.usecases.examination.claiming import give_back
from service.usecases.examination.control_items import due_by_share
from service.usecases.examination.queue import target_at
from service.usecases.existing import existing
from service.usecases.log.looking import look
from service.usecases.log.recording import record
from service.usecases.workbench import DeskPolicy, Workbench

MOST_AT_ONCE = 200
"""So many cases get another priority in one transaction."""


MOST_LOOKED_THROUGH = 2_000
"""Filters and orders of the overview reach so many of the oldest open cases."""


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
    matching: int = 0
    """How many cases meet the filter, of the MOST_LOOKED_THROUGH oldest."""


@dataclass(frozen=True, slots=True)
class OverviewWanted:
    """Which open cases are wanted; as it stands, all of them."""

    activity: Activity | None = None
    priority: Priority | None = None
    state: CaseState | None = None
    is_overdue: bool = False
    """Only those past their target."""
    is_held: bool | None = None

    def holds(self, case: Waiting) -> bool:
        """Whether a case is wanted."""
        return (
            self.activity in {None, case.activity}
            and self.priority in {None, case.priority}
            and self.state in {None, case.state}
            and self.is_held in {None, case.is_held}
            and (case.is_overdue or not self.is_overdue)
        )


Arranging = Callable[[tuple[Waiting, ...]], tuple[Waiting, ...]]
"""Puts cases into the order in which they are shown."""


def overview(
    bench: Workbench,
    caller: Caller,
    wanted: OverviewWanted = OverviewWanted(),
    *,
    limit: int = 100,
    arrange: Arranging = tuple,
) -> Overview:
    """Return open work, oldest first, with the step it waits for; raises NotPermittedError.

    `arrange` orders all that is wanted before it is cut at `limit`.
    """
    caller.actor.require(Scope.RESOLVE)
    now = bench.services.surroundings.clock()
    with bench.services.units.read() as unit:
        counts = unit.queue.open_counts()
        cases = unit.queue.open_cases(limit=max(limit, MOST_LOOKED_THROUGH))
        holders = [case.claimed_by for case in cases if case.claimed_by]
        names = unit.accounts.names(holders)
        due_controls = due_by_share(unit, bench.desk.control_share)
    every = (_waiting(bench.desk, case, names, now) for case in cases)
    matching = arrange(tuple(case for case in every if wanted.holds(case)))
    shown = matching[:limit]
    look(bench.services, caller, LookKind.OVERVIEW, (case.case_id for case in shown))
    return Overview(counts, shown, due_controls, now, len(matching))


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
        give_back(services, unit, case)
        event = CaseReleased(case_id, held_by=case.claimed_by)
        record(unit, services.surroundings, caller, event, case)
        unit.commit()


def set_priority(bench: Workbench, caller: Caller, case_id: CaseId, priority: Priority) -> None:
    """Raise or lower a case in the queue.

    Raises NotPermittedError, NotFoundError, ClosedCaseError.
    """
    set_priorities(bench, caller, (case_id,), priority)


def set_priorities(
    bench: Workbench, caller: Caller, case_ids: Sequence[CaseId], priority: Priority
) -> None:
    """Raise or lower several cases at once: all of them, or none when one is refused.

    Raises as `set_priority`, and InvalidInputError for no case or more than MOST_AT_ONCE.
    """
    caller.actor.require(Scope.RESOLVE)
    services = bench.services
    if not 0 < len(case_ids) <= MOST_AT_ONCE:
        raise InvalidInputError(f"Name 1 to {MOST_AT_ONCE} cases.", pointer="/cases")
    with services.units.write() as unit:
        for case_id in dict.fromkeys(case_ids):
            case = _open_case(unit, case_id)
            unit.queue.set_priority(case_id, priority)
            record(unit, services.surroundings, caller, PriorityChanged(case_id, priority), case)
        unit.commit()


def _open_case(unit: UnitOfWork, case_id: CaseId) -> Case:
    case = existing(unit.cases.get(case_id))
    if case.state in CLOSED_STATES:
        raise ClosedCaseError
    return case


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
