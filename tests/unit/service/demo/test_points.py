"""The demo's examiners mark as many pairs of points as the shipped policy demands of a mark."""

from __future__ import annotations

import pytest

from domain.finding_policy import FindingPolicy
from service.demo.examiners import _enough


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
