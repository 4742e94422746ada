"""The desk: an examiner's queue, with waiting tasks, cases held and claiming; and a supervisor's
open work, with each case's next step, returned cases and priorities.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from domain import errors
from domain.access.access import Caller, Scope
from domain.events.examination import CaseReleased, PriorityChanged
from domain.events.looking import LookKind
from domain.examination.cases import CLOSED_STATES, Activity, Case, CaseState, Priority
from domain.ids import CaseId, UserId
from domain.list_pages import ListOrder, OpenWanted
from domain.plain_values import made_from
from service.storage.examination.open_work import OpenCase
from service.storage.examination.queue import QueuedCase, QueueWanted
from service.storage.unit_of_work import UnitOfWork
from service.usecases.examination.claiming import claim_case, give_back
from service.usecases.examination.competence import due_by_share, may_take_marks
from service.usecases.log.recording import look, record
from service.usecases.services import Services
from service.usecases.workbench import DeskPolicy, Workbench

_QUARTER = timedelta(minutes=15)
_TRIED = 10
"""The number of cases tried for the next claim, since other examiners claim from the same end of
the queue."""


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """An examiner's filter of the queue; an empty filter shows everything."""

    activity: Activity | None = None
    priority: Priority | None = None
    only_overdue: bool = False
    limit: int = 50
    after: str | None = None
    """The last task of the previous page."""


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One case in the queue, with its target time."""

    case_id: CaseId | None
    """The id of a case that the examiner holds; None for a waiting case."""
    task_id: str | None
    """The id under which a waiting case is claimed; a case that returns to the queue gets another
    id."""
    activity: Activity
    priority: Priority
    ready_at: datetime
    """When the case entered the queue for this work, to the quarter of an hour."""
    target_at: datetime
    """When the case should be concluded."""
    is_overdue: bool
    """Whether the target time has passed."""

    @property
    def is_mine(self) -> bool:
        """Whether the examiner holds the case."""
        return self.case_id is not None

    @property
    def name(self) -> str:
        """The id of a case that the examiner holds, or the name of a waiting task."""
        return self.case_id or self.task_id or ""


@dataclass(frozen=True, slots=True)
class Desk:
    """An examiner's desk: cases held, cases waiting, and closed cases decided by the examiner."""

    mine: tuple[QueueLine, ...]
    waiting: tuple[QueueLine, ...]
    has_more: bool
    """Whether more cases are waiting than are shown."""
    closed: tuple[CaseId, ...]
    """Closed cases that the examiner decided, newest first."""
    now: datetime

    @property
    def next_after(self) -> str | None:
        """The name of the last waiting case listed; None if no more cases are waiting."""
        return self.waiting[-1].task_id if self.has_more else None


def desk(
    bench: Workbench, caller: Caller, wanted: QueueFilter, *, kind: LookKind = LookKind.QUEUE
) -> Desk:
    """Return an examiner's desk, and record that it was shown. Raises NotPermittedError.

    Nothing in it distinguishes a verification from a first examination: a case that returns to the
    queue appears as a new task, with a new name, time and place. Raises InvalidInputError for a
    page after a task that has meanwhile been claimed.
    """
    me = caller.actor.user_id
    now = bench.services.now()
    with bench.services.reading(caller, Scope.EXAMINE) as unit:
        queued = _queued(bench, unit, me, wanted, now)
        held = unit.queue.held_by(me)
        closed = unit.queue.decided_by(me, limit=20)
    shown = queued[: wanted.limit]
    ids = (case.case_id for case in (*held, *shown))
    look(bench.services, caller, kind, (*ids, *closed))
    return Desk(
        mine=tuple(_line(bench.desk, case, now) for case in held),
        waiting=tuple(_line(bench.desk, case, now) for case in shown),
        has_more=len(queued) > wanted.limit,
        closed=closed,
        now=now,
    )


def _queued(
    bench: Workbench, unit: UnitOfWork, me: UserId, wanted: QueueFilter, now: datetime
) -> tuple[QueuedCase, ...]:
    place = unit.queue.place(me, wanted.after) if wanted.after is not None else None
    if wanted.after is not None and place is None:
        raise errors.InvalidInputError(
            "The last case of the previous page has since been claimed: start again "
            "from the first page.",
            pointer="/after",
        )
    asked = replace(_wanted(bench.desk, wanted, now), after=place)
    if not may_take_marks(bench.services, unit, me):
        asked = replace(asked, activities=set(asked.activities) - {Activity.MARK_COMPARISON})
    return unit.queue.queue(me, asked, limit=wanted.limit + 1)


def claim_next(bench: Workbench, caller: Caller, wanted: QueueFilter) -> CaseId | None:
    """Claim the next case in the caller's queue and return it; None if no case is waiting.

    Claiming in order prevents examiners from choosing easy cases. Raises NotPermittedError.
    """
    with bench.services.reading(caller, Scope.EXAMINE) as unit:
        tried = replace(wanted, limit=_TRIED, after=None)
        queued = _queued(bench, unit, caller.actor.user_id, tried, bench.services.now())
    for case in queued:
        try:
            claim_case(bench.services, caller, case.case_id)
        except errors.ConflictError:
            continue  # another examiner was faster
        return case.case_id
    return None


def claim_task(services: Services, caller: Caller, task_id: str) -> CaseId:
    """Claim the case that waits under this name in the caller's queue, and return it.

    Raises NotPermittedError, CaseTakenError (the task is no longer there, for any reason), and the
    errors of `claim_case`.
    """
    with services.reading(caller, Scope.EXAMINE) as unit:
        case_id = unit.queue.task(caller.actor.user_id, task_id)
    if case_id is None:
        raise errors.CaseTakenError("This case is no longer waiting: claim another case.")
    claim_case(services, caller, case_id)
    return case_id


def target_at(
    policy: DeskPolicy, activity: Activity, priority: Priority, since: datetime
) -> datetime:
    """Return the target time for concluding a case, or for finishing an examiner's task."""
    return since + policy.targets[activity, priority]


def _line(policy: DeskPolicy, case: QueuedCase, now: datetime) -> QueueLine:
    ready_at = _quarter(case.ready_at)
    target = target_at(policy, case.activity, case.priority, ready_at)
    return QueueLine(
        case_id=case.case_id if case.is_mine else None,
        task_id=None if case.is_mine else case.revision,
        activity=case.activity,
        priority=case.priority,
        ready_at=ready_at,
        target_at=target,
        is_overdue=target < now,
    )


def _overdue_before(due: datetime) -> datetime:
    """Return the quarter of an hour such that cases ready before it are now overdue."""
    return _quarter(due - timedelta(microseconds=1)) + _QUARTER


def _quarter(at: datetime) -> datetime:
    """Return the start of the quarter: a more exact time would reveal a colleague's work."""
    return at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)


def _wanted(policy: DeskPolicy, wanted: QueueFilter, now: datetime) -> QueueWanted:
    return QueueWanted(
        activities=tuple(Activity) if wanted.activity is None else (wanted.activity,),
        priorities=tuple(Priority) if wanted.priority is None else (wanted.priority,),
        ready_before=(
            {key: _overdue_before(now - target) for key, target in policy.targets.items()}
            if wanted.only_overdue
            else None
        ),
    )


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
    now, targets = bench.services.now(), bench.desk.targets
    with bench.services.reading(caller, Scope.RESOLVE) as unit:
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
    services = bench.services
    with services.begin(caller, Scope.RESOLVE) as unit:
        case = _open_case(unit, case_id)
        if case.claimed_by is None:
            raise errors.CaseNotClaimedError(
                "No examiner has claimed this case, so it cannot be returned to the queue."
            )
        give_back(services, unit, case)
        record(services, unit, caller, CaseReleased(case_id, held_by=case.claimed_by), case)


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
        raise errors.InvalidInputError(f"Choose 1 to {MOST_AT_ONCE} cases.", pointer="/cases")
    with services.units.begin() as unit:
        for case_id in dict.fromkeys(case_ids):
            case = _open_case(unit, case_id)
            unit.queue.set_priority(case_id, priority)
            record(services, unit, caller, PriorityChanged(case_id, priority), case)


def _open_case(unit: UnitOfWork, case_id: CaseId) -> Case:
    case = errors.existing(unit.cases.get(case_id))
    if case.state in CLOSED_STATES:
        raise errors.ClosedCaseError
    return case


def _waiting(
    policy: DeskPolicy, case: OpenCase, names: Mapping[UserId, str], now: datetime
) -> Waiting:
    target = target_at(policy, case.activity, case.priority, case.opened_at)
    waits_for, since = _reason(case, names)
    return made_from(
        Waiting,
        case,
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
