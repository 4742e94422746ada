from __future__ import annotations

import math

import pytest

from domain.errors import InvalidMinutiaeError
from domain.prints.minutiae import Minutia, MinutiaKind


def a_minutia(
    x_px: float = 1.0, y_px: float = 2.0, angle_rad: float = 0.5, quality: int = 50
) -> Minutia:
    return Minutia(x_px, y_px, angle_rad, MinutiaKind.RIDGE_ENDING, quality)


def test_equal_values_are_equal_minutiae() -> None:
    assert a_minutia() == a_minutia()


@pytest.mark.parametrize("place", [-0.1, math.inf, math.nan])
def test_a_place_lies_inside_the_image(place: float) -> None:
    with pytest.raises(InvalidMinutiaeError):
        a_minutia(x_px=place)
    with pytest.raises(InvalidMinutiaeError):
        a_minutia(y_px=place)


@pytest.mark.parametrize("angle_rad", [-0.01, math.tau, math.nan])
def test_an_angle_is_less_than_a_turn(angle_rad: float) -> None:
    with pytest.raises(InvalidMinutiaeError):
        a_minutia(angle_rad=angle_rad)


@pytest.mark.parametrize("quality", [-1, 101])
def test_a_quality_runs_to_a_hundred(quality: int) -> None:
    with pytest.raises(InvalidMinutiaeError):
        a_minutia(quality=quality)


def test_refusals_never_echo_the_value() -> None:
    with pytest.raises(InvalidMinutiaeError) as caught:
        a_minutia(quality=777)

    assert "777" not in caught.value.detail
