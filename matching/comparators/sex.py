"""Sex as recorded."""

import numpy as np

from domain.searches.evidence import EvidenceSource
from matching.comparators.columns import HeldColumns
from matching.comparators.pairs import Compared, single_values
from matching.levels import Level, Scale, Weights

SCALE = Scale(
    source=EvidenceSource.SEX,
    levels=(
        Level("same", "The sex recorded is the same."),
        Level("different", "The sex recorded differs."),
    ),
)
_CODES = SCALE.keys


def compare_sexes(said: HeldColumns, held: HeldColumns, weights: Weights) -> Compared:
    """Compares the sex given with the sex on record; a difference lowers but never rules out."""
    own = said.sexes[0]
    codes = np.where(held.sexes == own, _CODES["same"], _CODES["different"]).astype(np.int8)
    codes[(held.sexes == 0) | (own == 0)] = 0
    return single_values(codes, weights.of(codes))
