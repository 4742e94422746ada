"""A case whose last decision is sealed; an examiner's own sealed comparison and its revision."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from domain.errors import InvalidInputError, UnfoundedFindingError
from domain.examination.cases import Outcome
from domain.examination.finding_policy import ShownAs
from domain.ids import CaseId, short_name
from domain.prints.prints import FingerPosition
from domain.searches.evidence import Evidence, EvidenceRow
from service.adapters.documents.chart_pdf import chart_pdf
from service.ports.print_images import PrintImage, PrintOrigin
from service.usecases.examination import sealed, sealing, views
from service.usecases.examination.prints import PrintWanted, print_image
from service.usecases.searches.correspondence import FingerCorrespondence
from service.web.examination import fingers
from service.web.examination.charts import Chart, Charted, charts, fingers_to_chart
from service.web.examination.examination import side_by_side
from service.web.forms import Form, FormOf
from service.web.page_route import IdInPath, begun_form, page_router
from service.web.visitors import ExaminerOf, Visit

_WIDTH_PX = 320
_MARGIN_PX = 6


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of evidence, and the position of its bar in pixels."""

    row: EvidenceRow
    total_bits: float
    """The sum up to and with this row."""
    x_px: float
    width_px: float
    is_gain: bool


@dataclass(frozen=True, slots=True)
class Waterfall:
    """All bars, and the position of zero."""

    bars: tuple[Bar, ...]
    zero_px: float
    width_px: int


def waterfall(evidence: Evidence) -> Waterfall | None:
    """Return the bars of one candidate's evidence; None if its rows have been erased."""
    if not evidence.rows:
        return None
    totals = _running_totals(evidence)
    low, high = min(0.0, *totals), max(0.0, *totals)
    scale = (_WIDTH_PX - 2 * _MARGIN_PX) / max(high - low, 1e-9)

    def place(bits: float) -> float:
        return round(_MARGIN_PX + (bits - low) * scale, 1)

    bars = []
    before = 0.0
    for row, after in zip(evidence.rows, totals, strict=True):
        left, right = sorted((place(before), place(after)))
        bars.append(Bar(row, after, left, round(max(right - left, 1.0), 1), after >= before))
        before = after
    return Waterfall(tuple(bars), place(0.0), _WIDTH_PX)


def _running_totals(evidence: Evidence) -> list[float]:
    totals: list[float] = []
    for row in evidence.rows:
        totals.append((totals[-1] if totals else 0.0) + row.bits)
    return totals


Picture = Callable[[str, int], PrintImage]
"""Gives the picture of the probe (`probe`) or the exemplar (its label) by index."""


@dataclass(frozen=True, slots=True)
class Matched:
    """One finger, with the pairs of minutiae that the matcher found."""

    position: int
    chart: Chart


def matched(
    case_id: CaseId,
    case: sealed.ConcludedCase,
    chosen: sealed.RevealedCandidate,
    asked: str,
    picture: Picture,
) -> Matched | None:
    """Return the finger that was asked for; else the one that agrees most; None without pictures.

    `asked` is a finger position as it is written in an address.
    """
    found = _finger(chosen, asked)
    if found is None or chosen.comparison is None:
        return None
    pairs = fingers.finger_pairs(case.probe, chosen.exemplar)
    both = [pair for pair in pairs if pair.exemplar.position == int(found.position)]
    label = chosen.comparison.label
    prints = f"/workbench/cases/{case_id}/prints"
    for chart in charts(both[:1], Charted(label, prints, picture, found.points)):
        if all(side.origin != PrintOrigin.NONE.value for side in chart.sides):
            return Matched(int(found.position), chart)
    return None


def _finger(chosen: sealed.RevealedCandidate, asked: str) -> FingerCorrespondence | None:
    paired = [one for one in chosen.correspondences if one.pairs]
    wanted = (one for one in paired if str(int(one.position)) == asked)
    best = max(paired, key=lambda one: one.match_score, default=None)
    return next(wanted, best)


router = page_router("/workbench/cases")


@router.get("/{case_id}/result")
def show_result(visit: ExaminerOf, case_id: IdInPath) -> Response:
    """Show the hidden data to an examiner of the case; this is recorded in the log."""
    case = sealed.concluded_case(visit.bench, visit.caller, CaseId(case_id))
    asked = visit.request.query_params.get("rank", "")
    chosen = next((c for c in case.candidates if str(c.candidate.rank) == asked), None)
    if chosen is None:
        chosen = next((c for c in case.candidates if c.comparison), None)

    picture = _pictures(visit, case_id)
    finger = visit.request.query_params.get("finger", "")
    return visit.page(
        "examination/result.html",
        {
            "case": case,
            "chosen": chosen,
            "bars": waterfall(chosen.candidate.evidence) if chosen else None,
            "matched": (
                matched(CaseId(case_id), case, chosen, finger, picture) if chosen else None
            ),
        },
    )


def _pictures(visit: Visit, case_id: str) -> Picture:
    """Return the function that shows a print of a case to this visitor."""
    return lambda side, index: print_image(
        visit.bench, visit.caller, PrintWanted(CaseId(case_id), side, index), ShownAs.IMAGE
    )


_FINGERS = frozenset(str(int(position)) for position in FingerPosition)


@router.get("/{case_id}/comparisons/{label}/chart.pdf")
def show_chart(visit: ExaminerOf, case_id: IdInPath, label: IdInPath) -> Response:
    """Give the chart of a finger as a PDF."""
    finger = visit.request.query_params.get("finger", "")
    position = FingerPosition(int(finger)) if finger in _FINGERS else None
    chart = sealed.comparison_chart(
        visit.bench, visit.caller, sealed.ChartWanted(CaseId(case_id), label, position)
    )
    disposition = f'attachment; filename="case-{short_name(case_id)}-{label}.pdf"'
    headers = {"Content-Disposition": disposition}
    return Response(chart_pdf(chart), media_type="application/pdf", headers=headers)


@router.get("/{case_id}/comparisons/{label}")
def show_sealed_comparison(visit: ExaminerOf, case_id: IdInPath, label: IdInPath) -> Response:
    """Show the examiner's sealed comparison with one exemplar, fingers with points first."""
    found = visit.use(sealed.sealed_comparison, CaseId(case_id), label)
    pairs = fingers.finger_pairs(found.probe, found.exemplar)
    shown = fingers_to_chart(
        pairs, found.comparison.points, visit.request.query_params.get("finger", "")
    )

    charted = Charted(
        label,
        f"/workbench/cases/{case_id}/prints",
        _pictures(visit, case_id),
        found.comparison.points,
        found.added,
    )
    values = {"found": found, "pairs": pairs, "shown": shown, "charts": charts(shown, charted)}
    return visit.page("examination/sealed.html", values)


revision = page_router("/workbench/cases/{case_id}/comparisons/{label}/revision")


@revision.get("")
def show_revision(visit: ExaminerOf, case_id: IdInPath, label: IdInPath) -> Response:
    """Show the prints of a sealed comparison again, so that it can be revised."""
    return _page(visit, (case_id, label), begun_form(visit))


@revision.post("")
def post_revision(visit: ExaminerOf, case_id: IdInPath, label: IdInPath, form: FormOf) -> Response:
    """Seal the revision."""
    outcome = form.choice("outcome", Outcome, missing="Choose an outcome.")
    reason = form.text(
        "reason", missing="Give a reason: say what you see now that you did not see before."
    )
    why_close = form.text("why_close")
    if outcome is None or form.errors:
        return _page(visit, (case_id, label), form)
    command = sealing.SealComparison(
        caller=visit.caller,
        case_id=CaseId(case_id),
        label=label,
        outcome=outcome,
        reason=reason,
        points=fingers.read_points(form.fields.get("points", "")),
        enhancements=fingers.read_enhancements(form.fields.get("enhancements", "")),
        identified=fingers.read_fingers(form.fields),
        why_close=why_close,
    )
    try:
        sealing.revise_comparison(visit.services, command)
    except (UnfoundedFindingError, InvalidInputError) as error:
        form.errors[fingers.at_fault(error)] = error.detail
        return _page(visit, (case_id, label), form, refused=409)
    return RedirectResponse(f"/workbench/cases/{case_id}/decision", status_code=303)


def _page(visit: Visit, about: tuple[str, str], form: Form, *, refused: int = 422) -> Response:
    case_id, label = about
    view = visit.use(views.open_view, CaseId(case_id))
    if view.step not in {views.ExaminerStep.COMPARISON, views.ExaminerStep.DECISION}:
        return RedirectResponse(f"/workbench/cases/{case_id}", status_code=303)
    found = visit.use(sealed.sealed_comparison, CaseId(case_id), label)
    again = views.Exemplar(label, found.exemplar, found.finger_found)
    values = side_by_side(visit, view, again)
    values |= {"revised": found.comparison}
    return form.page(visit, "examination/comparison.html", values, refused=refused)
