"""The desk: an examiner's queue, and the open work as a supervisor orders it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from domain.cases import Activity, CaseState, Priority
from domain.errors import (
    CaseNotClaimedError,
    CaseTakenError,
    ClosedCaseError,
    CompetenceNotShownError,
    NotFoundError,
    SelfVerificationError,
)
from domain.events.looking import LookKind
from domain.ids import CaseId
from service.api.authentication import Examiner, Resolver
from service.api.base import Answer, Body, Next, OpaqueId
from service.api.bodies import BodyOf
from service.api.documentation import INDEX_ERRORS, body_problems, call_problems
from service.api.parameters import After, IdInPath, Limit, TaskInPath
from service.api.shapes import shows
from service.api.state import BenchOf
from service.usecases.examination.control_items import insert_control_items
from service.usecases.examination.overview import (
    MOST_AT_ONCE,
    OverviewPage,
    Waiting,
    overview,
    return_case,
    set_priorities,
    set_priority,
)
from service.usecases.examination.queue import Desk, QueueFilter, claim_next, claim_task, desk


class QueueLineAnswer(Answer):
    """One case of the queue with its target time."""

    case_id: str | None = Field(description="Of a case that the examiner holds, null otherwise.")
    task_id: str | None = Field(
        description="The name under which a waiting case is claimed; a case that comes back has "
        "another one."
    )
    activity: Activity
    priority: Priority
    ready_at: datetime = Field(
        description="When it came into the queue for this work, to the quarter of an hour."
    )
    target_at: datetime
    is_overdue: bool
    is_mine: bool


class CaseListAnswer(Answer):
    """A page of the cases that this examiner can work on: those held first, then by priority."""

    cases: tuple[QueueLineAnswer, ...]
    next_after: Next

    @classmethod
    def page(cls, found: Desk, after: str | None) -> Self:
        """Return the answer; the cases held are only on the first page."""
        held = () if after else found.mine
        lines = (QueueLineAnswer.of(line) for line in (*held, *found.waiting))
        return cls(cases=tuple(lines), next_after=found.next_after)


class QueueAnswer(Answer):
    """An examiner's desk; nothing in it tells a verification from a first examination."""

    mine: tuple[QueueLineAnswer, ...] = Field(description="The cases that the examiner holds.")
    waiting: tuple[QueueLineAnswer, ...] = Field(
        description="By priority, then in the order of coming."
    )
    has_more: bool
    closed: tuple[str, ...] = Field(
        description="Closed cases that the examiner decided, the last ones first."
    )
    next_after: Next


class NextCaseAnswer(Answer):
    """The case that was claimed."""

    case_id: str


@shows(Waiting)
class WaitingCaseAnswer(Answer):
    """An open case, the step that it waits for, and since when."""

    waits_for: str = Field(description="In words; names the holder.")


class OverviewAnswer(Answer):
    """All open work."""

    counts: dict[CaseState, int] = Field(description="Open cases by state.")
    oldest: tuple[WaitingCaseAnswer, ...]
    due_controls: int = Field(description="Control items that are missing to the office's share.")
    next_after: Next


class PriorityBody(Body):
    """How soon a case is wanted."""

    priority: Priority


class PrioritiesBody(PriorityBody):
    """How soon several cases are wanted."""

    cases: tuple[OpaqueId, ...] = Field(min_length=1, max_length=MOST_AT_ONCE)


class InsertedAnswer(Answer):
    """How many control items were inserted."""

    inserted: int


router = APIRouter(prefix="/v1")


def _filter(
    activity: Annotated[Activity | None, Query(description="Of this activity alone.")] = None,
    priority: Annotated[Priority | None, Query(description="Of this priority alone.")] = None,
    overdue: Annotated[bool, Query(description="Past their target time alone.")] = False,
    limit: Limit = 50,
    after: After = None,
) -> QueueFilter:
    return QueueFilter(activity, priority, overdue, limit, after)


FilterOf = Annotated[QueueFilter, Depends(_filter)]


@router.get("/cases", tags=["examiner"], responses=call_problems())
def list_cases(call: Examiner, wanted: FilterOf, bench: BenchOf) -> CaseListAnswer:
    """Return the cases that this examiner can work on, page by page."""
    found = desk(bench, call.caller, wanted, kind=LookKind.CASES)
    return CaseListAnswer.page(found, wanted.after)


@router.get("/queue", tags=["examiner"], responses=call_problems())
def get_queue(call: Examiner, wanted: FilterOf, bench: BenchOf) -> QueueAnswer:
    """Return the waiting cases, the cases that the examiner holds, and their closed ones."""
    return QueueAnswer.of(desk(bench, call.caller, wanted))


@router.post(
    "/queue/next",
    tags=["examiner"],
    response_model=NextCaseAnswer,
    responses={204: {"description": "No case waits."}, **call_problems()},
)
def post_next_case(call: Examiner, wanted: FilterOf, bench: BenchOf) -> NextCaseAnswer | Response:
    """Claim the case that is next, of those the filter shows."""
    case_id = claim_next(bench, call.caller, wanted)
    return Response(status_code=204) if case_id is None else NextCaseAnswer(case_id=case_id)


@router.post(
    "/queue/{task_id}/claim",
    tags=["examiner"],
    responses=call_problems(
        CaseTakenError, CompetenceNotShownError, SelfVerificationError, ClosedCaseError
    ),
)
def post_task_claim(call: Examiner, task_id: TaskInPath) -> NextCaseAnswer:
    """Claim the case that waits under this name; a name holds until the case is taken."""
    return NextCaseAnswer(case_id=claim_task(call.services, call.caller, task_id))


@router.get("/overview", tags=["supervisor"], responses=call_problems())
def get_overview(
    call: Resolver, bench: BenchOf, after: After = None, limit: Limit = 100
) -> OverviewAnswer:
    """Return all open work, oldest first, with the step that it waits for and since when."""
    return OverviewAnswer.of(overview(bench, call.caller, OverviewPage(after=after, limit=limit)))


@router.post(
    "/cases/{case_id}/priority",
    tags=["supervisor"],
    status_code=204,
    responses=body_problems(NotFoundError, ClosedCaseError),
)
def post_priority(
    call: Resolver, case_id: IdInPath, body: BodyOf[PriorityBody], bench: BenchOf
) -> None:
    """Raise or lower a case in the queue."""
    set_priority(bench, call.caller, CaseId(case_id), body.priority)


@router.post(
    "/priorities",
    tags=["supervisor"],
    status_code=204,
    responses=body_problems(NotFoundError, ClosedCaseError),
)
def post_priorities(call: Resolver, body: BodyOf[PrioritiesBody], bench: BenchOf) -> None:
    """Raise or lower several cases in the queue: all of them, or none."""
    set_priorities(bench, call.caller, tuple(map(CaseId, body.cases)), body.priority)


@router.post(
    "/cases/{case_id}/return",
    tags=["supervisor"],
    status_code=204,
    responses=call_problems(NotFoundError, ClosedCaseError, CaseNotClaimedError),
)
def post_return(call: Resolver, case_id: IdInPath, bench: BenchOf) -> None:
    """Give a case back to the queue from its holder; sealed work stays sealed."""
    return_case(bench, call.caller, CaseId(case_id))


@router.post(
    "/control-items",
    tags=["supervisor"],
    status_code=201,
    responses=call_problems(*INDEX_ERRORS),
)
def post_control_items(call: Resolver, bench: BenchOf) -> InsertedAnswer:
    """Insert the control items that are due; the answer does not reveal the cases."""
    return InsertedAnswer(inserted=len(insert_control_items(bench, call.caller)))
