"""Sets of point pairs on real prints: as an examiner marks them, and such as must not pass."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from domain.arrays import AnyArray
from domain.examination import point_geometry
from domain.prints.minutiae import MinutiaeSet
from domain.prints.prints import FingerPosition
from prints.features.describing import describe
from prints.features.matching import match

TRUE_PAIRS, FALSE_PAIRS = 12, 8
ANY_FINGER = FingerPosition.RIGHT_INDEX


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """One impression and its minutiae."""

    data: str
    finger: int
    minutiae: MinutiaeSet
    variations: tuple[float, ...] = ()
    """How much the picture varies around each minutia (`prints.blank_paper.variation`)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The product's rule for an identified mark, if no reason is stated for a small area."""

    pairs: int
    area_mm2: float

    def passes(self, places: point_geometry.Places, found: point_geometry.FingerGeometry) -> bool:
        """Whether a set supports an identification."""
        is_enough = found.counted >= self.pairs and found.area_mm2 >= self.area_mm2
        return is_enough and not point_geometry.impossible_pairs(found.position, places)


Sets = Iterator[point_geometry.Places]

Pixels = AnyArray
"""complex128 (n,): positions in whole pixels; or int64 (n,): indices of minutiae."""


def true_sets(prints: Sequence[Marked], rng: np.random.Generator) -> Sets:
    """Yield twelve of the matcher's pairs, for every two impressions of a finger with so many."""
    described = [describe(one.minutiae) for one in prints]
    for one, other in itertools.combinations(range(len(prints)), 2):
        if prints[one].finger != prints[other].finger:
            continue
        pairs = match(described[one], described[other]).pairs
        if len(pairs) >= TRUE_PAIRS:
            drawn = pairs[rng.permutation(len(pairs))[:TRUE_PAIRS]]
            yield _places(prints[one], drawn[:, 0], prints[other], drawn[:, 1])


def random_sets(prints: Sequence[Marked], count: int, rng: np.random.Generator) -> Sets:
    """Yield eight random minutiae of each of two fingers."""
    for one, other in _strangers(prints, count, rng):
        drawn = [rng.permutation(len(side.minutiae))[:FALSE_PAIRS] for side in (one, other)]
        yield _places(one, drawn[0], other, drawn[1])


def entered_sets(
    prints: Sequence[Marked], count: int, rng: np.random.Generator, *, is_shuffled: bool
) -> Sets:
    """Yield what the comparison page used to mark on two fingers if only Enter was pressed.

    The probe's cross went from minutia to minutia, in the order of the extractor or in another
    order. The exemplar's cross went to minutiae for the first two pairs. After that it went to the
    point computed from the similarity transform of the earlier pairs, or to the next minutia if
    that point was outside the picture.
    """
    for one, other in _strangers(prints, count, rng):
        order = rng.permutation if is_shuffled else np.arange
        ours = _pixels(one)[order(len(one.minutiae))]
        theirs = _pixels(other)[order(len(other.minutiae))]
        entered = _entered(ours[:FALSE_PAIRS], theirs, other.minutiae)
        yield point_geometry.Places(_mm(ours[:FALSE_PAIRS], one), _mm(np.array(entered), other))


def _entered(ours: Pixels, theirs: Pixels, exemplar: MinutiaeSet) -> list[complex]:
    put: list[complex] = []
    unused = itertools.cycle(theirs.tolist())
    for n, place in enumerate(ours.tolist()):
        there = _carried(ours[:n], np.array(put), place) if n > 1 else None
        is_there = there is not None and _holds(exemplar, there)
        put.append(_whole(there if is_there and there is not None else next(unused)))
    return put


def _carried(starts: Pixels, ends: Pixels, place: complex) -> complex | None:
    """Return where the similarity transform of the pairs puts a place, as correspondence.js
    computes it.
    """
    arms = starts - starts.mean()
    spread = float((np.abs(arms) ** 2).sum())
    if spread == 0.0:
        return None
    turn = (np.conj(arms) * (ends - ends.mean())).sum() / spread
    return complex(ends.mean() + turn * (place - starts.mean()))


def _holds(exemplar: MinutiaeSet, place: complex) -> bool:
    return 0 <= place.real < exemplar.width_px and 0 <= place.imag < exemplar.height_px


def _whole(place: complex) -> complex:
    return complex(round(place.real), round(place.imag))


def _strangers(
    prints: Sequence[Marked], count: int, rng: np.random.Generator
) -> Iterator[tuple[Marked, Marked]]:
    enough = [one for one in prints if len(one.minutiae) >= FALSE_PAIRS]
    found = 0
    while found < count:
        one, other = (enough[n] for n in rng.integers(len(enough), size=2))
        if one.finger != other.finger:
            found += 1
            yield one, other


def _pixels(print_: Marked) -> Pixels:
    whole = np.rint(print_.minutiae.places_px.astype(np.float64))
    return np.asarray(whole[:, 0] + 1j * whole[:, 1])


def _mm(pixels: Pixels, print_: Marked) -> tuple[complex, ...]:
    return tuple((pixels * point_geometry.MM_AN_INCH / print_.minutiae.ppi).tolist())


def _places(one: Marked, ours: Pixels, other: Marked, theirs: Pixels) -> point_geometry.Places:
    return point_geometry.Places(_mm(_pixels(one)[ours], one), _mm(_pixels(other)[theirs], other))


@dataclass(frozen=True, slots=True)
class Passed:
    """How many sets of one kind pass the rule, and their geometry."""

    passed: int
    possible: int
    """The number that pass without the requirement on the area, for which an examiner may state a
    reason."""
    count: int
    rms_mm: tuple[float, float, float]
    """The lowest, the median and the highest value."""
    residual_mm: float
    """The largest residual of any pair."""
    scale: tuple[float, float]


def passed(sets: Sets, rule: Rule) -> Passed:
    """Test sets against the rule."""
    places = list(sets)
    found = [point_geometry.measured(ANY_FINGER, one) for one in places]
    wide = Rule(rule.pairs, 0.0)
    rms_mm = sorted(one.rms_mm for one in found)
    return Passed(
        sum(rule.passes(*one) for one in zip(places, found, strict=True)),
        sum(wide.passes(*one) for one in zip(places, found, strict=True)),
        len(found),
        (rms_mm[0], rms_mm[len(rms_mm) // 2], rms_mm[-1]),
        max(left for one in found for left in one.residuals_mm if left is not None),
        (min(one.scale for one in found), max(one.scale for one in found)),
    )
