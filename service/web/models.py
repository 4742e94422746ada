"""Searches beside what the model expects, by week, and its claims beside identifications.

Only figures: no person, search or template is shown here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from service.usecases.models import law_report
from service.web.page_route import page_router
from service.web.visitors import FigureReaderOf

_HEIGHT_PX = 160
_STEP_PX = 28
_LEFT_PX = 60


@dataclass(frozen=True, slots=True)
class Dot:
    """One week."""

    x_px: int
    y_px: float
    words: str


@dataclass(frozen=True, slots=True)
class WeekLine:
    """The picture: dots, the expected band (top and height), and the values at its edges."""

    dots: tuple[Dot, ...]
    path: str
    width_px: int
    height_px: int
    band_y_px: float
    band_height_px: float
    top: str
    bottom: str


def week_line(
    values: Sequence[tuple[str, float]], band: tuple[float, float], digits: int
) -> WeekLine:
    """Return the picture of (week, value) pairs, oldest first, over a band (low, high)."""
    seen = [value for _, value in values] + list(band)
    low, high = min(seen), max(seen)
    scale = _HEIGHT_PX / (high - low) if high > low else 0.0

    def y_of(value: float) -> float:
        return round((high - value) * scale, 1)

    dots = tuple(
        Dot(_LEFT_PX + number * _STEP_PX, y_of(value), f"{week}: {value:.{digits}f}")
        for number, (week, value) in enumerate(values)
    )
    return WeekLine(
        dots,
        " ".join(f"{dot.x_px},{dot.y_px}" for dot in dots),
        _LEFT_PX + _STEP_PX * max(len(dots), 4),
        _HEIGHT_PX,
        y_of(band[1]),
        max(1.0, round(y_of(band[0]) - y_of(band[1]), 1)),
        f"{high:.{digits}f}",
        f"{low:.{digits}f}",
    )


router = page_router("/workbench/model-checks")


@router.get("")
def show_law(visit: FigureReaderOf) -> Response:
    """Show whether searches still have the distribution that the model was fitted on."""
    report = visit.use(law_report.law_report)
    values = {
        "report": report,
        "plots": _plots(report),
        "words": law_report.source_words,
        "effect": law_report.effect_words,
    }
    return visit.page("models/law.html", values)


def _plots(report: law_report.LawReport) -> list[tuple[str, WeekLine]]:
    plots = [
        ("Mean similarity to other people's prints, controlled prints", report.prints, "mean", 4),
        ("Quality, controlled prints", report.prints, "quality", 1),
    ]
    expected = (report.expected_mean, report.expected_quality)
    return [
        (title, _line(weeks, name, band, digits))
        for (title, weeks, name, digits), band in zip(plots, expected, strict=True)
        if band is not None and weeks
    ]


def _line(
    weeks: Sequence[law_report.Week], name: str, band: law_report.Expected, digits: int
) -> WeekLine:
    values = [(one.week.isoformat(), float(getattr(one, name))) for one in weeks]
    return week_line(values, (band.low, band.high), digits)


ROUTERS = (router,)
