"""The mark-up as a form sends it: read strictly, and written back as the pages read it."""

from __future__ import annotations

import json

import pytest

from domain.errors import InvalidInputError
from domain.examination.markups import (
    Certainty,
    Feature,
    FeatureKind,
    FingerMarkup,
    Place,
    RidgeFlow,
    Trace,
)
from domain.prints.prints import FingerPosition
from service.web.examination.markups import features_text, outlines_text, read_markup, traces_text

ROWS = [
    [2, 10, 20, "minutia", "definite"],
    [2, 30, 40, "delta", "debatable"],
    [2, 50, 60, "ridge ending", "definite", 275],
]


def test_a_form_that_says_nothing_marks_nothing_up() -> None:
    assert read_markup({"flow-2": "not clear", "features": "", "novalue-2": ""}) == ()


def test_a_finger_is_read_with_its_features() -> None:
    fields = {"flow-2": "whorl", "complex-2": "yes", "features": json.dumps(ROWS)}

    (finger,) = read_markup(fields)

    assert finger == FingerMarkup(
        FingerPosition.RIGHT_INDEX,
        is_complex=True,
        ridge_flow=RidgeFlow.WHORL,
        features=(
            Feature(10, 20),
            Feature(30, 40, FeatureKind.DELTA, Certainty.DEBATABLE),
            Feature(50, 60, FeatureKind.ENDING, Certainty.DEFINITE, 275),
        ),
    )
    assert json.loads(features_text((finger,))) == ROWS


@pytest.mark.parametrize(
    "text",
    [
        "no JSON",
        "{}",
        "[1]",
        '[[2,1,1,"minutia"]]',
        '[[11,1,1,"minutia","definite"]]',
        '[[2,1.5,1,"minutia","definite"]]',
        '[[2,1,1,"pore","definite"]]',
        '[[2,1,1,"minutia","perhaps"]]',
        '[[2,1,1,[],"definite"]]',
        '[[2,1,1,"minutia","definite",1.5]]',
        '[[2,1,1,"minutia","definite",1,2]]',
        "[" * 100_000,
    ],
)
def test_features_in_another_form_are_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        read_markup({"features": text})


def test_traced_ridges_are_read_and_written_back() -> None:
    rows = [[2, [[10, 20], [30, 40], [35, 60]]], [7, [[1, 2], [3, 4]]]]

    index, left = read_markup({"traces": json.dumps(rows)})

    assert index.traces == (Trace((Place(10, 20), Place(30, 40), Place(35, 60))),)
    assert left.position is FingerPosition.LEFT_INDEX
    assert json.loads(traces_text((index, left))) == rows


@pytest.mark.parametrize(
    "text",
    ["{}", "[[2]]", "[[2,[1,2]]]", "[[2,[[1,2.5]]]]", "[[11,[[1,2],[3,4]]]]", "[[true,[[1,2]]]]"],
)
def test_traces_in_another_form_are_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        read_markup({"traces": text})
    with pytest.raises(InvalidInputError):
        read_markup({"outlines": text})


def test_outlines_come_back_as_they_were_sent() -> None:
    rows = [[2, [[10, 20], [30, 40], [35, 60]]], [7, [[1, 2], [30, 4], [5, 60]]]]

    index, left = read_markup({"outlines": json.dumps(rows)})

    assert index.outline == (Place(10, 20), Place(30, 40), Place(35, 60))
    assert json.loads(outlines_text((index, left))) == rows
