"""Finds which way up a print is, from the arches of its ridges.

Above the core of every finger, ridges rise towards the middle and fall beyond it. Nothing is
fitted to prints; only the limit is chosen.
"""

import numpy as np

from service.adapters.extraction.ridges import Floats, Mask

SURE = 0.25
"""By how much one way up must arch more than another to be told. The least, in steps of .05, that
raises a doubt about at most 1.5 % of upright prints of two public sets (FVC 2002 DB1 B and 2004
DB1 B), 2026-12. The two others took no part (`docs/prints.md`)."""

_FEWEST_BLOCKS = 20


def arches(directions_rad: Floats, shown: Mask) -> Floats:
    """Return float64 (4,): how much the ridges rise towards the middle of the print.

    The four values are for the picture as it is, and after one to three quarter turns
    anticlockwise. About .3 for an upright print, and the negative for the same print upside down;
    zeros for few ridges. `directions_rad`: float64 (h, w), along the ridges; `shown`: where they
    are.
    """
    down, across = np.nonzero(shown)
    if len(down) < _FEWEST_BLOCKS:
        return np.zeros(4)
    rising = np.sin(2 * directions_rad[shown])
    left, below = (
        float((rising * (at - at.mean()) / (at.std() + 1)).mean()) for at in (across, down)
    )
    return np.array([-left, below, left, -below])


def is_turned(directions_rad: Floats, shown: Mask) -> bool:
    """Whether the picture is certainly not upright."""
    found = arches(directions_rad, shown)
    return bool(found.max() - found[0] > SURE)
