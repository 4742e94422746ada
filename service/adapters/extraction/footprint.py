"""The part of a picture that shows ridges: extractors and meters only work on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from service.adapters.extraction.ridges import STEP_PX, Mask, RidgeField
from service.ports.extraction import GreyImage

MARGIN_PX = 24
"""Around the ridges, so that an extractor sees where they end."""

_LEAST_SHARE = 0.2
_LEAST_BLOCKS = 16
"""Four square millimetres: with fewer the whole picture is taken."""


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a picture, in pixels; right and bottom are not part of it."""

    left: int
    top: int
    right: int
    bottom: int

    def cut(self, grey: GreyImage) -> GreyImage:
        """Return this part of a picture, C-contiguous."""
        return np.ascontiguousarray(grey[self.top : self.bottom, self.left : self.right])

    def within(self, most_px: int) -> Box:
        """Return the middle of the box, its sides at most this long."""
        left = self.left + max(0, self.right - self.left - most_px) // 2
        top = self.top + max(0, self.bottom - self.top - most_px) // 2
        right, bottom = min(self.right, left + most_px), min(self.bottom, top + most_px)
        return Box(left, top, right, bottom)


def footprint(field: RidgeField, grey: GreyImage, *, least_px: int) -> Box:
    """Return the box around the ridges of a picture; its sides are at least `least_px`.

    Blocks count that have three others beside them.
    """
    height, width = grey.shape
    shown = field.ridges(least_share=_LEAST_SHARE, contrast_part=0.15)
    kept = shown & (_around(shown) >= 4)
    if kept.sum() < _LEAST_BLOCKS:
        return Box(0, 0, width, height)
    rows, columns = np.nonzero(kept)
    top, bottom = _side(int(rows.min()), int(rows.max()), height, least_px)
    left, right = _side(int(columns.min()), int(columns.max()), width, least_px)
    return Box(left, top, right, bottom)


def _around(shown: Mask) -> npt.NDArray[np.int64]:
    """Return of how many blocks each is the middle, itself among them; int64 (h, w)."""
    padded = np.pad(shown, 1).astype(np.int64)
    blocks = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    return np.asarray(blocks.sum(axis=(2, 3)))


def _side(first: int, last: int, length_px: int, least_px: int) -> tuple[int, int]:
    begin = max(0, first * STEP_PX - STEP_PX - MARGIN_PX)
    end = min(length_px, last * STEP_PX + STEP_PX + MARGIN_PX)
    short = max(0, least_px - (end - begin))
    begin = max(0, begin - short)
    return begin, min(length_px, max(end, begin + least_px))
