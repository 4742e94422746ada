"""Pairs of points as an examiner sets them in two prints of one finger."""

from __future__ import annotations

from typing import Any

from domain.examination.cases import Placing, PointPair
from domain.examination.finding_policy import FindingPolicy
from domain.prints.prints import FingerPosition

_WANTED = FindingPolicy().mark_point_pairs
_BENT_PX = (3, -4, 0, 5, -2, -5, 4, 1, -3, 2)
"""How far skin and hand put the points of the exemplar off, in turns."""


def pairs_set(finger: int, count: int = _WANTED) -> tuple[PointPair, ...]:
    """Return pairs that skin can make: in rows of four, 3 mm apart, shifted and bent a little.

    They lie on ridges of the prints that are drawn for tests.
    """
    return tuple(
        PointPair(
            FingerPosition(finger),
            probe_x_px=160 + 60 * (n % 4),
            probe_y_px=160 + 60 * (n // 4),
            exemplar_x_px=180 + 60 * (n % 4) + _BENT_PX[n % 10],
            exemplar_y_px=150 + 60 * (n // 4) + _BENT_PX[(n + 3) % 10],
            probe_placing=Placing.CLICKED,
            exemplar_placing=Placing.SNAPPED,
        )
        for n in range(count)
    )


def pairs_sent(finger: int, count: int = _WANTED) -> list[dict[str, Any]]:
    """Return the same as the API takes them."""
    return [
        {
            "position": finger,
            "probe_x_px": pair.probe_x_px,
            "probe_y_px": pair.probe_y_px,
            "exemplar_x_px": pair.exemplar_x_px,
            "exemplar_y_px": pair.exemplar_y_px,
            "probe_placing": str(pair.probe_placing),
            "exemplar_placing": str(pair.exemplar_placing),
        }
        for pair in pairs_set(finger, count)
    ]
