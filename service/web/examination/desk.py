"""An examiner's desk: the queue, the examiner's own cases, claiming and returning."""

import re
from collections.abc import Mapping

from starlette.responses import RedirectResponse, Response

from domain.examination.cases import Activity, Priority
from domain.ids import CaseId
from service.usecases.examination import claiming, desk
from service.web.forms import FormOf
from service.web.page_route import IdInPath, page_router
from service.web.visitors import ExaminerOf

router = page_router("/workbench")

_PAGE = 50
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@router.get("/queue")
def show_queue(visit: ExaminerOf) -> Response:
    """Show the waiting cases, those that the caller holds, and those that they decided."""
    wanted = _filter(visit.request.query_params)
    return visit.page(
        "examination/queue.html",
        {
            "desk": desk.desk(visit.bench, visit.caller, wanted),
            "wanted": wanted,
            "activities": list(Activity),
            "priorities": list(Priority),
            "none_left": visit.request.query_params.get("next") == "none",
        },
    )


@router.post("/queue/next")
def post_next(visit: ExaminerOf, form: FormOf) -> Response:
    """Claim the next case that matches the filter, and open its first step."""
    case_id = desk.claim_next(visit.bench, visit.caller, _filter(form.fields))
    if case_id is None:
        return RedirectResponse("/workbench/queue?next=none", status_code=303)
    return RedirectResponse(f"/workbench/cases/{case_id}", status_code=303)


@router.post("/queue/{task_id}/claim")
def post_task_claim(visit: ExaminerOf, task_id: IdInPath, _form: FormOf) -> Response:
    """Claim the case that waits under this name, and open its first step."""
    case_id = visit.use(desk.claim_task, task_id)
    return RedirectResponse(f"/workbench/cases/{case_id}", status_code=303)


@router.post("/cases/{case_id}/claim")
def post_claim(visit: ExaminerOf, case_id: IdInPath, _form: FormOf) -> Response:
    """Claim a case and open its first step."""
    visit.use(claiming.claim_case, CaseId(case_id))
    return RedirectResponse(f"/workbench/cases/{case_id}", status_code=303)


@router.post("/cases/{case_id}/release")
def post_release(visit: ExaminerOf, case_id: IdInPath, _form: FormOf) -> Response:
    """Return a case to the queue."""
    visit.use(claiming.release_case, CaseId(case_id))
    return RedirectResponse("/workbench/queue", status_code=303)


def _filter(asked: Mapping[str, str]) -> desk.QueueFilter:
    activity, priority = asked.get("activity", ""), asked.get("priority", "")
    after = asked.get("after", "")
    return desk.QueueFilter(
        activity=Activity(activity) if activity in set(Activity) else None,
        priority=Priority(priority) if priority in set(Priority) else None,
        only_overdue=asked.get("overdue") == "yes",
        limit=_PAGE,
        after=after if _ID.fullmatch(after) else None,
    )
