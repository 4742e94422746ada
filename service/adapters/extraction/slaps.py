"""Fingers of a slap that nobody segmented: cut along the hand, in the order of the hand.

The blocks with ridges are counted across the hand, for each angle that it may lie at; the cuts are
where fewest blocks are met, so that fingers that touch are cut too. What lies beyond a cut is
painted as paper, for the box of a slanting finger reaches into its neighbour.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from domain.prints.minutiae import NOMINAL_PPI
from service.adapters.extraction.doubts import parts_of
from service.adapters.extraction.resolution import at_nominal
from service.adapters.extraction.ridges import STEP_PX, Floats, ridge_field
from service.ports.print_reading import GreyImage

_LEAST_SHARE = 0.3
_MM_A_STEP = STEP_PX * 25.4 / NOMINAL_PPI
_BIN_STEPS = 0.5
"""Breadth of a bin across the hand, in steps of blocks."""


@dataclass(frozen=True, slots=True)
class SlapLimits:
    """Chosen on slaps pasted of public plain prints, 2026-11 (`docs/prints.md`)."""

    most_tilt_rad: float = 0.35
    tilts: int = 15
    least_mm: float = 8.0
    most_mm: float = 26.0
    """Breadth of a finger across the hand."""
    least_area_mm2: float = 35.0
    """Of ridges in each finger."""
    deepest: float = 0.75
    """Blocks at a cut, as a part of those in the thinner of its two fingers: more is no cut."""


LIMITS = SlapLimits()


@dataclass(frozen=True, slots=True, eq=False)
class CutFinger:
    """One finger, from the left of the picture."""

    pixels: GreyImage
    box: tuple[int, int, int, int]
    """Left, top, right and bottom in pixels of the slap, the last two outside."""


@dataclass(frozen=True, slots=True, eq=False)
class _Ridges:
    """The blocks with ridges; float64 (n,) each, in steps from the left and the top."""

    across: Floats
    down: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Cuts:
    """Cuts between fingers; the hand lies at a tilt."""

    tilt_rad: float
    across: tuple[float, ...]
    """Across the hand, in steps, from the left."""
    owners: npt.NDArray[np.int64]
    """int64 (n,): the finger, from the left, of each block with ridges."""


def fingers_of(slap: GreyImage, ppi: int, count: int) -> tuple[CutFinger, ...]:
    """Return so many fingers from left to right; empty where the picture does not show as many.

    Empty also where it may show one more. Raises UnreadablePrintError (size, resolution).
    """
    nominal = at_nominal(slap, float(ppi))
    kept = parts_of(ridge_field(nominal.grey).ridges(least_share=_LEAST_SHARE), _least_part_mm2())
    down, across = np.nonzero(kept)
    ridges = _Ridges(across.astype(np.float64), down.astype(np.float64))
    cuts = _cuts(ridges, count)
    if cuts is None or _cuts(ridges, count + 1) is not None:
        return ()
    scale = (STEP_PX * nominal.scale[0], STEP_PX * nominal.scale[1])
    lines = (-np.inf, *cuts.across, np.inf)
    return tuple(
        _cut(slap, ridges, cuts.owners == one, _Strip(cuts.tilt_rad, *ends, scale))
        for one, ends in enumerate(pairwise(lines))
    )


def _cuts(ridges: _Ridges, count: int) -> _Cuts | None:
    """Return the cuts between so many fingers, None where they are not to be seen."""
    if not len(ridges.down):
        return None
    tilt_rad, cuts = _best_cuts(ridges, count)
    if cuts is None:
        return None
    owners = np.searchsorted(np.array(cuts), _across_hand(ridges, tilt_rad))
    areas = np.bincount(owners, minlength=count) * _MM_A_STEP**2
    return None if areas.min() < LIMITS.least_area_mm2 else _Cuts(tilt_rad, cuts, owners)


def _least_part_mm2() -> float:
    """Return the area below which a part of the ridges is dirt or a crease, not a finger."""
    return LIMITS.least_area_mm2 / 3


def _across_hand(ridges: _Ridges, tilt_rad: float) -> Floats:
    return np.asarray(ridges.across * np.cos(tilt_rad) + ridges.down * np.sin(tilt_rad))


def _best_cuts(ridges: _Ridges, count: int) -> tuple[float, tuple[float, ...] | None]:
    """Return the tilt at which the cuts meet fewest ridges, and the cuts across the hand."""
    least, best_rad, best = np.inf, 0.0, None
    for tilt_rad in np.linspace(-LIMITS.most_tilt_rad, LIMITS.most_tilt_rad, LIMITS.tilts):
        at = _across_hand(ridges, float(tilt_rad))
        first = float(at.min()) - _BIN_STEPS
        edges = np.arange(first, float(at.max()) + 2 * _BIN_STEPS, _BIN_STEPS)
        met = _smoothed(np.histogram(at, edges)[0].astype(np.float64))
        bins = _cheapest(met, count)
        if bins is None or _depth(met, bins) > LIMITS.deepest:
            continue
        if (cost := float(met[bins].sum())) < least:
            least, best_rad = cost, float(tilt_rad)
            best = tuple(first + _BIN_STEPS * (one + 0.5) for one in bins)
    return best_rad, best


def _smoothed(met: Floats) -> Floats:
    padded = np.pad(met, 1)
    return np.asarray((padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4)


def _cheapest(met: Floats, count: int) -> list[int] | None:
    """Return the bins between so many fingers that meet fewest blocks, None if they do not fit.

    Finger by finger, the cheapest way to end it at each bin.
    """
    least, most = (round(mm / _MM_A_STEP / _BIN_STEPS) for mm in (LIMITS.least_mm, LIMITS.most_mm))
    bins = len(met)
    cost = np.full((count, bins + 1), np.inf)
    began = np.zeros((count, bins + 1), dtype=np.int64)
    cost[0, least : most + 1] = 0.0
    for finger in range(1, count):
        for end in range(least, bins + 1):
            starts = np.arange(max(0, end - most), end - least + 1)
            costs = cost[finger - 1, starts] + met[starts]
            chosen = int(costs.argmin())
            cost[finger, end], began[finger, end] = costs[chosen], starts[chosen]
    return _traced(began, bins) if np.isfinite(cost[-1, -1]) else None


def _traced(began: npt.NDArray[np.int64], end: int) -> list[int]:
    """Return where each finger but the first begins; `began`: of each finger by its end."""
    cuts: list[int] = []
    for row in began[:0:-1]:
        end = int(row[end])
        cuts.insert(0, end)
    return cuts


def _depth(met: Floats, cuts: list[int]) -> float:
    """Return the blocks at the worst cut, as a part of those in the thinner finger beside it."""
    tops = [float(part.max(initial=0.0)) for part in np.split(met, cuts)]
    beside = [max(min(pair), 1e-9) for pair in pairwise(tops)]
    return max((met[cut] / top for cut, top in zip(cuts, beside, strict=True)), default=0.0)


@dataclass(frozen=True, slots=True)
class _Strip:
    """The part of a slap between two cuts."""

    tilt_rad: float
    begin: float
    end: float
    scale: tuple[float, float]
    """Pixels of the slap for a step, across and down."""


def _cut(slap: GreyImage, ridges: _Ridges, own: npt.NDArray[np.bool_], strip: _Strip) -> CutFinger:
    height, width = slap.shape
    x_px, y_px = strip.scale
    left = max(0, int((ridges.across[own].min() - 1.0) * x_px))
    top = max(0, int((ridges.down[own].min() - 1.0) * y_px))
    right = min(width, int((ridges.across[own].max() + 1.0) * x_px))
    bottom = min(height, int((ridges.down[own].max() + 1.0) * y_px))
    pixels = slap[top:bottom, left:right].copy()
    y, x = np.mgrid[top:bottom, left:right]
    at = x / x_px * np.cos(strip.tilt_rad) + y / y_px * np.sin(strip.tilt_rad)
    edges = np.concatenate([slap[0], slap[-1], slap[:, 0], slap[:, -1]])
    pixels[(at < strip.begin) | (at > strip.end)] = int(np.median(edges))
    return CutFinger(np.ascontiguousarray(pixels), (left, top, right, bottom))
