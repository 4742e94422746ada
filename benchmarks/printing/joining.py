"""Vectors of ten fingers against many persons made of prints of nobody.

The ten fingers of a set stand for a person. A probe takes an impression of each finger at random,
never the enrolled one; a person that is nobody takes ten of the distractors at random.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.printing.extracting import Print

_PROBES_EACH = 20


def joined_ranks(
    prints: Sequence[Print],
    distractors: Sequence[Print],
    *,
    fingers: int,
    persons: int,
    rng: np.random.Generator,
) -> list[int]:
    """Return the place of the right person of each probe, 0 for the first, among `persons`."""
    by_set: dict[str, dict[int, list[Print]]] = {}
    for one in prints:
        by_set.setdefault(one.data, {}).setdefault(one.finger, []).append(one)
    vectors = np.array([one.vector for one in distractors])
    nobody = rng.integers(0, len(vectors), (persons, fingers))
    places = []
    for views in by_set.values():
        for _ in range(_PROBES_EACH):
            order = rng.permutation(len(views))[:fingers].tolist()
            chosen = [list(views.values())[number] for number in order]
            enrolled = np.array([finger[0].vector for finger in chosen])
            probe = np.array([finger[rng.integers(1, len(finger))].vector for finger in chosen])
            own = float(np.sum(enrolled * probe))
            similarities = probe @ vectors.T
            others = sum(similarities[column, nobody[:, column]] for column in range(fingers))
            places.append(int(np.sum(others >= own)))
    return places
