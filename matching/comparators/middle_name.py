"""Middle names."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from domain.searches.evidence import EvidenceSource
from matching import prepared as within
from matching.comparators import columns as at
from matching.comparators.columns import HeldColumns, Integers
from matching.comparators.pairs import Compared, best_pairs, empty_table
from matching.comparators.similarity import similarities
from matching.forms import key_of
from matching.levels import Codes, Level, Scale, Weights
from matching.parameters import MIDDLE_SIMILARITY

SCALE = Scale(
    source=EvidenceSource.MIDDLE_NAME,
    frequencies=("middle",),
    levels=(
        Level("same", "The middle names are the same.", frequency="middle"),
        Level("close", "The middle names are spelt nearly alike, or one is the initial."),
        Level("different", "The middle names are different."),
    ),
)
_CODES = SCALE.keys


def compare_middle_names(said: HeldColumns, held: HeldColumns, weights: Weights) -> Compared:
    """Compares middle names as a whole: same, nearly alike or an initial, or others."""
    own_keys = said.names.values[:, at.MIDDLE]
    table = empty_table(len(said.names.values), len(held.names.values))
    for number in np.flatnonzero(own_keys).tolist():
        codes = middle_codes(said, number, held=held)
        own = said.names.frequencies[number, at.MIDDLE_FREQUENCY]
        theirs = held.names.frequencies[:, at.MIDDLE_FREQUENCY]
        table.codes[number] = codes
        table.bits[number], table.rarities[number] = weights.of(codes, own, theirs)
    return best_pairs(table, held.names.owners, floor_bits=weights.floor_bits)


def middle_codes(said: HeldColumns, number: int, *, held: HeldColumns) -> Codes:
    """Return int8 (n,): the level of one person's middle names against n names on record."""
    own_text = said.name_texts(within.MIDDLE)[number]
    own, theirs = said.names.values[number, at.MIDDLE], held.names.values[:, at.MIDDLE]
    codes = np.zeros(len(theirs), dtype=np.int8)
    has = theirs != 0
    if not own or not has.any():
        return codes
    texts = held.name_texts(within.MIDDLE)
    spelling = similarities(own_text, texts)
    initials = _initials(own_text, theirs, texts)
    codes[has] = _CODES["different"]
    codes[has & ((spelling >= MIDDLE_SIMILARITY) | initials)] = _CODES["close"]
    codes[theirs == own] = _CODES["same"]
    return codes


def _initials(own: str, keys: Integers, texts: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return bool (n,): whether one of the two texts is the initial of the other.

    `keys`: int64 (n,), the keys of the n `texts`.
    """
    if len(own) == 1:
        return np.array([text[:1] == own for text in texts])
    return np.asarray(keys == key_of(own[0]))
