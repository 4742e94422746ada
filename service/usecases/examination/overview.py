"""All open work for a supervisor: each case's next step, returned cases, and priorities."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.access.access import Caller, Scope
from domain.errors import CaseNotClaimedError, ClosedCaseError, InvalidInputError
from domain.events.examination import CaseReleased, PriorityChanged
from domain.events.looking import LookKind
from domain.examination.cases import CLOSED_STATES, Activity, Case, CaseState, Priority
from domain.ids import CaseId, UserId
from domain.list_pages import ListOrder, OpenWanted
from service.storage.examination.open_work import OpenCase
from service.storage.unit_of_work import UnitOfWork
from service.usecases.examination.claiming import give_back
from service.usecases.examination.competence import due_by_share
from service.usecases.examination.queue import target_at
from service.usecases.existing import existing
from service.usecases.log.recording import look, record
from service.usecases.workbench import DeskPolicy, Workbench

MOST_AT_ONCE = 200
"""The largest number of cases whose priority can be changed in one transaction."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open case, the next step it needs, and since when."""

    case_id: CaseId
    activity: Activity
    priority: Priority
    state: CaseState
    waits_for: str
    since: datetime
    """Since when the case has waited."""
    is_held: bool
    """Whether an examiner holds the case."""
    target_at: datetime
    """When the case should be concluded."""
    is_overdue: bool
    """Whether the target time has passed."""


@dataclass(frozen=True, slots=True)
class Overview:
    """All open work, as shown to a supervisor."""

    counts: Mapping[CaseState, int]
    oldest: tuple[Waiting, ...]
    """The oldest cases, or the first in the order wanted."""
    due_controls: int
    """The number of control items that are still due to reach the office's share."""
    now: datetime
    matching: int = 0
    """The number of open cases that match the filter."""
    next_after: str | None = None
    """Pass this as `after` to get the next page; None on the last page."""


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """A page of the overview: its filter, its order, and the last case of the previous page."""

    wanted: OpenWanted = field(default_factory=OpenWanted)
    order: ListOrder | None = None
    """None means oldest first."""
    after: str | None = None
    limit: int = 100


def overview(bench: Workbench, caller: Caller, page: OverviewPage = OverviewPage()) -> Overview:
    """Return a page of open work with the next step of each case. Raises NotPermittedError."""
    caller.actor.require(Scope.RESOLVE)
    now, targets = bench.services.surroundings.clock(), bench.desk.targets
    with bench.services.units.read() as unit:
        found = unit.open_work.page(
            page.wanted, targets, now, limit=page.limit, order=page.order, after=page.after
        )
        cases = found.items
        matching = unit.open_work.count(page.wanted, targets, now)
        names = unit.accounts.names([case.claimed_by for case in cases if case.claimed_by])
        counts, due_controls = (
            unit.open_work.counts(),
            due_by_share(unit, bench.desk.control_share),
        )
    look(bench.services, caller, LookKind.OVERVIEW, (case.case_id for case in cases))
    shown = tuple(_waiting(bench.desk, case, names, now) for case in cases)
    return Overview(counts, shown, due_controls, now, matching, found.next_key)


def return_case(bench: Workbench, caller: Caller, case_id: CaseId) -> None:
    """Take a case from its holder back to the queue; sealed work stays sealed.

    Raises NotPermittedError, NotFoundError, ClosedCaseError, CaseNotClaimedError.
    """
    caller.actor.require(Scope.RESOLVE)
    services = bench.services
    with services.units.write() as unit:
        case = _open_case(unit, case_id)
        if case.claimed_by is None:
            raise CaseNotClaimedError(
                "No examiner has claimed this case, so it cannot be returned to the queue."
            )
        give_back(services, unit, case)
        event = CaseReleased(case_id, held_by=case.claimed_by)
        record(unit, services.surroundings, caller, event, case)
        unit.commit()


def set_priority(bench: Workbench, caller: Caller, case_id: CaseId, priority: Priority) -> None:
    """Change a case's priority in the queue. Raises the errors of `set_priorities`."""
    set_priorities(bench, caller, (case_id,), priority)


def set_priorities(
    bench: Workbench, caller: Caller, case_ids: Sequence[CaseId], priority: Priority
) -> None:
    """Change the priority of several cases at once: all of them, or none if one is refused.

    Raises NotPermittedError, NotFoundError, ClosedCaseError, and InvalidInputError for no case or
    more than MOST_AT_ONCE.
    """
    caller.actor.require(Scope.RESOLVE)
    services = bench.services
    if not 0 < len(case_ids) <= MOST_AT_ONCE:
        raise InvalidInputError(f"Choose 1 to {MOST_AT_ONCE} cases.", pointer="/cases")
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
    """Return in words whose step a case needs next, and since when."""
    since = case.last_sealed_at or case.opened_at
    if case.claimed_by is not None:
        holder = names.get(case.claimed_by, case.claimed_by)
        return f"{holder}, who holds the case", max(case.claimed_at or since, since)
    match case.state:
        case CaseState.DIFFERING:
            return "a supervisor, to resolve a difference of opinion", since
        case CaseState.VERIFYING:
            return "another examiner", since
        case _:
            return "a first examiner", since
