"""The desk: an examiner's queue, and the open work as a supervisor orders it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from domain.cases import Activity, Priority
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
from service.api.bodies import BodyOf
from service.api.documentation import INDEX_ERRORS, body_problems, call_problems
from service.api.examination.desk_schemas import (
    CaseListAnswer,
    InsertedAnswer,
    NextCaseAnswer,
    OverviewAnswer,
    PrioritiesBody,
    PriorityBody,
    QueueAnswer,
)
from service.api.parameters import After, IdInPath, Limit, TaskInPath
from service.api.state import BenchOf, ServicesOf
from service.usecases.examination.control_items import insert_control_items
from service.usecases.examination.overview import (
    OverviewPage,
    overview,
    return_case,
    set_priorities,
    set_priority,
)
from service.usecases.examination.queue import QueueFilter, claim_next, claim_task, desk

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
def list_cases(caller: Examiner, wanted: FilterOf, bench: BenchOf) -> CaseListAnswer:
    """Return the cases that this examiner can work on, page by page."""
    found = desk(bench, caller, wanted, kind=LookKind.CASES)
    return CaseListAnswer.page(found, wanted.after)


@router.get("/queue", tags=["examiner"], responses=call_problems())
def get_queue(caller: Examiner, wanted: FilterOf, bench: BenchOf) -> QueueAnswer:
    """Return the waiting cases, the cases that the examiner holds, and their closed ones."""
    return QueueAnswer.of(desk(bench, caller, wanted))


@router.post(
    "/queue/next",
    tags=["examiner"],
    response_model=NextCaseAnswer,
    responses={204: {"description": "No case waits."}, **call_problems()},
)
def post_next_case(
    caller: Examiner, wanted: FilterOf, bench: BenchOf
) -> NextCaseAnswer | Response:
    """Claim the case that is next, of those the filter shows."""
    case_id = claim_next(bench, caller, wanted)
    return Response(status_code=204) if case_id is None else NextCaseAnswer(case_id=case_id)


@router.post(
    "/queue/{task_id}/claim",
    tags=["examiner"],
    responses=call_problems(
        CaseTakenError, CompetenceNotShownError, SelfVerificationError, ClosedCaseError
    ),
)
def post_task_claim(caller: Examiner, task_id: TaskInPath, services: ServicesOf) -> NextCaseAnswer:
    """Claim the case that waits under this name; a name holds until the case is taken."""
    return NextCaseAnswer(case_id=claim_task(services, caller, task_id))


@router.get("/overview", tags=["supervisor"], responses=call_problems())
def get_overview(
    caller: Resolver, bench: BenchOf, after: After = None, limit: Limit = 100
) -> OverviewAnswer:
    """Return all open work, oldest first, with the step that it waits for and since when."""
    return OverviewAnswer.of(overview(bench, caller, OverviewPage(after=after, limit=limit)))


@router.post(
    "/cases/{case_id}/priority",
    tags=["supervisor"],
    status_code=204,
    responses=body_problems(NotFoundError, ClosedCaseError),
)
def post_priority(
    caller: Resolver, case_id: IdInPath, body: BodyOf[PriorityBody], bench: BenchOf
) -> None:
    """Raise or lower a case in the queue."""
    set_priority(bench, caller, CaseId(case_id), body.priority)


@router.post(
    "/priorities",
    tags=["supervisor"],
    status_code=204,
    responses=body_problems(NotFoundError, ClosedCaseError),
)
def post_priorities(caller: Resolver, body: BodyOf[PrioritiesBody], bench: BenchOf) -> None:
    """Raise or lower several cases in the queue: all of them, or none."""
    set_priorities(bench, caller, tuple(map(CaseId, body.cases)), body.priority)


@router.post(
    "/cases/{case_id}/return",
    tags=["supervisor"],
    status_code=204,
    responses=call_problems(NotFoundError, ClosedCaseError, CaseNotClaimedError),
)
def post_return(caller: Resolver, case_id: IdInPath, bench: BenchOf) -> None:
    """Give a case back to the queue, from its holder or from review; sealed work stays sealed.

    A difference of opinion so goes to a further examiner, who does not know of it.
    """
    return_case(bench, caller, CaseId(case_id))


@router.post(
    "/control-items",
    tags=["supervisor"],
    status_code=201,
    responses=call_problems(*INDEX_ERRORS),
)
def post_control_items(caller: Resolver, bench: BenchOf) -> InsertedAnswer:
    """Insert the control items that are due; the answer does not reveal the cases."""
    return InsertedAnswer(inserted=len(insert_control_items(bench, caller)))
