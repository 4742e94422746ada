"""The geometry of point pairs: whether the skin of one finger can have made both sets of places.

The geometry never says whose finger it was. Pairs that are closer together than the width of a
ridge count once. A similarity (turn, shift, one scale) is fitted to the other pairs by least
squares. The residual is the distance by which skin and hand moved each point. Places are complex
numbers, x + iy, in millimetres.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from domain.prints.prints import FingerPosition

MM_AN_INCH = 25.4


@dataclass(frozen=True, slots=True)
class SkinBounds:
    """Bounds on sets of pairs that were made by skin and marked by a person.

    Set by a rule, 2026-11: twice as far as any true set of FVC 2002 DB1 and 2004 DB1 goes, with
    either extractor. `python -m benchmarks points` prints these figures, and reports on other
    sets.
    """

    ridge_mm: float = 0.5
    """Pairs closer together than a ridge with its valley, in either print, count once."""
    most_scale: float = 1.13
    """The largest factor by which one finger may be larger than the other."""
    most_residual_mm: float = 1.4
    """Largest residual of a pair: how far it lies from where the similarity puts it."""
    most_rms_mm: float = 0.9
    """Largest residual of the set."""
    least_rms_mm: float = 0.03
    """Smallest residual that skin and hand leave. A set that fits better was computed."""
    judged_pairs: int = 4
    """Fewer pairs fit nearly any similarity, so only their scale is judged."""
    exact_pairs: int = 6
    """Fewer pairs can fit exactly by chance."""


BOUNDS = SkinBounds()


class Places(NamedTuple):
    """The pairs of one finger in the order marked, in millimetres; both of equal length."""

    probe_mm: tuple[complex, ...]
    exemplar_mm: tuple[complex, ...]


@dataclass(frozen=True, slots=True)
class FingerGeometry:
    """The geometry of the pairs of one finger, as measured when they were sealed."""

    position: FingerPosition
    residuals_mm: tuple[float | None, ...]
    """For each pair, in the order marked, the distance between its point and the place that one
    rotation, shift and scale predict. None for a pair that counts together with an earlier pair.
    """
    rms_mm: float
    """Root mean square of the residuals, in millimetres, by the degrees of freedom of the set."""
    scale: float
    """Size of the exemplar's set of points relative to the probe's."""
    turn_deg: float
    """The clockwise turn, as displayed, that lays the probe on the exemplar."""
    is_mirrored: bool
    """Whether a mirror image fits better than any turn."""
    area_mm2: float
    """Area of the convex hull of the places, in the print in which it is smaller."""

    @property
    def counted(self) -> int:
        """The number of pairs that count."""
        return sum(one is not None for one in self.residuals_mm)

    @property
    def repeated(self) -> tuple[int, ...]:
        """The numbers, from 1, of the pairs that count together with an earlier pair."""
        return tuple(n for n, one in enumerate(self.residuals_mm, 1) if one is None)

    @property
    def is_possible(self) -> bool:
        """Whether one finger can have made both sets of places."""
        if self.counted < 2:
            return True
        is_sized = 1 / BOUNDS.most_scale <= self.scale <= BOUNDS.most_scale
        if self.counted < BOUNDS.judged_pairs or not is_sized:
            return is_sized
        largest_mm = max(one for one in self.residuals_mm if one is not None)
        is_near = largest_mm <= BOUNDS.most_residual_mm and self.rms_mm <= BOUNDS.most_rms_mm
        return is_near and not self.is_mirrored and not self.is_computed

    @property
    def is_computed(self) -> bool:
        """Whether the pairs fit more exactly than skin and hand allow."""
        return self.counted >= BOUNDS.exact_pairs and self.rms_mm < BOUNDS.least_rms_mm


def measured(position: FingerPosition, places: Places) -> FingerGeometry:
    """Return the geometry of the pairs of one finger.

    Of pairs closer than the width of a ridge, in either print, only the first counts.
    """
    counting = _distinct(places)
    ours = [places.probe_mm[n] for n in counting]
    theirs = [places.exemplar_mm[n] for n in counting]
    fit = _fitted(ours, theirs)
    left = {n: abs(fit.moved(places.probe_mm[n]) - places.exemplar_mm[n]) for n in counting}
    freedom = max(len(counting) - 2, 1)
    return FingerGeometry(
        position=position,
        residuals_mm=tuple(
            round(left[n], 3) if n in left else None for n in range(len(places.probe_mm))
        ),
        rms_mm=round(math.sqrt(sum(one**2 for one in left.values()) / freedom), 3),
        scale=round(fit.scale, 4),
        turn_deg=round(math.degrees(math.atan2(fit.turn.imag, fit.turn.real)), 1),
        is_mirrored=fit.is_mirrored,
        area_mm2=round(min(_hull_mm2(ours), _hull_mm2(theirs)), 1),
    )


def impossible_pairs(position: FingerPosition, places: Places) -> tuple[int, ...]:
    """Return the numbers, from 1, of the pairs that no finger can make together.

    These are the fewest pairs, left out worst first, without which the others can come from one
    finger; () if none. If most pairs that count would have to be left out, all are returned.
    """
    numbers = [n + 1 for n in _distinct(places)]
    kept, found = list(numbers), measured(position, _only(places, numbers))
    if found.is_possible:
        return ()
    fewest = max(BOUNDS.judged_pairs, (len(numbers) + 1) // 2)
    while not found.is_computed and len(kept) > fewest:
        worst = max(range(len(kept)), key=lambda n: found.residuals_mm[n] or 0.0)
        kept.pop(worst)
        found = measured(position, _only(places, kept))
        if found.is_possible:
            return tuple(n for n in numbers if n not in kept)
    return tuple(numbers)


def _only(places: Places, numbers: Sequence[int]) -> Places:
    return Places(*(tuple(side[n - 1] for n in numbers) for side in places))


@dataclass(frozen=True, slots=True)
class _Fit:
    """exemplar = turn * (probe - origin) + target, fitted by least squares."""

    origin: complex
    target: complex
    turn: complex
    scale: float
    is_mirrored: bool

    def moved(self, place: complex) -> complex:
        return self.turn * (place - self.origin) + self.target


def _fitted(ours: Sequence[complex], theirs: Sequence[complex]) -> _Fit:
    count = max(len(ours), 1)
    origin, target = sum(ours) / count, sum(theirs) / count
    arms = [(one - origin, other - target) for one, other in zip(ours, theirs, strict=True)]
    spread = sum(abs(one) ** 2 for one, _ in arms)
    if spread == 0:
        return _Fit(origin, target, 1, 1.0, is_mirrored=False)
    upright = sum(one.conjugate() * other for one, other in arms)
    mirrored = sum(one * other for one, other in arms)
    # The scale is the ratio of the sizes, because residuals would shrink the scale of the fit.
    scale = math.sqrt(sum(abs(other) ** 2 for _, other in arms) / spread)
    return _Fit(
        origin,
        target,
        turn=upright / spread,
        scale=scale,
        is_mirrored=len(arms) > 2 and abs(mirrored) > abs(upright),
    )


def _distinct(places: Places) -> list[int]:
    kept: list[int] = []
    for n, ends in enumerate(zip(*places, strict=True)):
        apart = (abs(end - side[k]) for k in kept for end, side in zip(ends, places, strict=True))
        if all(distance_mm >= BOUNDS.ridge_mm for distance_mm in apart):
            kept.append(n)
    return kept


def _hull_mm2(places: Sequence[complex]) -> float:
    """Return the area of the convex hull: Andrew's monotone chain, then the shoelace formula."""
    ordered = sorted(set(places), key=lambda at: (at.real, at.imag))
    if len(ordered) < 3:
        return 0.0
    hull = [*_half(ordered), *_half(ordered[::-1])]
    corners = zip(hull, [*hull[1:], hull[0]], strict=True)
    return abs(sum(_cross(one, other) for one, other in corners)) / 2


def _half(ordered: Sequence[complex]) -> list[complex]:
    chain: list[complex] = []
    for at in ordered:
        while len(chain) > 1 and _cross(chain[-1] - chain[-2], at - chain[-1]) <= 0:
            chain.pop()
        chain.append(at)
    return chain[:-1]


def _cross(one: complex, other: complex) -> float:
    return one.real * other.imag - one.imag * other.real
