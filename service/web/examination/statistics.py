"""Figures of the examiners' work, as tables and as charts."""

from starlette.responses import Response

from domain.examination.cases import Outcome
from service.usecases.examination.competence import own_competence
from service.usecases.examination.statistics import statistics
from service.web.examination.plots import month_bars, share_bar, span_bars
from service.web.page_route import page_router
from service.web.visitors import ExaminerOf, FigureReaderOf

router = page_router("/workbench")


@router.get("/statistics")
def show_statistics(visit: FigureReaderOf) -> Response:
    """Show the figures of the last year."""
    found = statistics(visit.bench, visit.caller)
    values = {
        "figures": found,
        "months": month_bars(found.outcomes),
        "turnaround": span_bars([(row.median_h, row.p90_h) for row in found.turnaround]),
        "queue": span_bars([(row.median_h, row.oldest_h) for row in found.queue]),
        "share_bar": share_bar,
        "kinds": list(Outcome),
    }
    return visit.page("examination/statistics.html", values)


@router.get("/competence")
def show_competence(visit: ExaminerOf) -> Response:
    """Show an examiner their own figures of the last year."""
    found = own_competence(visit.bench, visit.caller)
    return visit.page("examination/competence.html", {"own": found, "outcomes": list(Outcome)})
