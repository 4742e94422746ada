"""The demo's examiners mark as many pairs of points as the shipped policy demands of a mark."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from data.synthetic.ridges.impressions import render_impression
from data.synthetic.ridges.streams import Appearance, FingerIdentity
from domain.examination.finding_policy import FindingPolicy
from domain.examination.point_geometry import Places, impossible_pairs, measured
from domain.prints.prints import FingerPosition, ImpressionType
from service.demo.examiners import _enough, _paired, _spread


@pytest.mark.parametrize("minutiae", [2, 6, 7, 30])
def test_few_minutiae_become_enough_points_in_their_own_finger(minutiae: int) -> None:
    places = [
        {"position": 3, "probe_x_px": 9 * n, "probe_y_px": n, "exemplar_x_px": n}
        for n in range(minutiae)
    ]

    points = _enough(places)

    assert len(points) >= FindingPolicy().mark_point_pairs
    assert points[:minutiae] == places
    assert {one["position"] for one in points} == {3}
    assert len({tuple(one.items()) for one in places}) == minutiae


def test_minutiae_that_a_matcher_pairs_become_points_that_skin_can_make() -> None:
    finger = FingerIdentity(11, 3, FingerPosition.RIGHT_THUMB)
    mark = _told(finger, Appearance(ImpressionType.LATENT, 60, 1))
    rolled = _told(finger, Appearance(ImpressionType.ROLLED, 75, 0))

    points = _spread(_enough(_paired(1, mark, rolled)))

    places = Places(
        tuple(_mm(one, "probe") for one in points), tuple(_mm(one, "exemplar") for one in points)
    )
    assert len(points) == 12
    assert impossible_pairs(FingerPosition.RIGHT_THUMB, places) == ()
    assert measured(FingerPosition.RIGHT_THUMB, places).area_mm2 > 20


def _told(finger: FingerIdentity, appearance: Appearance) -> dict[str, Any]:
    """Return the answer about a print, as examiners get it."""
    drawn = render_impression(finger, appearance)
    height_px, width_px = drawn.image.shape
    minutiae = [asdict(one) for one in drawn.minutiae]
    return {"minutiae": minutiae, "width_px": width_px, "height_px": height_px, "dpi": drawn.dpi}


def _mm(point: dict[str, Any], side: str) -> complex:
    return complex(point[f"{side}_x_px"], point[f"{side}_y_px"]) * 25.4 / 500
