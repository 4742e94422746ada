"""Vectors of several fingers against many persons made of prints of nobody.

The fingers of a set stand for a person. A probe takes an impression of each finger at random,
never the enrolled one; a person that is nobody takes as many of the distractors at random.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.printing.extracting import Print, by_finger

_PROBES_EACH = 20


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """Probes of several fingers, searched by vectors alone."""

    places: npt.NDArray[np.int64]
    """int64 (p,): the place of the right person, 0 for the first."""
    own: npt.NDArray[np.float64]
    """float64 (p,): sum of the cosines with it over the square root of their number."""
    highest: npt.NDArray[np.float64]
    """float64 (p,): the same of the nearest other person."""

    def told(self) -> dict[str, Any]:
        """Return the statements of a result."""
        return {
            "probes": len(self.places),
            "rank1": float((self.places < 1).mean()),
            "worst_place": int(self.places.max()) + 1,
            "own_similarity_least": float(self.own.min()),
            "other_similarity_highest": float(self.highest.max()),
        }


def joined(
    prints: Sequence[Print],
    distractors: Sequence[Print],
    *,
    fingers: int,
    persons: int,
    rng: np.random.Generator,
) -> Joined:
    """Search probes of so many fingers among `persons`."""
    by_set = by_finger(prints)
    vectors = np.array([one.vector for one in distractors])
    nobody = rng.integers(0, len(vectors), (persons, fingers))
    rows = []
    for views in by_set.values():
        for _ in range(_PROBES_EACH):
            order = rng.permutation(len(views))[:fingers].tolist()
            chosen = [list(views.values())[number] for number in order]
            enrolled = np.array([finger[0].vector for finger in chosen])
            probe = np.array(
                [finger[int(rng.integers(1, len(finger)))].vector for finger in chosen]
            )
            cosines = probe @ vectors.T
            others = cosines[np.arange(len(chosen))[:, None], nobody[:, : len(chosen)].T].sum(0)
            own = float(np.sum(enrolled * probe))
            rows.append((int(np.sum(others >= own)), own, float(others.max())))
    places, own_sums, highest = zip(*rows, strict=True)
    root = math.sqrt(fingers)
    return Joined(np.array(places), np.array(own_sums) / root, np.array(highest) / root)
