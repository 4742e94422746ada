"""Reads minutiae from a ridge image: threshold, thin, follow the lines."""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from data.synthetic.ridges.fields import Field
from data.synthetic.ridges.parameters import READING
from domain.arrays import Bools, Float64s, Int64s, UInt8s
from domain.prints.minutiae import Minutia, MinutiaKind

_STEPS = ((-1, 0), (0, 1), (1, 0), (0, -1), (-1, 1), (1, 1), (1, -1), (-1, -1))
"""The straight neighbours come first, so that a walk does not cut corners."""

Pixel = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class RidgeReading:
    """The skeleton, bool (h, w), and the minutiae read from it."""

    skeleton: Bools
    minutiae: tuple[Minutia, ...]


def read_ridges(ridges: Field) -> RidgeReading:
    """Return the skeleton and the minutiae of a ridge image; every quality is 100.

    `ridges`: float32 (h, w), positive on a ridge.
    """
    skeleton = thin(ridges > 0.0)
    crossings = np.where(skeleton, crossing_numbers()[neighbour_codes(skeleton)], 0)
    margin = READING.margin_px
    inside = np.zeros_like(skeleton)
    inside[margin:-margin, margin:-margin] = True
    found = []
    for crossing, kind in ((1, MinutiaKind.RIDGE_ENDING), (3, MinutiaKind.BIFURCATION)):
        for row, column in np.argwhere((crossings == crossing) & inside).tolist():
            minutia = _minutia_at(skeleton, (row, column), kind)
            if minutia is not None:
                found.append(minutia)
    return RidgeReading(skeleton, _apart(found))


def _minutia_at(skeleton: Bools, pixel: Pixel, kind: MinutiaKind) -> Minutia | None:
    directions = _branch_directions_rad(skeleton, pixel)
    wanted = 1 if kind is MinutiaKind.RIDGE_ENDING else 3
    if len(directions) != wanted:
        return None
    angle_rad = directions[0] if wanted == 1 else _valley_rad(directions)
    row, column = pixel
    return Minutia(float(column), float(row), angle_rad % math.tau, kind, 100)


def _branch_directions_rad(skeleton: Bools, pixel: Pixel) -> list[float]:
    """Return the direction of each branch that can be followed far enough."""
    directions = []
    taken = {pixel}
    for start in _neighbours(skeleton, pixel):
        if start in taken or any(_touches(start, other) for other in taken - {pixel}):
            continue
        taken.add(start)
        end = _walk(skeleton, pixel, start)
        if end is not None:
            directions.append(math.atan2(pixel[0] - end[0], end[1] - pixel[1]))
    return directions


def _walk(skeleton: Bools, origin: Pixel, start: Pixel) -> Pixel | None:
    """Follow a branch for one period. None if it ends sooner, as a spur or a speck does."""
    seen = {origin, start, *_neighbours(skeleton, origin)}
    here = start
    for _ in range(READING.trace_px - 1):
        ahead = [pixel for pixel in _neighbours(skeleton, here) if pixel not in seen]
        if not ahead:
            return None
        seen.update(ahead)
        here = ahead[0]
    return here


def _neighbours(skeleton: Bools, pixel: Pixel) -> list[Pixel]:
    row, column = pixel
    return [
        (row + down, column + across)
        for down, across in _STEPS
        if skeleton[row + down, column + across]
    ]


def _touches(one: Pixel, other: Pixel) -> bool:
    return abs(one[0] - other[0]) + abs(one[1] - other[1]) == 1


def _valley_rad(directions: list[float]) -> float:
    """Return the middle of the narrowest of the three gaps between branches."""
    ordered = sorted(angle % math.tau for angle in directions)
    gaps = [(ordered[(i + 1) % 3] - ordered[i]) % math.tau for i in range(3)]
    narrowest = min(range(3), key=gaps.__getitem__)
    return ordered[narrowest] + 0.5 * gaps[narrowest]


def _apart(minutiae: list[Minutia]) -> tuple[Minutia, ...]:
    """Return the minutiae not too close to another: such pairs are flaws of the thinning."""
    if not minutiae:
        return ()
    places = np.array([(minutia.x_px, minutia.y_px) for minutia in minutiae])
    distances = distances_px(places, places)
    np.fill_diagonal(distances, np.inf)
    nearest = distances.min(axis=1)
    return tuple(
        minutia
        for minutia, distance in zip(minutiae, nearest.tolist(), strict=True)
        if distance >= READING.minimum_separation_px
    )


def distances_px(places: Float64s, others: Float64s) -> Float64s:
    """Return float64 (n, m), the distances between points float64 (n, 2) and (m, 2)."""
    difference = places[:, None, :] - others[None, :, :]
    distances: Float64s = np.hypot(difference[..., 0], difference[..., 1])
    return distances


_OFFSETS = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
"""Row and column steps to neighbours, clockwise from north. Bit b of a code is neighbour b."""


def thin(ridges: Bools) -> Bools:
    """Return the skeleton of `ridges`, bool (h, w): 8-connected lines. The border is cleared.

    Parallel thinning in two sub-iterations after Guo and Hall (CACM 32(3), 1989).
    """
    skeleton = ridges.copy()
    skeleton[[0, -1], :] = False
    skeleton[:, [0, -1]] = False
    first, second = _removable(is_first=True), _removable(is_first=False)
    while True:
        before = np.count_nonzero(skeleton)
        skeleton &= ~first[neighbour_codes(skeleton)]
        skeleton &= ~second[neighbour_codes(skeleton)]
        if np.count_nonzero(skeleton) == before:
            return skeleton


def neighbour_codes(mask: Bools) -> UInt8s:
    """Return uint8 (h, w): the neighbours of each pixel that are set, one bit each."""
    padded = np.pad(mask, 1).view(np.uint8)
    height, width = mask.shape
    codes = np.zeros(mask.shape, dtype=np.uint8)
    for bit, (down, across) in enumerate(_OFFSETS):
        rows, columns = slice(1 + down, 1 + down + height), slice(1 + across, 1 + across + width)
        codes |= padded[rows, columns] << np.uint8(bit)
    return codes


@cache
def crossing_numbers() -> UInt8s:
    """Return uint8 (256,): the number of branches leaving a skeleton pixel, by neighbour code."""
    bits = _bits()
    changes = np.abs(bits - np.roll(bits, 1, axis=1)).sum(axis=1)
    return np.asarray(changes // 2, dtype=np.uint8)


@cache
def _removable(*, is_first: bool) -> Bools:
    """Return bool (256,): whether a sub-iteration removes a pixel with this neighbour code."""
    n, ne, e, se, s, sw, w, nw = (_bits() == 1).T
    joins = (~n & (ne | e)).astype(int) + (~e & (se | s)) + (~s & (sw | w)) + (~w & (nw | n))
    clockwise = (n | ne).astype(int) + (e | se) + (s | sw) + (w | nw)
    anticlockwise = (ne | e).astype(int) + (se | s) + (sw | w) + (nw | n)
    fewest = np.minimum(clockwise, anticlockwise)
    blocked = ((n | ne | ~se) & e) if is_first else ((s | sw | ~nw) & w)
    removable: Bools = (joins == 1) & (fewest >= 2) & (fewest <= 3) & ~blocked
    return removable


def _bits() -> Int64s:
    return (np.arange(256)[:, None] >> np.arange(8)[None, :]) & 1
