"""Every pair of prints of one set, matched."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.printing.extracting import Costs, Print
from benchmarks.printing.rates import Scores
from prints.features.matching import Match, match


@dataclass(frozen=True, slots=True, eq=False)
class MatchedPairs:
    """All pairs of the prints of one set."""

    scores: Scores
    features: npt.NDArray[np.float64]
    """float64 (n, 3): the sample that bits are fitted on, see `evidence`."""


def matched_pairs(prints: Sequence[Print], fingers: Sequence[int], costs: Costs) -> MatchedPairs:
    """Return the pairs of prints; `fingers` numbers the finger of each over all sets."""
    pairs = list(itertools.combinations(range(len(prints)), 2))
    began = time.process_time()
    found = [match(prints[one].description, prints[other].description) for one, other in pairs]
    costs.add("match", began, len(found))
    owners = np.array([(fingers[one], fingers[other]) for one, other in pairs], dtype=np.int64)
    values = np.array([one.match_score for one in found])
    return MatchedPairs(Scores(values, owners), np.array([_features(one) for one in found]))


def _features(found: Match) -> tuple[float, float, float]:
    return (
        np.log1p(found.match_score),
        np.log1p(found.pair_count),
        np.log1p(min(found.overlap)),
    )
