from __future__ import annotations

import math

import numpy as np
import pytest

from data.synthetic.ridges.fields import as_field, blur
from data.synthetic.ridges.impressions import render_impression
from data.synthetic.ridges.reading import distances_px, read_ridges
from domain.prints.minutiae import Minutia, MinutiaKind
from domain.prints.prints import ImpressionType
from tests.unit.data.synthetic.ridges.builders import a_finger, an_appearance


def strokes(*ends: tuple[tuple[float, float], tuple[float, float]]) -> np.ndarray:
    """Return a ridge image 96 px square with straight ridges between points (x, y)."""
    columns, rows = np.meshgrid(np.arange(96.0), np.arange(96.0))
    ridges = np.full((96, 96), -1.0)
    for (x0, y0), (x1, y1) in ends:
        length2 = (x1 - x0) ** 2 + (y1 - y0) ** 2
        along = np.clip(((columns - x0) * (x1 - x0) + (rows - y0) * (y1 - y0)) / length2, 0, 1)
        gap = np.hypot(columns - x0 - along * (x1 - x0), rows - y0 - along * (y1 - y0))
        ridges = np.maximum(ridges, 2.6 - gap)
    return as_field(ridges)


def test_an_ending_points_along_its_ridge() -> None:
    ridges = strokes(((40.0, 50.0), (120.0, 50.0)))

    (minutia,) = read_ridges(ridges).minutiae

    assert minutia.kind is MinutiaKind.RIDGE_ENDING
    assert (minutia.x_px, minutia.y_px) == pytest.approx((40.0, 50.0), abs=3.0)
    assert math.cos(minutia.angle_rad) == pytest.approx(1.0, abs=0.02)


def test_a_bifurcation_points_into_the_valley_between_its_branches() -> None:
    ridges = strokes(
        ((48.0, 48.0), (48.0, -20.0)),
        ((48.0, 48.0), (18.0, 120.0)),
        ((48.0, 48.0), (78.0, 120.0)),
    )

    (minutia,) = read_ridges(ridges).minutiae

    assert minutia.kind is MinutiaKind.BIFURCATION
    assert (minutia.x_px, minutia.y_px) == pytest.approx((48.0, 48.0), abs=5.0)
    assert minutia.angle_rad == pytest.approx(1.5 * math.pi, abs=0.2)


def test_short_specks_and_facing_breaks_are_no_minutiae() -> None:
    ridges = strokes(
        ((30.0, 30.0), (35.0, 30.0)),
        ((-20.0, 60.0), (44.0, 60.0)),
        ((50.0, 60.0), (120.0, 60.0)),
    )

    assert read_ridges(ridges).minutiae == ()


def test_an_image_without_ridges_has_no_minutiae() -> None:
    reading = read_ridges(np.full((96, 96), -1.0, dtype=np.float32))

    assert reading.minutiae == ()
    assert not reading.skeleton.any()


def test_listed_minutiae_can_be_read_from_the_picture() -> None:
    rendered = render_impression(a_finger(), an_appearance(ImpressionType.ROLLED, quality=100))
    grey = as_field(rendered.image)
    ridges = blur(grey, 12.0) - blur(grey, 1.8)

    read = read_ridges(as_field(ridges)).minutiae

    gaps = distances_px(places(rendered.minutiae), places(read)).min(axis=1)
    assert len(rendered.minutiae) > 30
    assert np.mean(gaps < 9.0) > 0.8


def places(minutiae: tuple[Minutia, ...]) -> np.ndarray:
    return np.array([(minutia.x_px, minutia.y_px) for minutia in minutiae])
