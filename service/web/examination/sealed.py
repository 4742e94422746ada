"""An examiner's own sealed comparison, to read and to print."""

from starlette.responses import Response

from domain.examination.finding_policy import ShownAs
from domain.ids import CaseId, short_name
from domain.prints.prints import FingerPosition
from service.adapters.documents.chart_pdf import chart_pdf
from service.ports.print_images import PrintImage
from service.usecases.examination.prints import PrintWanted, print_image
from service.usecases.examination.sealed_comparison import (
    ChartWanted,
    comparison_chart,
    sealed_comparison,
)
from service.web.examination.charts import Charted, charts, fingers_to_chart
from service.web.examination.desk import IdInPath
from service.web.examination.fingers import finger_pairs
from service.web.page_route import page_router
from service.web.visitors import ExaminerOf

router = page_router("/workbench/cases")

_FINGERS = frozenset(str(int(position)) for position in FingerPosition)


@router.get("/{case_id}/comparisons/{label}/chart.pdf")
def show_chart(visit: ExaminerOf, case_id: IdInPath, label: IdInPath) -> Response:
    """Give the chart of a finger as a PDF."""
    finger = visit.request.query_params.get("finger", "")
    position = FingerPosition(int(finger)) if finger in _FINGERS else None
    chart = comparison_chart(
        visit.bench, visit.caller, ChartWanted(CaseId(case_id), label, position)
    )
    disposition = f'attachment; filename="case-{short_name(case_id)}-{label}.pdf"'
    headers = {"Content-Disposition": disposition}
    return Response(chart_pdf(chart), media_type="application/pdf", headers=headers)


@router.get("/{case_id}/comparisons/{label}")
def show_sealed_comparison(visit: ExaminerOf, case_id: IdInPath, label: IdInPath) -> Response:
    """Show the examiner's sealed comparison with one exemplar, fingers with points first."""
    found = visit.use(sealed_comparison, CaseId(case_id), label)
    pairs = finger_pairs(found.probe, found.exemplar)
    shown = fingers_to_chart(
        pairs, found.comparison.points, visit.request.query_params.get("finger", "")
    )

    def picture(side: str, index: int) -> PrintImage:
        return print_image(
            visit.bench, visit.caller, PrintWanted(CaseId(case_id), side, index), ShownAs.IMAGE
        )

    charted = Charted(
        label,
        f"/workbench/cases/{case_id}/prints",
        picture,
        found.comparison.points,
        found.added,
    )
    values = {"found": found, "pairs": pairs, "shown": shown, "charts": charts(shown, charted)}
    return visit.page("examination/sealed.html", values)
