"""Single prints against a gallery: by vector first, then the nearest by their minutiae.

The first impression of every finger is enrolled, among prints of nobody; all others are probes.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.printing.extracting import Costs, Print
from prints.features.matching import match

SHORT_LIST = 20


@dataclass(frozen=True, slots=True, eq=False)
class Ranks:
    """Places of the right finger, 0 for the first, of p probes."""

    fingers: npt.NDArray[np.int64]
    """int64 (p,): the finger of each probe, an index into the enrolled."""
    by_vector: npt.NDArray[np.int64]
    """int64 (p,)."""
    by_minutiae: npt.NDArray[np.int64]
    """int64 (p,): after the first `depth` were matched; the place by vector if not among them."""
    gallery: int


def ranked(
    probes: Sequence[Print],
    enrolled: Sequence[Print],
    distractors: Sequence[Print],
    *,
    depth: int,
    costs: Costs,
) -> Ranks:
    """Return the places of probes; each has its finger among `enrolled`."""
    gallery = [*enrolled, *distractors]
    vectors = np.array([one.vector for one in gallery])
    places = {(one.data, one.finger): place for place, one in enumerate(enrolled)}
    fingers = np.array([places[one.data, one.finger] for one in probes], dtype=np.int64)
    by_vector, by_minutiae = [], []
    for probe, finger in zip(probes, fingers.tolist(), strict=True):
        nearest = np.argsort(-(vectors @ probe.vector), kind="stable")
        place = int(np.flatnonzero(nearest == finger)[0])
        by_vector.append(place)
        by_minutiae.append(
            place
            if place >= depth
            else _place_by_minutiae(probe, gallery, nearest[:depth], finger, costs)
        )
    return Ranks(fingers, np.array(by_vector), np.array(by_minutiae), len(gallery))


def _place_by_minutiae(
    probe: Print,
    gallery: Sequence[Print],
    candidates: npt.NDArray[np.int64],
    finger: int,
    costs: Costs,
) -> int:
    began = time.process_time()
    scores = {
        int(place): match(probe.description, gallery[place].description).match_score
        for place in candidates
    }
    costs.add("match", began, len(scores))
    return sum(score >= scores[finger] for place, score in scores.items() if place != finger)
