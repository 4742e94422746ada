"""An examiner's revision of a comparison: the comparison page again, sealed in its place."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from domain.access import Caller
from domain.cases import Outcome
from domain.errors import InvalidInputError, UnfoundedFindingError
from domain.ids import CaseId
from service.api.state import BenchOf
from service.usecases.examination.revising import revise_comparison
from service.usecases.examination.sealed_comparison import sealed_comparison
from service.usecases.examination.sealing import SealComparison
from service.usecases.examination.views import Exemplar, Step
from service.usecases.workbench import Workbench
from service.web.examination.desk import IdInPath
from service.web.examination.examination import open_view, side_by_side
from service.web.examination.points import at_fault, read_fingers, read_points
from service.web.forms import Form, FormOf
from service.web.page_route import PageRoute
from service.web.rendering import render
from service.web.visitors import ExaminerOf

router = APIRouter(
    prefix="/workbench/cases/{case_id}/comparisons/{label}/revision",
    route_class=PageRoute,
    include_in_schema=False,
)


@router.get("")
def show_revision(
    request: Request, case_id: IdInPath, label: IdInPath, caller: ExaminerOf, bench: BenchOf
) -> Response:
    """Show a sealed comparison's prints again, to evaluate them otherwise."""
    return _page(request, bench, caller, (case_id, label), Form({}, {}))


@router.post("")
def post_revision(
    request: Request,
    case_id: IdInPath,
    label: IdInPath,
    caller: ExaminerOf,
    form: FormOf,
    bench: BenchOf,
) -> Response:
    """Seal the revision."""
    outcome = form.choice("outcome", Outcome, missing="Choose an outcome.")
    reason = form.text("reason", missing="Give a reason: what you saw now, and not before.")
    why_close = form.text("why_close")
    if outcome is None or form.errors:
        return _page(request, bench, caller, (case_id, label), form, status=422)
    command = SealComparison(
        caller=caller,
        case_id=CaseId(case_id),
        label=label,
        outcome=outcome,
        reason=reason,
        points=read_points(form.fields.get("points", "")),
        identified=read_fingers(form.fields),
        why_close=why_close,
    )
    try:
        revise_comparison(bench.services, command)
    except (UnfoundedFindingError, InvalidInputError) as error:
        form.errors[at_fault(error)] = error.detail
        return _page(request, bench, caller, (case_id, label), form, status=409)
    return RedirectResponse(f"/workbench/cases/{case_id}/decision", status_code=303)


def _page(
    request: Request,
    bench: Workbench,
    caller: Caller,
    about: tuple[str, str],
    form: Form,
    *,
    status: int = 200,
) -> Response:
    case_id, label = about
    view = open_view(bench, caller, case_id)
    if view.step not in {Step.COMPARISON, Step.DECISION}:
        return RedirectResponse(f"/workbench/cases/{case_id}", status_code=303)
    found = sealed_comparison(bench.services, caller, CaseId(case_id), label)
    again = Exemplar(label, found.exemplar, found.finger_found)
    values = side_by_side(request, view, again)
    values |= {"revised": found.comparison, "form": form}
    return render(request, "examination/comparison.html", values, status=status)
