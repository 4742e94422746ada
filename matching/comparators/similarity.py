"""Similarity of spelling: Jaro-Winkler, one text against many."""

from collections.abc import Sequence

import numpy as np
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cdist

from matching.levels import Bits


def similarities(own: str, theirs: Sequence[str]) -> Bits:
    """Return float64 (n,): the Jaro-Winkler similarity of `own` to each text."""
    if not own or not theirs:
        return np.zeros(len(theirs))
    # No score_cutoff: it rounds, so a similarity of exactly the threshold would fall below it.
    table = cdist(
        [own],
        theirs,
        scorer=JaroWinkler.normalized_similarity,
        dtype=np.float64,
    )
    return np.asarray(table[0], dtype=np.float64)
