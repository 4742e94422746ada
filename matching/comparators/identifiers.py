"""PNC IDs and CRO numbers."""

import numpy as np

from domain.searches.evidence import EvidenceSource
from matching.comparators.columns import Column, HeldColumns
from matching.comparators.pairs import Compared, best_pairs, empty_table
from matching.levels import Level, Scale, Weights

PNC_SCALE = Scale(
    source=EvidenceSource.PNC_ID,
    levels=(
        Level("same", "A valid PNC ID is the same."),
        Level("different", "Both have a valid PNC ID, but not the same one."),
    ),
)
CRO_SCALE = Scale(
    source=EvidenceSource.CRO_NUMBER,
    levels=(
        Level("same", "A valid CRO number is the same."),
        Level("different", "Both have a valid CRO number, but not the same one."),
    ),
)
_CODES = PNC_SCALE.keys
"""The codes of both scales."""


def compare_pnc_ids(said: HeldColumns, held: HeldColumns, weights: Weights) -> Compared:
    """Compares valid PNC IDs, whichever form they are written in; the century is not compared."""
    return _compare(said.pnc_ids, held.pnc_ids, weights)


def compare_cro_numbers(said: HeldColumns, held: HeldColumns, weights: Weights) -> Compared:
    """Compares valid CRO numbers, whichever form they are written in."""
    return _compare(said.cro_numbers, held.cro_numbers, weights)


def _compare(said: Column, held: Column, weights: Weights) -> Compared:
    theirs = held.values[:, 0]
    table = empty_table(len(said.values), len(theirs))
    for number, own in enumerate(said.values[:, 0].tolist()):
        codes = np.where(theirs == own, _CODES["same"], _CODES["different"])
        codes[(theirs == 0) | (own == 0)] = 0
        table.codes[number] = codes
        table.bits[number] = weights.bits[codes]
    return best_pairs(table, held.owners, floor_bits=weights.floor_bits)
