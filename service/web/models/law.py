"""Seen beside expected, week by week, and claims beside identifications.

Only figures: no person, no search and no template is shown here.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import Response

from service.api.state import ServicesOf
from service.usecases.models.law_report import Expected, LawReport, Week, law_report, source_words
from service.web.models.week_lines import WeekLine, week_line
from service.web.page_route import page_router
from service.web.rendering import render
from service.web.visitors import FigureReaderOf

router = page_router("/workbench/law")


@router.get("")
def show_law(visit: FigureReaderOf, services: ServicesOf) -> Response:
    """Show whether searches follow the law that the model was fitted on."""
    report = law_report(services, visit.caller)
    values = {"report": report, "plots": _plots(report), "words": source_words}
    return render(visit.request, "models/law.html", values)


def _plots(report: LawReport) -> list[tuple[str, WeekLine]]:
    plots = [
        ("Mean cosine with strangers, controlled prints", report.prints, "mean", 4),
        ("Quality, controlled prints", report.prints, "quality", 1),
    ]
    expected = (report.expected_mean, report.expected_quality)
    return [
        (title, _line(weeks, name, band, digits))
        for (title, weeks, name, digits), band in zip(plots, expected, strict=True)
        if band is not None and weeks
    ]


def _line(weeks: Sequence[Week], name: str, band: Expected, digits: int) -> WeekLine:
    values = [(one.week.isoformat(), float(getattr(one, name))) for one in weeks]
    return week_line(values, (band.low, band.high), digits)
