"""Minutiae about the middle of a finger, put into an image."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from data.synthetic.extractions.skins import Doubles, Points
from data.synthetic.ridges.parameters import DPI
from domain.minutiae_sets import MinutiaeSet

MARGIN_PX = 40.0
"""From the outermost minutia to the edge of the image."""


def framed(
    points: Points,
    angles_rad: Doubles,
    kinds: npt.NDArray[np.uint8],
    qualities: Doubles,
) -> MinutiaeSet:
    """Return minutiae about any middle in an image that reaches MARGIN_PX beyond the outermost.

    `points`: complex128 (n,), y upwards; `angles_rad`: float64 (n,); `kinds`: uint8 (n,);
    `qualities`: float64 (n,), 0 to 1.
    """
    across, down = points.real, -points.imag
    if len(points):
        across = across - across.min() + MARGIN_PX
        down = down - down.min() + MARGIN_PX
    sides = [
        math.ceil(float(column.max(initial=0.0)) + MARGIN_PX) + 1 for column in (across, down)
    ]
    return MinutiaeSet(
        np.stack([across, down], axis=1).astype(np.float32),
        np.mod(angles_rad, math.tau).astype(np.float32),
        kinds.astype(np.uint8),
        np.rint(100 * np.clip(qualities, 0, 1)).astype(np.uint8),
        sides[0],
        sides[1],
        DPI,
    )
