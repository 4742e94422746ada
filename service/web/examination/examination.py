"""The steps of an examination: analysis, comparison, decision; a verification looks the same."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import RedirectResponse, Response

from domain.errors import InvalidInputError, StepOutOfOrderError, UnfoundedFindingError
from domain.examination.cases import Activity, Comparison, Outcome
from domain.examination.markups import RidgeFlow
from domain.ids import CaseId
from service.usecases.examination import further_search, sealing
from service.usecases.examination.views import (
    ExaminerStep,
    ExaminerView,
    Exemplar,
    examiner_step,
    next_exemplar,
    open_view,
)
from service.web.examination import fingers
from service.web.examination.markups import features_text, outlines_text, read_markup, traces_text
from service.web.forms import Form, FormOf
from service.web.page_route import IdInPath, begun_form, page_router
from service.web.visitors import ExaminerOf, Visit

PHRASES: Mapping[Outcome, tuple[str, ...]] = {
    Outcome.IDENTIFIED: (
        "Ridge flow and the marked points agree, with no unexplained difference.",
        "The points agree in sequence and position. Distortion explains the differences.",
        "Ridge details, pores and edges agree as well.",
    ),
    Outcome.EXCLUDED: (
        "The ridge flow differs.",
        "Points in the probe have no counterpart, and distortion does not explain this.",
        "All fingers were compared: none agrees.",
    ),
    Outcome.INCONCLUSIVE: (
        "Too few clear points for either finding.",
        "The corresponding area is not in the exemplar.",
        "Points agree, but distortion leaves doubt.",
    ),
    Outcome.INSUFFICIENT: (
        "The probe is too poor in detail.",
        "The exemplar is too poor in detail.",
        "There is no image to compare.",
    ),
}
"""Three for each outcome, one key for each."""


def reason_so_far(comparisons: Sequence[Comparison]) -> str:
    """Return the reasons of a decision: of identifications, if there are any, else of all."""
    identified = [one for one in comparisons if one.outcome is Outcome.IDENTIFIED]
    reasons = dict.fromkeys(one.reason for one in identified or comparisons if one.reason)
    return " ".join(reasons)[:4_000]


router = page_router("/workbench/cases")

_PAGES = {
    ExaminerStep.ANALYSIS: "analysis",
    ExaminerStep.COMPARISON: "comparison",
    ExaminerStep.DECISION: "decision",
    ExaminerStep.CLOSED: "result",
}
"""The page of a case at each step, below its own. A redirect to it shows nothing: no event."""
_CHOOSE_OUTCOME = "Choose an outcome."
_NEED_REASON = "Give a reason: what you saw."


@router.get("/{case_id}")
def show_case(visit: ExaminerOf, case_id: IdInPath) -> Response:
    """Open the next step, or show the state of the case for this examiner."""
    step = visit.use(examiner_step, CaseId(case_id))
    if step in _PAGES:
        return RedirectResponse(f"/workbench/cases/{case_id}/{_PAGES[step]}", status_code=303)
    view = visit.use(open_view, CaseId(case_id))
    return visit.page(
        "examination/case.html", {"view": view, "is_sealed": view.step is ExaminerStep.SEALED}
    )


@router.get("/{case_id}/analysis")
def show_analysis(visit: ExaminerOf, case_id: IdInPath) -> Response:
    """Show only the probe."""
    view = visit.use(open_view, CaseId(case_id))
    if view.step is not ExaminerStep.ANALYSIS:
        return _to_step(case_id)
    return _analysis_page(visit, view, begun_form(visit))


@router.post("/{case_id}/analysis")
def post_analysis(visit: ExaminerOf, case_id: IdInPath, form: FormOf) -> Response:
    """Seal the analysis."""
    value = form.fields.get("value", "")
    if value not in {"yes", "no"}:
        form.errors["value"] = "Say whether the probe is of value for comparison."
    notes = form.text("notes")
    if form.errors:
        return _analysis_page(visit, visit.use(open_view, CaseId(case_id)), form)
    markup = read_markup(form.fields)
    command = sealing.SealAnalysis(visit.caller, CaseId(case_id), value == "yes", notes, markup)
    try:
        sealing.seal_analysis(visit.services, command)
    except InvalidInputError as refused:
        form.errors["outlines"] = refused.detail or refused.title
        return _analysis_page(visit, visit.use(open_view, CaseId(case_id)), form)
    return _to_step(case_id)


@router.post("/{case_id}/further-search")
def post_further_search(visit: ExaminerOf, case_id: IdInPath, _form: FormOf) -> Response:
    """Search the mark again with the minutiae of the examiner's analysis."""
    visit.use(further_search.search_further, CaseId(case_id))
    return _to_step(case_id)


@router.get("/{case_id}/comparison")
def show_comparison(visit: ExaminerOf, case_id: IdInPath) -> Response:
    """Show probe and exemplar side by side; each time the exemplar is shown, this is logged."""
    view = visit.use(open_view, CaseId(case_id))
    if view.step is not ExaminerStep.COMPARISON:
        return _to_step(case_id)
    return _comparison_page(visit, view, begun_form(visit))


@router.post("/{case_id}/comparison")
def post_comparison(visit: ExaminerOf, case_id: IdInPath, form: FormOf) -> Response:
    """Seal the evaluation of the exemplar shown, with the points marked."""
    outcome = form.choice("outcome", Outcome, missing=_CHOOSE_OUTCOME)
    reason = form.text("reason", missing=_NEED_REASON)
    why_close = form.text("why_close")
    if outcome is None or form.errors:
        return _comparison_page(visit, visit.use(open_view, CaseId(case_id)), form)
    command = sealing.SealComparison(
        caller=visit.caller,
        case_id=CaseId(case_id),
        label=form.text("label"),
        outcome=outcome,
        reason=reason,
        points=fingers.read_points(form.fields.get("points", "")),
        enhancements=fingers.read_enhancements(form.fields.get("enhancements", "")),
        identified=fingers.read_fingers(form.fields),
        why_close=why_close,
    )
    try:
        sealing.seal_comparison(visit.services, command)
    except UnfoundedFindingError as error:
        form.errors[fingers.at_fault(error)] = error.detail
        view = visit.use(open_view, CaseId(case_id))
        return _comparison_page(visit, view, form, refused=409)
    return _to_step(case_id)


@router.get("/{case_id}/decision")
def show_decision(visit: ExaminerOf, case_id: IdInPath) -> Response:
    """Show the form of the decision; before the last exemplar only after an identification."""
    view = visit.use(open_view, CaseId(case_id))
    if not view.possible_outcomes:
        return _to_step(case_id)
    form = begun_form(visit)
    if not form.kept_at:
        form = Form({"reason": reason_so_far(view.comparisons)}, {})
    return _decision_page(visit, view, form)


@router.post("/{case_id}/decision")
def post_decision(visit: ExaminerOf, case_id: IdInPath, form: FormOf) -> Response:
    """Seal the decision, which cannot be changed afterwards."""
    chosen = form.fields.get("finding", "")
    outcome, label = _finding(chosen)
    if outcome is None:
        form.errors["finding"] = _CHOOSE_OUTCOME
    reason = form.text("reason", missing=_NEED_REASON)
    if outcome is None or form.errors:
        return _decision_page(visit, visit.use(open_view, CaseId(case_id)), form)
    command = sealing.SealDecision(
        visit.caller, CaseId(case_id), outcome, label, reason, form.text("revision")
    )
    sealing.seal_decision(visit.services, command)
    return RedirectResponse(f"/workbench/cases/{case_id}", status_code=303)


def _to_step(case_id: str) -> Response:
    return RedirectResponse(f"/workbench/cases/{case_id}", status_code=303)


def _analysis_page(visit: Visit, view: ExaminerView, form: Form) -> Response:
    views = fingers.finger_views(view.probe)
    asked = visit.request.query_params.get("finger", "")
    shown = next((f for f in views if str(f.position) == asked), views[0] if views else None)
    values = {
        "view": view, "fingers": views, "shown": shown, "flows": list(RidgeFlow)
    }  # fmt: skip
    return form.page(visit, "examination/analysis.html", values)


def _comparison_page(
    visit: Visit, view: ExaminerView, form: Form, *, refused: int = 422
) -> Response:
    exemplar = visit.use(next_exemplar, view.case_id)
    if exemplar is None:
        return _to_step(view.case_id)
    if form.kept_at and form.fields.get("label") != exemplar.label:
        form = Form({}, {})  # typed about another exemplar
    values = side_by_side(visit, view, exemplar)
    return form.page(visit, "examination/comparison.html", values, refused=refused)


def side_by_side(visit: Visit, view: ExaminerView, exemplar: Exemplar) -> dict[str, Any]:
    """Return the values of the comparison page for one exemplar."""
    found = exemplar.finger_found
    pairs = fingers.led_by(fingers.finger_pairs(view.probe, exemplar.impressions), found)
    return {
        "view": view,
        "label": exemplar.label,
        "pairs": pairs,
        "found": next((pair for pair in pairs[:1] if pair.position == found), None),
        "shown": fingers.chosen_pair(pairs, visit.request.query_params.get("finger", "")),
        "is_mark": view.activity is Activity.MARK_COMPARISON,
        "can_decide": bool(view.possible_outcomes),
        "revised": None,
        "markup": features_text(view.analysis.fingers if view.analysis else ()),
        "traces": traces_text(view.analysis.fingers if view.analysis else ()),
        "outlines": outlines_text(view.analysis.fingers if view.analysis else ()),
        "reasons": list(PHRASES.items()),
    }


def _decision_page(visit: Visit, view: ExaminerView, form: Form) -> Response:
    if not view.possible_outcomes:
        raise StepOutOfOrderError
    values = {"view": view, "is_comparing": view.step is ExaminerStep.COMPARISON}
    return form.page(visit, "examination/decision.html", values)


def _finding(chosen: str) -> tuple[Outcome | None, str | None]:
    """Read `identified:LABEL` or another outcome."""
    kind, _, label = chosen.partition(":")
    try:
        outcome = Outcome(kind)
    except ValueError:
        return None, None
    if outcome is Outcome.IDENTIFIED and not label:
        raise InvalidInputError("The identification does not name an exemplar: name one.")
    return outcome, label or None
