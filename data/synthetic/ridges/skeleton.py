"""Thinning a binary ridge image to lines one pixel wide."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
"""bool (h, w)."""

_OFFSETS = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
"""Row and column steps to the neighbours, clockwise from north; bit b of a code is neighbour b."""


def thin(ridges: Mask) -> Mask:
    """Return the skeleton of `ridges`, bool (h, w): 8-connected lines; the border is cleared.

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


def neighbour_codes(mask: Mask) -> npt.NDArray[np.uint8]:
    """Return uint8 (h, w): the set neighbours of each pixel, one bit each."""
    padded = np.pad(mask, 1).view(np.uint8)
    height, width = mask.shape
    codes = np.zeros(mask.shape, dtype=np.uint8)
    for bit, (down, across) in enumerate(_OFFSETS):
        rows, columns = slice(1 + down, 1 + down + height), slice(1 + across, 1 + across + width)
        codes |= padded[rows, columns] << np.uint8(bit)
    return codes


@cache
def crossing_numbers() -> npt.NDArray[np.uint8]:
    """Return uint8 (256,): how many branches leave a skeleton pixel, by neighbour code."""
    bits = _bits()
    changes = np.abs(bits - np.roll(bits, 1, axis=1)).sum(axis=1)
    return np.asarray(changes // 2, dtype=np.uint8)


@cache
def _removable(*, is_first: bool) -> Mask:
    """Return bool (256,): whether a pixel with this neighbour code goes in a sub-iteration."""
    n, ne, e, se, s, sw, w, nw = (_bits() == 1).T
    joins = (~n & (ne | e)).astype(int) + (~e & (se | s)) + (~s & (sw | w)) + (~w & (nw | n))
    clockwise = (n | ne).astype(int) + (e | se) + (s | sw) + (w | nw)
    anticlockwise = (ne | e).astype(int) + (se | s) + (sw | w) + (nw | n)
    fewest = np.minimum(clockwise, anticlockwise)
    blocked = ((n | ne | ~se) & e) if is_first else ((s | sw | ~nw) & w)
    removable: Mask = (joins == 1) & (fewest >= 2) & (fewest <= 3) & ~blocked
    return removable


def _bits() -> npt.NDArray[np.int64]:
    return (np.arange(256)[:, None] >> np.arange(8)[None, :]) & 1
