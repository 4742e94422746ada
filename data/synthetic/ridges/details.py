"""Features on the ridges: sweat pores along them and creases across them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from data.synthetic.ridges.fields import Field, as_field, blur
from data.synthetic.ridges.parameters import DETAIL, FRAME_PX
from data.synthetic.ridges.skeleton import Mask

Indices = npt.NDArray[np.intp]


def draw_pores(skeleton: Mask, rng: np.random.Generator) -> Field:
    """Return float32 (h, w), 0 to 1: light spots along the middle of the ridges.

    `skeleton`: bool (h, w), the middle lines. At most one pore lies in each square of a period.
    """
    rows, columns = np.nonzero(skeleton)
    order = rng.permutation(rows.size)
    rows, columns = rows[order], columns[order]
    spacing = DETAIL.pore_spacing_px
    squares = (rows // spacing) * skeleton.shape[1] + columns // spacing
    _, chosen = np.unique(squares, return_index=True)
    strengths = rng.uniform(*DETAIL.pore_depth, size=chosen.size)
    marks = _marks(rows[chosen], columns[chosen], strengths)
    peak = 2.0 * np.pi * DETAIL.pore_sigma_px**2
    return as_field(np.clip(blur(marks, DETAIL.pore_sigma_px) * np.float32(peak), 0.0, 1.0))


def draw_creases(rng: np.random.Generator) -> Field:
    """Return float32 (frame, frame), 0 to 1: a few white lines, gently bent."""
    creases = np.zeros((FRAME_PX, FRAME_PX), dtype=np.float32)
    for _ in range(int(rng.poisson(DETAIL.creases_mean))):
        creases = np.maximum(creases, _crease(rng))
    return creases


def _crease(rng: np.random.Generator) -> Field:
    middle_x, middle_y = FRAME_PX / 2 + rng.normal(0.0, DETAIL.crease_spread_px, size=2)
    heading_rad = rng.uniform(0.0, np.pi)
    along = np.arange(0.0, rng.uniform(*DETAIL.crease_length_px), 0.5)
    along -= along[-1] / 2
    jitter = np.cumsum(rng.normal(0.0, DETAIL.crease_jitter_px, size=along.size))
    across = rng.normal(0.0, DETAIL.crease_bend_per_px) * along**2 + jitter
    x_px = middle_x + along * np.cos(heading_rad) - across * np.sin(heading_rad)
    y_px = middle_y + along * np.sin(heading_rad) + across * np.cos(heading_rad)
    inside = (np.minimum(x_px, y_px) >= 0.0) & (np.maximum(x_px, y_px) < FRAME_PX)
    depth = np.cos(np.linspace(-1.4, 1.4, along.size)) * rng.uniform(*DETAIL.crease_depth)
    marks = _marks(y_px[inside].astype(np.intp), x_px[inside].astype(np.intp), depth[inside])
    sigma_px = float(rng.uniform(*DETAIL.crease_sigma_px))
    peak = np.sqrt(2.0 * np.pi) * sigma_px
    return as_field(np.clip(blur(marks, sigma_px) * np.float32(peak), 0.0, 1.0))


def _marks(rows: Indices, columns: Indices, strengths: npt.NDArray[np.float64]) -> Field:
    marks = np.zeros((FRAME_PX, FRAME_PX), dtype=np.float32)
    np.maximum.at(marks, (rows, columns), strengths.astype(np.float32))
    return marks
