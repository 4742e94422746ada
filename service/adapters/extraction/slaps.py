"""Cuts a slap (a picture of several fingers) into its fingers, in the order of the hand.

The ink of the ridges is counted across the hand, for each angle at which the hand may lie. The
cuts are where they cross the least ink, so fingers that touch are also separated. What lies beyond
a cut is painted white, because the box of a slanting finger reaches into its neighbour. Ink is
counted in quarters of blocks, because whole blocks reach across narrow gaps. Holes in fingers are
filled. A picture on its side or upside down is turned first, if the arches of its ridges leave no
doubt; otherwise the fingers could get each other's numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from domain.arrays import Bools, Float64s, Int64s
from domain.prints.minutiae import NOMINAL_PPI
from service.adapters.extraction.doubts import at_nominal
from service.adapters.extraction.masks import area_mm2, filled, parts_of
from service.adapters.extraction.ridges import STEP_PX, arches, blurred, ridge_field
from service.ports.print_reading import GreyImage

_LEAST_SHARE = 0.3
_MM_A_STEP = STEP_PX * 25.4 / NOMINAL_PPI
_BIN_STEPS = 0.5
"""Breadth of a bin across the hand, in steps of blocks."""
_INK_SIGMA_PX = 4.0
"""Ridges run together, and gaps of half a millimetre do not."""
_NOBODY = -1


@dataclass(frozen=True, slots=True)
class SlapLimits:
    """Chosen on slaps pasted of public plain prints, 2026-11 (`docs/prints.md`)."""

    most_tilt_rad: float = 0.35
    tilts: int = 15
    least_mm: float = 8.0
    most_mm: float = 26.0
    """Breadth of a finger across the hand."""
    least_area_mm2: float = 35.0
    deepest: float = 0.5
    """Ink at a cut, as a part of that in the thinner of its two fingers: more is no cut. In 18
    slaps of each of two sets (FVC 2002 DB1 B and 2004 DB1 B) true cuts met none, and the best cut
    through a finger met .61 in 19 of 20, 2026-12. Fingers that were pressed at once touch
    more than pasted ones do, so that the limit is nearer to the second."""
    ink_part: float = 0.35
    """What is darker than paper by this part of what ridges are is ink."""
    least_arching: float = 0.1
    """By how much more fingers must arch, on the average, for a hand to be turned. Four upright
    fingers of those two sets arched by .115 at least, of 2,000 fours."""


LIMITS = SlapLimits()


@dataclass(frozen=True, slots=True, eq=False)
class CutFinger:
    """One finger, counted from the left of the picture as the hand was pressed."""

    pixels: GreyImage
    box: tuple[int, int, int, int]
    """Left, top, right and bottom in pixels of the turned slap, the last two outside."""
    quarters: int = 0
    """By how many quarters the slap was turned, anticlockwise, so that its fingers point up."""


@dataclass(frozen=True, slots=True, eq=False)
class _Hand:
    """The content of a slap; bool (h, w) in blocks, and directions as in `RidgeField`."""

    ridges: Bools
    solid: Bools
    """With the holes in its fingers."""
    ink: Bools
    """bool (2h, 2w), in halves of a step."""
    directions_rad: Float64s

    def turned(self, quarters: int) -> _Hand:
        """Return the hand after quarter turns anticlockwise."""
        return _Hand(
            np.rot90(self.ridges, quarters),
            np.rot90(self.solid, quarters),
            np.rot90(self.ink, quarters),
            np.rot90(self.directions_rad + quarters * np.pi / 2, quarters),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Cuts:
    """Cuts between fingers, and the tilt of the hand."""

    tilt_rad: float
    across: tuple[float, ...]
    """Across the hand, in steps, from the left."""
    owners: Int64s
    """int64 (h, w): the finger, from the left, of each block; _NOBODY where there is none."""


def fingers_of(slap: GreyImage, ppi: int, count: int) -> tuple[CutFinger, ...]:
    """Return this many fingers from left to right; empty if there seem to be fewer or more.

    Also empty if the picture lies on its side and the direction is in doubt. Raises
    UnreadablePrintError (size, resolution).
    """
    hand = _hand_of(slap, ppi)
    quarters = _way_up(hand, count)
    if quarters is None:
        return ()
    upright = np.ascontiguousarray(np.rot90(slap, quarters))
    cuts = _cuts(_hand_of(upright, ppi) if quarters else hand, count)
    if cuts is None:
        return ()
    scale = at_nominal(upright, float(ppi)).scale
    steps_px = (STEP_PX * scale[0], STEP_PX * scale[1])
    lines = (-np.inf, *cuts.across, np.inf)
    return tuple(
        _cut(upright, cuts.owners == one, _Strip(cuts.tilt_rad, *ends, steps_px), quarters)
        for one, ends in enumerate(pairwise(lines))
    )


def _hand_of(slap: GreyImage, ppi: int) -> _Hand:
    grey = at_nominal(slap, float(ppi)).grey
    field = ridge_field(grey)
    ridges = field.ridges(least_share=_LEAST_SHARE)
    # A smaller part is dirt or a crease, not a finger.
    solid = filled(parts_of(ridges, LIMITS.least_area_mm2 / 3))
    return _Hand(ridges & solid, solid, _ink(grey, solid), field.directions_rad)


def _ink(grey: GreyImage, solid: Bools) -> Bools:
    """Return where there is ink, bool (2h, 2w), in half steps. `solid`: bool (h, w)."""
    near = np.kron(solid, np.ones((2, 2), dtype=np.bool_))
    near[:-1, :-1] = near[1:, 1:].copy()  # a block lies around its place
    soft = blurred(grey.astype(np.float64), _INK_SIGMA_PX)[:: STEP_PX // 2, :: STEP_PX // 2]
    height, width = (min(sides) for sides in zip(near.shape, soft.shape, strict=True))
    seen, level = near[:height, :width], soft[:height, :width]
    if not seen.any():
        return near
    paper = np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]]))
    darkest = paper - LIMITS.ink_part * (paper - np.median(level[seen]))
    ink = np.zeros_like(near)
    ink[:height, :width] = filled(seen & (level < darkest))
    return ink


def _way_up(hand: _Hand, count: int) -> int | None:
    """Return the turn after which the fingers point up; None if that is in doubt.

    Only turns after which this many fingers lie side by side count. The hand is not turned unless
    another turn is certainly better.
    """
    arching = {}
    for turn in range(4):
        turned = hand.turned(turn)
        if (cuts := _cuts(turned, count)) is not None:
            arching[turn] = _arching(turned, cuts)
    if not arching:
        return None
    best = max(arching, key=lambda turn: arching[turn])
    if 0 in arching:
        return best if arching[best] - arching[0] > LIMITS.least_arching else 0
    # The opposite of a turn arches by the negative.
    return best if 2 * arching[best] > LIMITS.least_arching else None


def _arching(hand: _Hand, cuts: _Cuts) -> float:
    """Return the mean arch of the fingers, as the hand lies."""
    own = (hand.ridges & (cuts.owners == one) for one in range(len(cuts.across) + 1))
    return float(np.mean([arches(hand.directions_rad, ridges)[0] for ridges in own]))


def _cuts(hand: _Hand, count: int) -> _Cuts | None:
    """Return the cuts between so many fingers; None if not found, or if there may be one more."""
    found = _cuts_between(hand, count)
    return None if found is None or _cuts_between(hand, count + 1) else found


def _cuts_between(hand: _Hand, count: int) -> _Cuts | None:
    down, across = (at / 2 for at in np.nonzero(hand.ink))
    if not len(down):
        return None
    tilt_rad, cuts = _best_cuts(across, down, count)
    if cuts is None:
        return None
    rows, columns = np.mgrid[: hand.solid.shape[0], : hand.solid.shape[1]].astype(np.float64)
    owners = np.searchsorted(np.array(cuts), _across_hand(columns, rows, tilt_rad))
    owners[~hand.solid] = _NOBODY
    fingers = [owners == one for one in range(count)]
    if min(area_mm2(one) for one in fingers) < LIMITS.least_area_mm2:
        return None
    return _Cuts(tilt_rad, cuts, owners)


def _across_hand(across: Float64s, down: Float64s, tilt_rad: float) -> Float64s:
    return np.asarray(across * np.cos(tilt_rad) + down * np.sin(tilt_rad))


def _best_cuts(
    across: Float64s, down: Float64s, count: int
) -> tuple[float, tuple[float, ...] | None]:
    """Return the tilt at which the cuts cross the least ink, and the cuts across the hand.

    `across`, `down`: float64 (n,), the ink, in steps from the left and the top.
    """
    least, best_rad, best = np.inf, 0.0, None
    for tilt_rad in np.linspace(-LIMITS.most_tilt_rad, LIMITS.most_tilt_rad, LIMITS.tilts):
        at = _across_hand(across, down, float(tilt_rad))
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


def _smoothed(met: Float64s) -> Float64s:
    padded = np.pad(met, 1)
    return np.asarray((padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4)


def _cheapest(met: Float64s, count: int) -> list[int] | None:
    """Return the bins between this many fingers that cross the least ink; None if they do not fit.

    For each finger in turn, the cheapest way to end it at each bin is found.
    """
    least, most = (round(mm / _MM_A_STEP / _BIN_STEPS) for mm in (LIMITS.least_mm, LIMITS.most_mm))
    bins = len(met)
    cost = np.full((count, bins + 1), np.inf)
    began = np.zeros((count, bins + 1), dtype=np.int64)
    cost[0, least : most + 1] = 0.0
    ends = np.arange(bins + 1)
    for finger in range(1, count):
        # The row of an end: the cost of each place where a finger that ends there may begin.
        begins = np.pad(cost[finger - 1, :bins] + met, (most, most), constant_values=np.inf)
        rows = np.lib.stride_tricks.sliding_window_view(begins, most - least + 1)[: bins + 1]
        chosen = rows.argmin(axis=1)
        cost[finger], began[finger] = rows[ends, chosen], ends - most + chosen
    return _traced(began, bins) if np.isfinite(cost[-1, -1]) else None


def _traced(began: Int64s, end: int) -> list[int]:
    """Return where each finger but the first begins. `began`: each beginning by its end."""
    cuts: list[int] = []
    for row in began[:0:-1]:
        end = int(row[end])
        cuts.insert(0, end)
    return cuts


def _depth(met: Float64s, cuts: list[int]) -> float:
    """Return the ink at the worst cut, as a proportion of that in the thinner finger beside it."""
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


def _cut(slap: GreyImage, own: Bools, strip: _Strip, quarters: int) -> CutFinger:
    height, width = slap.shape
    x_px, y_px = strip.scale
    down, across = np.nonzero(own)
    left, top = (max(0, int((at.min() - 1.0) * px)) for at, px in ((across, x_px), (down, y_px)))
    right = min(width, int((across.max() + 1.0) * x_px))
    bottom = min(height, int((down.max() + 1.0) * y_px))
    pixels = slap[top:bottom, left:right].copy()
    y, x = np.mgrid[top:bottom, left:right].astype(np.float64)
    at = _across_hand(x / x_px, y / y_px, strip.tilt_rad)
    edges = np.concatenate([slap[0], slap[-1], slap[:, 0], slap[:, -1]])
    pixels[(at < strip.begin) | (at > strip.end)] = int(np.median(edges))
    return CutFinger(np.ascontiguousarray(pixels), (left, top, right, bottom), quarters)
