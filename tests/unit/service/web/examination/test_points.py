"""Point pairs as a page sends them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInputError
from service.web.examination.points import read_points

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
