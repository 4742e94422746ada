"""Masks of a picture's blocks: grown, shrunk, filled and separated."""

from collections.abc import Iterator

import numpy as np

from domain.arrays import Bools
from domain.prints.minutiae import NOMINAL_PPI
from service.adapters.extraction.ridges import STEP_PX

_MM2_A_BLOCK = (STEP_PX * 25.4 / NOMINAL_PPI) ** 2


def area_mm2(mask: Bools) -> float:
    """Return the area of a mask."""
    return float(mask.sum()) * _MM2_A_BLOCK


def parts_of(shown: Bools, least_mm2: float) -> Bools:
    """Return the parts of the ridges of at least this area, thin gaps closed; bool (h, w)."""
    kept = np.zeros_like(shown)
    for part in separate(shrunk(grown(shown))):
        if area_mm2(part) >= least_mm2:
            kept |= part
    return kept


def separate(mask: Bools) -> Iterator[Bools]:
    """Yield the parts of a mask that do not touch."""
    left = mask.copy()
    while left.any():
        start = np.zeros_like(left)
        start.flat[int(np.argmax(left))] = True
        yield (part := _reached(start, left))
        left &= ~part


def filled(mask: Bools) -> Bools:
    """Return a mask without holes: blocks from which no path leads to the edge are set."""
    outside = np.pad(~mask, 1, constant_values=True)
    start = np.zeros_like(outside)
    start[0, 0] = True
    return ~_reached(start, outside)[1:-1, 1:-1]


def _reached(start: Bools, within: Bools) -> Bools:
    """Return the blocks that a path within a mask reaches."""
    part = start
    while (more := grown(part) & within).sum() > part.sum():
        part = more
    return part


def grown(mask: Bools) -> Bools:
    """Return a mask with the neighbouring blocks added."""
    padded = np.pad(mask, 1)
    near = padded[1:-1, 1:-1] | padded[:-2, 1:-1] | padded[2:, 1:-1]
    return np.asarray(near | padded[1:-1, :-2] | padded[1:-1, 2:])


def shrunk(mask: Bools) -> Bools:
    """Return a mask without the blocks at its edge; the edge of the picture does not count."""
    return ~grown(~mask)
