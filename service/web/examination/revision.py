"""An examiner's revision of a comparison: the comparison page again, whose result replaces the
earlier one.
"""

from starlette.responses import RedirectResponse, Response

from domain.errors import InvalidInputError, UnfoundedFindingError
from domain.examination.cases import Outcome
from domain.ids import CaseId
from service.usecases.examination.sealed_comparison import sealed_comparison
from service.usecases.examination.sealing import SealComparison, revise_comparison
from service.usecases.examination.views import ExaminerStep, Exemplar
from service.web.drafts import begun_form
from service.web.examination.desk import IdInPath
from service.web.examination.examination import open_view, side_by_side
from service.web.examination.points import at_fault, read_enhancements, read_fingers, read_points
from service.web.forms import Form, FormOf
from service.web.page_route import page_router
from service.web.visitors import ExaminerOf, Visit

router = page_router("/workbench/cases/{case_id}/comparisons/{label}/revision")


@router.get("")
def show_revision(visit: ExaminerOf, case_id: IdInPath, label: IdInPath) -> Response:
    """Show the prints of a sealed comparison again, so that it can be revised."""
    return _page(visit, (case_id, label), begun_form(visit))


@router.post("")
def post_revision(visit: ExaminerOf, case_id: IdInPath, label: IdInPath, form: FormOf) -> Response:
    """Seal the revision."""
    outcome = form.choice("outcome", Outcome, missing="Choose an outcome.")
    reason = form.text(
        "reason", missing="Give a reason: say what you see now that you did not see before."
    )
    why_close = form.text("why_close")
    if outcome is None or form.errors:
        return _page(visit, (case_id, label), form, status=422)
    command = SealComparison(
        caller=visit.caller,
        case_id=CaseId(case_id),
        label=label,
        outcome=outcome,
        reason=reason,
        points=read_points(form.fields.get("points", "")),
        enhancements=read_enhancements(form.fields.get("enhancements", "")),
        identified=read_fingers(form.fields),
        why_close=why_close,
    )
    try:
        revise_comparison(visit.services, command)
    except (UnfoundedFindingError, InvalidInputError) as error:
        form.errors[at_fault(error)] = error.detail
        return _page(visit, (case_id, label), form, status=409)
    return RedirectResponse(f"/workbench/cases/{case_id}/decision", status_code=303)


def _page(visit: Visit, about: tuple[str, str], form: Form, *, status: int = 200) -> Response:
    case_id, label = about
    view = open_view(visit, case_id)
    if view.step not in {ExaminerStep.COMPARISON, ExaminerStep.DECISION}:
        return RedirectResponse(f"/workbench/cases/{case_id}", status_code=303)
    found = visit.use(sealed_comparison, CaseId(case_id), label)
    again = Exemplar(label, found.exemplar, found.finger_found)
    values = side_by_side(visit.request, view, again)
    values |= {"revised": found.comparison, "form": form}
    return visit.page("examination/comparison.html", values, status=status)
