"""Doubts about a picture, found only from its ridges. They are notes for people and never a reason
to refuse.

The limits were chosen on public sets; `docs/prints.md` states their false alarms. Whether a print
is mirrored cannot be determined from a single picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from domain.errors import UnreadablePrintError
from domain.prints.minutiae import NOMINAL_PPI
from service.adapters.extraction.resolution import at_nominal
from service.adapters.extraction.ridges import STEP_PX, Mask, RidgeField, ridge_field
from service.ports.print_reading import GreyImage, PictureDoubt

_FINEST_PX = 2.8
"""The shortest ridge period searched for. A picture of 250 pixels per inch, stated as 500, has a
period of about 4.5."""
_LEAST_SHARE = 0.3
_MM2_A_BLOCK = (STEP_PX * 25.4 / NOMINAL_PPI) ** 2


@dataclass(frozen=True, slots=True)
class DoubtLimits:
    """Limits from which a doubt is noted. Chosen on 80 impressions of four public
    sets, 2026-11.
    """

    least_area_mm2: float = 30.0
    least_flow: float = 0.86
    """Least agreement of neighbouring directions; 1 for parallel ridges."""
    most_alike: float = 0.85
    """Greatest length of the mean direction, which is 1 if all ridges are parallel. The ridges of
    a print are curved."""
    closest_px: float = 6.4
    widest_px: float = 12.5
    """Limits of the median period at 500 pixels per inch. The periods of adults' prints are
    between them."""
    least_fine_mm2: float = 10.0
    most_area_mm2: float = 750.0
    part_mm2: float = 35.0
    """Area from which a separate part of the ridges counts as another finger."""


LIMITS = DoubtLimits()


def picture_doubts(grey: GreyImage, ppi: int) -> tuple[PictureDoubt, ...]:
    """Return the doubts about a picture. A picture that no extractor reads has no doubts."""
    try:
        seen = at_nominal(grey, float(ppi)).grey
    except UnreadablePrintError:
        return ()
    field = ridge_field(seen, shortest_px=_FINEST_PX)
    return _doubts(field, LIMITS)


def _doubts(field: RidgeField, limits: DoubtLimits) -> tuple[PictureDoubt, ...]:
    fine = field.shown(least_share=_LEAST_SHARE)
    period_px = float(np.median(field.periods_px[fine])) if fine.any() else 0.0
    area_mm2 = float(fine.sum()) * _MM2_A_BLOCK
    if area_mm2 >= limits.least_fine_mm2 and period_px < limits.closest_px:
        return (PictureDoubt.RIDGES_TOO_CLOSE,)
    if not _is_print(field, limits):
        return (PictureDoubt.NO_PRINT,)
    if period_px > limits.widest_px:
        return (PictureDoubt.RIDGES_TOO_WIDE,)
    shown = field.ridges(least_share=_LEAST_SHARE)
    is_large = float(shown.sum()) * _MM2_A_BLOCK > limits.most_area_mm2
    if is_large or _parts(shown, limits.part_mm2) > 1:
        return (PictureDoubt.SEVERAL_FINGERS,)
    return ()


def _is_print(field: RidgeField, limits: DoubtLimits) -> bool:
    shown = field.ridges(least_share=_LEAST_SHARE)
    if float(shown.sum()) * _MM2_A_BLOCK < limits.least_area_mm2:
        return False
    doubled = np.exp(2j * field.directions_rad)
    below, beside = shown[1:] & shown[:-1], shown[:, 1:] & shown[:, :-1]
    if not (below.any() and beside.any()):
        return False
    down = np.real(doubled[1:] * np.conj(doubled[:-1]))[below].mean()
    across = np.real(doubled[:, 1:] * np.conj(doubled[:, :-1]))[beside].mean()
    is_smooth = (down + across) / 2 >= limits.least_flow
    return bool(is_smooth and abs(doubled[shown].mean()) <= limits.most_alike)


def _parts(shown: Mask, least_mm2: float) -> int:
    """Return into how many parts of at least this area the ridges fall, after thin bridges are
    cut.
    """
    kept = _grown(_shrunk(_shrunk(_grown(shown))))
    return sum(_area_mm2(part) >= least_mm2 for part in _separate(kept))


def parts_of(shown: Mask, least_mm2: float) -> Mask:
    """Return the parts of the ridges that have this area, holes filled; bool (h, w)."""
    kept = np.zeros_like(shown)
    for part in _separate(_shrunk(_grown(shown))):
        if _area_mm2(part) >= least_mm2:
            kept |= part
    return kept


def _area_mm2(mask: Mask) -> float:
    return float(mask.sum()) * _MM2_A_BLOCK


def _separate(mask: Mask) -> Iterator[Mask]:
    """Yield the parts of a mask that do not touch."""
    left = mask.copy()
    while left.any():
        part = np.zeros_like(left)
        part.flat[int(np.argmax(left))] = True
        while (more := _grown(part) & left).sum() > part.sum():
            part = more
        yield part
        left &= ~part


def _grown(mask: Mask) -> Mask:
    padded = np.pad(mask, 1)
    near = padded[1:-1, 1:-1] | padded[:-2, 1:-1] | padded[2:, 1:-1]
    return np.asarray(near | padded[1:-1, :-2] | padded[1:-1, 2:])


def _shrunk(mask: Mask) -> Mask:
    return ~_grown(~mask)
