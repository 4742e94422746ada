"""Charts as PDF: words stay words, and the same chart gives the same bytes."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from PIL import Image

from domain.examination.cases import Comparison, Outcome, Placing, PointPair
from domain.examination.markups import Place, Trace
from domain.ids import CandidateId, CaseId, UserId
from domain.prints.prints import FingerPosition, Fingers, Impression, ImpressionType
from service.adapters.documents.chart_pdf import _content, chart_pdf
from service.ports.print_images import PrintImage, PrintOrigin
from service.usecases.examination.sealed import ChartedPrint, ComparisonChart
from tests.formats import FORMAT

THUMB = FingerPosition.RIGHT_THUMB
PAIRS = (
    PointPair(THUMB, 5, 6, 7, 8, Placing.CLICKED, Placing.SNAPPED),
    PointPair(THUMB, 39, 29, 1, 1),
)


def _print() -> ChartedPrint:
    target = io.BytesIO()
    Image.fromarray(np.full((30, 40), 128, dtype=np.uint8)).save(target, "PNG")
    vector = np.zeros(192, dtype=np.float32)
    vector[0] = 1.0
    impression = Impression(THUMB, ImpressionType.ROLLED, 70, vector, FORMAT.template)
    return ChartedPrint(
        impression, PrintImage(target.getvalue(), 40, 30, (), PrintOrigin.SYNTHETIC)
    )


@pytest.fixture
def chart() -> ComparisonChart:
    comparison = Comparison(
        CaseId("c" * 32),
        UserId("ann"),
        "BCD",
        CandidateId("candidate"),
        Outcome.IDENTIFIED,
        "The ridge flow agrees.",
        datetime(2026, 1, 5, 12, tzinfo=UTC),
        PAIRS,
        Fingers((THUMB,), (THUMB,)),
    )
    return ComparisonChart(
        case_id=comparison.case_id,
        examiner="ann",
        comparison=comparison,
        position=THUMB,
        probe=_print(),
        exemplar=_print(),
        points=PAIRS,
        added=frozenset(PAIRS[1:]),
    )


def test_the_same_chart_gives_the_same_bytes(chart: ComparisonChart) -> None:
    assert chart_pdf(chart) == chart_pdf(chart)


def test_a_reason_is_no_markup(chart: ComparisonChart) -> None:
    reason = '#panic("read") $ \\ ] } * _ `'
    told = replace(chart, comparison=replace(chart.comparison, reason=reason))

    assert chart_pdf(told).startswith(b"%PDF-")


def test_marks_of_direction_do_not_reach_the_paper(chart: ComparisonChart) -> None:
    told = replace(chart, examiner="ann\u202eevil\u0000")

    facts = dict(_content(told)["facts"])

    assert facts["Examiner"] == "ann evil "


def test_points_of_the_analysis_are_told_from_later_ones(chart: ComparisonChart) -> None:
    content = _content(chart)

    assert [row[3] for row in content["points"]] == ["yes", "no"]
    assert [row[4] for row in content["points"]] == [
        "clicked, snapped",
        "not recorded, not recorded",
    ]
    assert [one["added"] for one in content["sides"][0]["points"]] == [False, True]
    assert [(one["x"], one["y"]) for one in content["sides"][1]["points"]] == [(7, 8), (1, 1)]


def test_a_traced_ridge_is_drawn_in_the_probe_alone(chart: ComparisonChart) -> None:
    traced = replace(chart, traces=(Trace((Place(1, 2), Place(30, 20))),))

    probe, exemplar = _content(traced)["sides"]

    assert '<polyline points="1,2 30,20"' in probe["svg"]
    assert "polyline" not in exemplar["svg"]
    assert dict(_content(traced)["facts"])["Ridges traced"].startswith("1 ")
    assert chart_pdf(traced) != chart_pdf(chart)


def test_a_reason_in_letters_that_no_font_has_is_charted(chart: ComparisonChart) -> None:
    told = replace(chart, comparison=replace(chart.comparison, reason="弓状紋"))

    assert chart_pdf(told).startswith(b"%PDF-")
