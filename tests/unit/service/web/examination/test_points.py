"""Point pairs as a page sends them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInputError
from domain.examination.markups import Enhancement, Filter, PrintSide
from domain.prints.prints import FingerPosition
from service.web.examination.fingers import read_enhancements, read_points

PIXELS = st.integers(0, 4096)
HOW = st.sampled_from(["clicked", "moved", "snapped"])
ROWS = st.lists(
    st.tuples(st.integers(0, 10), PIXELS, PIXELS, PIXELS, PIXELS, HOW, HOW), max_size=200
)


@given(ROWS)
def test_what_a_page_sends_is_read_back(rows: list[tuple[int | str, ...]]) -> None:
    pairs = read_points(json.dumps(rows))

    assert [(p.position, *p.places_px, p.probe_placing, p.exemplar_placing) for p in pairs] == rows


def test_no_points_are_no_points() -> None:
    assert read_points("") == ()


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[1]",
        "[[1,2,3,4]]",
        "[[1,1,1,1,1]]",
        *(
            f"[[{row},{how}]]"
            for row, how in (
                ("11,1,1,1,1", '"moved","moved"'),
                ("1,-1,1,1,1", '"moved","moved"'),
                ("1,1.5,1,1,1", '"moved","moved"'),
                ("true,1,1,1,1", '"moved","moved"'),
                ("1,4097,1,1,1", '"moved","moved"'),
                ("1,1,1,1,1", '"guessed","moved"'),
                ("1,1,1,1,1", '"moved",null'),
                ("1,1,1,1,1", '["moved"],"moved"'),
                ("1,1,1,1,1", '"moved"'),
            )
        ),
        "nonsense",
        "[" * 5_000,
        json.dumps([[1, 1, 1, 1, 1, "moved", "moved"]] * 201),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        read_points(text)


def test_enhancements_are_read_as_they_are_sealed() -> None:
    text = '[[2,"probe",["local contrast","inverted"],120,90]]'

    (found,) = read_enhancements(text)

    filters = (Filter.LOCAL_CONTRAST, Filter.INVERTED)
    assert found == Enhancement(FingerPosition.RIGHT_INDEX, PrintSide.PROBE, filters, 120, 90)
    assert read_enhancements("") == ()


@pytest.mark.parametrize(
    "text",
    [
        "no JSON",
        "{",
        "[1]",
        '[[11,"probe",[],100,100]]',
        '[[2,"both",[],100,100]]',
        '[[2,"probe",["blurred"],100,100]]',
        '[[2,"probe",[],100]]',
        '[[2,"probe",[],100,900]]',
        "[" * 100_000,
    ],
)
def test_enhancements_in_another_form_are_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        read_enhancements(text)
