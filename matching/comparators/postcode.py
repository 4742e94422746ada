"""Postcodes of the addresses given."""

import numpy as np

from domain.searches.evidence import EvidenceSource
from matching.comparators.columns import HeldColumns
from matching.comparators.pairs import Compared, best_pairs, empty_table
from matching.levels import Level, Scale, Weights

SCALE = Scale(
    source=EvidenceSource.POSTCODE,
    frequencies=("postcode",),
    levels=(
        Level("same", "A postcode is the same.", frequency="postcode"),
        Level("same area", "The first half of a postcode is the same."),
        Level("different", "No postcode is in the same area."),
    ),
)
_CODES = SCALE.keys


def compare_postcodes(said: HeldColumns, held: HeldColumns, weights: Weights) -> Compared:
    """Compares each postcode given with each on record, prisons and police stations left out."""
    whole, area = held.postcodes.values.T
    theirs = held.postcodes.frequencies
    table = empty_table(len(said.postcodes.values), len(whole))
    for number, (own_whole, own_area) in enumerate(said.postcodes.values.tolist()):
        codes = np.full(len(whole), _CODES["different"], dtype=np.int8)
        codes[area == own_area] = _CODES["same area"]
        codes[whole == own_whole] = _CODES["same"]
        codes[(whole == 0) | (own_whole == 0)] = 0
        own = said.postcodes.frequencies[number]
        table.codes[number] = codes
        table.bits[number], table.rarities[number] = weights.of(codes, own, theirs)
    return best_pairs(table, held.postcodes.owners, floor_bits=weights.floor_bits)
