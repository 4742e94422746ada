"""The desk: an examiner's queue, and the list of open work that a supervisor can reorder."""

from typing import Annotated, Self

from fastapi import Depends, Query, Response
from pydantic import Field

from domain.events.looking import LookKind
from domain.examination.cases import Activity, CaseState, Priority
from domain.ids import CaseId
from service.api.authentication import Examiner, Resolver
from service.api.base import Answer, Body, Next, OpaqueId
from service.api.bodies import After, BodyOf, IdInPath, Limit, TaskInPath
from service.api.call_routes import INDEX_ERRORS, CallRouter
from service.api.shapes import shows
from service.api.state import BenchOf
from service.usecases.examination import competence, desk


@shows(desk.QueueLine)
class QueueLineAnswer(Answer):
    """One case of the queue with its target time."""

    is_mine: bool
    """Whether you hold the case."""


class CaseListAnswer(Answer):
    """A page of the cases that this examiner can work on: those held first, then by priority."""

    cases: tuple[QueueLineAnswer, ...]
    next_after: Next

    @classmethod
    def page(cls, found: desk.Desk, after: str | None) -> Self:
        """Return the answer; cases that the examiner holds are only on the first page."""
        held = () if after else found.mine
        lines = (QueueLineAnswer.of(line) for line in (*held, *found.waiting))
        return cls(cases=tuple(lines), next_after=found.next_after)


@shows(desk.Desk, without=("now",))
class QueueAnswer(Answer):
    """An examiner's desk; verifications look like first examinations."""

    mine: tuple[QueueLineAnswer, ...] = Field(description="The cases that the examiner holds.")
    waiting: tuple[QueueLineAnswer, ...]
    """Waiting cases, by priority and then in order of arrival."""
    next_after: Next


class NextCaseAnswer(Answer):
    """The case that was claimed."""

    case_id: CaseId


@shows(desk.Waiting)
class WaitingCaseAnswer(Answer):
    """An open case, the step that it is waiting for, and since when."""

    waits_for: str
    """The step in words; it names the examiner who holds the case."""


class OverviewAnswer(Answer):
    """All open work."""

    counts: dict[CaseState, int] = Field(description="Open cases by state.")
    oldest: tuple[WaitingCaseAnswer, ...]
    """The cases that have waited longest."""
    due_controls: int
    """Control items still to be inserted to reach the office's share."""
    next_after: Next


class PriorityBody(Body):
    """The priority that a case should have."""

    priority: Priority


class PrioritiesBody(PriorityBody):
    """The priority that several cases should have."""

    cases: tuple[OpaqueId, ...] = Field(min_length=1, max_length=desk.MOST_AT_ONCE)
    """The cases whose priority changes."""


class InsertedAnswer(Answer):
    """The number of control items that were inserted."""

    inserted: int
    """The number of control items inserted."""


router = CallRouter(prefix="/v1")


def _filter(
    activity: Annotated[Activity | None, Query(description="Only cases of this activity.")] = None,
    priority: Annotated[Priority | None, Query(description="Only cases of this priority.")] = None,
    overdue: Annotated[bool, Query(description="Only cases past their target time.")] = False,
    limit: Limit = 50,
    after: After = None,
) -> desk.QueueFilter:
    return desk.QueueFilter(activity, priority, overdue, limit, after)


FilterOf = Annotated[desk.QueueFilter, Depends(_filter)]


@router.get("/cases", tags=["examiner"])
def list_cases(call: Examiner, wanted: FilterOf, bench: BenchOf) -> CaseListAnswer:
    """Return the cases that this examiner can work on, page by page."""
    found = desk.desk(bench, call.caller, wanted, kind=LookKind.CASES)
    return CaseListAnswer.page(found, wanted.after)


@router.get("/queue", tags=["examiner"])
def get_queue(call: Examiner, wanted: FilterOf, bench: BenchOf) -> QueueAnswer:
    """Return the waiting cases, and the open and closed cases of the examiner."""
    return QueueAnswer.of(desk.desk(bench, call.caller, wanted))


@router.post(
    "/queue/next",
    tags=["examiner"],
    response_model=NextCaseAnswer,
    responses={204: {"description": "No case is waiting."}},
)
def post_next_case(call: Examiner, wanted: FilterOf, bench: BenchOf) -> NextCaseAnswer | Response:
    """Claim the next case among those that match the filter."""
    case_id = desk.claim_next(bench, call.caller, wanted)
    return Response(status_code=204) if case_id is None else NextCaseAnswer(case_id=case_id)


@router.post("/queue/{task_id}/claim", tags=["examiner"])
def post_task_claim(call: Examiner, task_id: TaskInPath) -> NextCaseAnswer:
    """Claim the case that waits under this task id; the id is valid until the case is taken."""
    return NextCaseAnswer(case_id=call.use(desk.claim_task, task_id))


@router.get("/overview", tags=["supervisor"])
def get_overview(
    call: Resolver, bench: BenchOf, after: After = None, limit: Limit = 100
) -> OverviewAnswer:
    """Return all open work, oldest first, with the step each case waits for and since when."""
    return OverviewAnswer.of(
        desk.overview(bench, call.caller, desk.OverviewPage(after=after, limit=limit))
    )


@router.post("/cases/{case_id}/priority", tags=["supervisor"], status_code=204)
def post_priority(
    call: Resolver, case_id: IdInPath, body: BodyOf[PriorityBody], bench: BenchOf
) -> None:
    """Change the priority of a case in the queue."""
    desk.set_priority(bench, call.caller, CaseId(case_id), body.priority)


@router.post("/priorities", tags=["supervisor"], status_code=204)
def post_priorities(call: Resolver, body: BodyOf[PrioritiesBody], bench: BenchOf) -> None:
    """Change the priority of several cases in the queue: all of them or none."""
    desk.set_priorities(bench, call.caller, tuple(map(CaseId, body.cases)), body.priority)


@router.post("/cases/{case_id}/return", tags=["supervisor"], status_code=204)
def post_return(call: Resolver, case_id: IdInPath, bench: BenchOf) -> None:
    """Take a case from its holder and return it to the queue; sealed work stays sealed."""
    desk.return_case(bench, call.caller, CaseId(case_id))


@router.post("/control-items", *INDEX_ERRORS, tags=["supervisor"], status_code=201)
def post_control_items(call: Resolver, bench: BenchOf) -> InsertedAnswer:
    """Insert the control items that are due; the answer does not reveal which cases they are."""
    return InsertedAnswer(inserted=len(competence.insert_control_items(bench, call.caller)))
