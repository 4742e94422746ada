"""Charts of comparisons as PDF (typst, PDF/UA-1). The same chart gives the same bytes."""

import base64
from collections.abc import Sequence
from itertools import chain
from typing import Any

from domain.examination.markups import Trace
from domain.prints.prints import NOT_RECORDED, words_of
from service.adapters.documents.typesetting import typeset_in_known_letters
from service.ports.print_images import PrintImage
from service.usecases.examination.sealed import ChartedPrint, ComparisonChart

_TURNING = (
    *(range(0x20), range(0x7F, 0xA0)),
    *(range(0x200B, 0x2010), range(0x202A, 0x202F), range(0x2060, 0x2070)),
)
_BIDI = dict.fromkeys(chain.from_iterable(_TURNING), " ")
"""Replaces control characters and direction marks, which could reverse words in a PDF."""


def chart_pdf(chart: ComparisonChart) -> bytes:
    """Return a chart as PDF. Raises PdfNotInstalledError without the extra `documents`."""
    return typeset_in_known_letters(
        "chart.typ", "chart", _content(chart), chart.comparison.sealed_at
    )


def _content(chart: ComparisonChart) -> dict[str, Any]:
    words = words_of((chart.position,))
    label = chart.comparison.label
    return {
        "title": f"Chart of {words}, case {chart.case_id}, exemplar {label}",
        "heading": f"{words.capitalize()}: probe and exemplar {label}",
        "sides": [
            _side("Probe", chart.probe, _places(chart, is_probe=True), chart.traces),
            _side(f"Exemplar {label}", chart.exemplar, _places(chart, is_probe=False)),
        ],
        "facts": [[name, text.translate(_BIDI)] for name, text in _facts(chart)],
        "points": [
            [
                number,
                f"{one.probe_x_px}, {one.probe_y_px}",
                f"{one.exemplar_x_px}, {one.exemplar_y_px}",
                "no" if one in chart.added else "yes",
                f"{one.probe_placing or NOT_RECORDED}, {one.exemplar_placing or NOT_RECORDED}",
            ]
            for number, one in enumerate(chart.points, 1)
        ],
    }


def _facts(chart: ComparisonChart) -> list[tuple[str, str]]:
    sealed = chart.comparison
    fingers = words_of(sealed.fingers.identified) if sealed.fingers else NOT_RECORDED
    added = len(chart.added)
    return [
        ("Case", str(chart.case_id)),
        ("Examiner", chart.examiner),
        ("Outcome", f"{sealed.outcome.value}, sealed {sealed.sealed_at:%Y-%m-%d %H:%M} UTC"),
        ("Fingers identified", fingers or "none"),
        ("Points", f"{len(chart.points)} pairs, {added} of them not marked in the analysis"),
        ("Ridges traced", f"{len(chart.traces)} in the analysis of the probe"),
        ("Reason", sealed.reason or "none stated"),
    ]


def _places(chart: ComparisonChart, *, is_probe: bool) -> list[dict[str, Any]]:
    return [
        {
            "number": number,
            "x": one.probe_x_px if is_probe else one.exemplar_x_px,
            "y": one.probe_y_px if is_probe else one.exemplar_y_px,
            "added": one in chart.added,
        }
        for number, one in enumerate(chart.points, 1)
    ]


def _side(
    title: str, side: ChartedPrint, points: list[dict[str, Any]], traces: Sequence[Trace] = ()
) -> dict[str, Any]:
    impression, image = side.impression, side.image
    finger = words_of((impression.position,))
    about = f"{finger}, {impression.impression_type.value}, quality {impression.quality}"
    return {
        "svg": _svg(image, traces),
        "width": image.width_px,
        "height": image.height_px,
        "alt": f"{title}: {about}, {len(points)} numbered points, {len(traces)} ridges traced",
        "caption": f"{title}: {about}, {image.dpi} ppi, {image.origin.value}",
        "points": points,
    }


def _svg(image: PrintImage, traces: Sequence[Trace]) -> str:
    """Return a picture with its traced ridges as SVG text; typst takes data only as text."""
    width, height = image.width_px, image.height_px
    size = f'width="{width}" height="{height}"'
    data = base64.b64encode(image.png).decode()
    drawn = f'<image href="data:image/png;base64,{data}" {size}/>' + "".join(map(_line, traces))
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{drawn}</svg>'


def _line(trace: Trace) -> str:
    places = " ".join(f"{at.x_px},{at.y_px}" for at in trace.places)
    return f'<polyline points="{places}" fill="none" stroke="#0b4f7d" stroke-width="2"/>'
