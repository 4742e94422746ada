"""An examiner's queue: waiting tasks, cases held, and claiming the next case."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.access.access import Caller, Scope
from domain.errors import CaseTakenError, ConflictError, InvalidInputError
from domain.events.looking import LookKind
from domain.examination.cases import Activity, Priority
from domain.ids import CaseId, UserId
from service.storage.examination.queue import QueuedCase, QueueWanted
from service.storage.unit_of_work import UnitOfWork
from service.usecases.examination.claiming import claim_case
from service.usecases.examination.competence import may_take_marks
from service.usecases.log.recording import look
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
    caller.actor.require(Scope.EXAMINE)
    me = caller.actor.user_id
    now = bench.services.surroundings.clock()
    with bench.services.units.read() as unit:
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
        raise InvalidInputError(
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
    caller.actor.require(Scope.EXAMINE)
    now = bench.services.surroundings.clock()
    with bench.services.units.read() as unit:
        tried = replace(wanted, limit=_TRIED, after=None)
        queued = _queued(bench, unit, caller.actor.user_id, tried, now)
    for case in queued:
        try:
            claim_case(bench.services, caller, case.case_id)
        except ConflictError:
            continue  # another examiner was faster
        return case.case_id
    return None


def claim_task(services: Services, caller: Caller, task_id: str) -> CaseId:
    """Claim the case that waits under this name in the caller's queue, and return it.

    Raises NotPermittedError, CaseTakenError (the task is no longer there, for any reason), and the
    errors of `claim_case`.
    """
    caller.actor.require(Scope.EXAMINE)
    with services.units.read() as unit:
        case_id = unit.queue.task(caller.actor.user_id, task_id)
    if case_id is None:
        raise CaseTakenError("This case is no longer waiting: claim another case.")
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
