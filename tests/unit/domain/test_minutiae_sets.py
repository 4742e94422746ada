"""Sets of minutiae: columns, checks, and the way from and to single minutiae."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from domain.errors import InvalidMinutiaeError
from domain.prints.minutiae import Minutia, MinutiaeSet, MinutiaKind, minutiae_set

TWO = (
    Minutia(10.5, 20.25, 1.5, MinutiaKind.RIDGE_ENDING, 90),
    Minutia(99.0, 199.0, 0.0, MinutiaKind.BIFURCATION, 0),
)


def of_two(**changes: object) -> MinutiaeSet:
    made = minutiae_set(TWO, width_px=100, height_px=200, ppi=1000.0)
    return replace(made, **changes) if changes else made


def test_minutiae_come_back_in_their_order() -> None:
    assert of_two().minutiae == TWO
    assert minutiae_set((), width_px=1, height_px=1, ppi=500).minutiae == ()


def test_a_full_turn_comes_back_as_none() -> None:
    full = of_two(angles_rad=np.full(2, math.tau, dtype=np.float32))

    assert all(0 <= minutia.angle_rad < 1e-6 for minutia in full.minutiae)


def test_nominal_places_are_those_at_500_an_inch() -> None:
    assert of_two().places_nominal_px.tolist() == [[5.25, 10.125], [49.5, 99.5]]


@pytest.mark.parametrize(
    "changes",
    [
        {"width_px": 99},
        {"height_px": 0},
        {"width_px": 16_384},
        {"ppi": 99.0},
        {"ppi": math.nan},
        {"ppi": 2001.0},
        {"places_px": np.full((2, 2), np.nan, dtype=np.float32)},
        {"places_px": np.full((2, 2), -1, dtype=np.float32)},
        {"places_px": np.zeros((2, 2))},
        {"places_px": np.zeros((3, 2), dtype=np.float32)},
        {"angles_rad": np.full(2, -0.1, dtype=np.float32)},
        {"angles_rad": np.full(2, np.nan, dtype=np.float32)},
        {"angles_rad": np.zeros(65_536, dtype=np.float32)},
        {"kind_codes": np.full(2, 3, dtype=np.uint8)},
        {"qualities": np.full(2, 101, dtype=np.uint8)},
    ],
)
def test_what_no_image_shows_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidMinutiaeError):
        of_two(**changes)


def test_columns_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="read-only"):
        of_two().places_px[0] = 0
