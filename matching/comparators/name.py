"""Forename and surname, compared together so that nothing is counted twice; and middle names."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from domain.arrays import Bools, Int64s
from domain.searches.evidence import EvidenceSource
from matching import parameters
from matching import prepared as within
from matching.comparators import columns as at
from matching.comparators.columns import HeldColumns
from matching.comparators.pairs import Compared, best_pairs, empty_table
from matching.forms import key_of
from matching.levels import Bits, Codes, Level, Scale, Weights
from matching.names.likeness import similarities, variants_of

SCALE = Scale(
    source=EvidenceSource.NAME,
    frequencies=("full name", "surname", "forename"),
    levels=(
        Level("same", "Forename and surname are the same.", frequency="full name"),
        Level(
            "swapped",
            "The two names are the same, with forename and surname swapped.",
            frequency="full name",
            reference="same",
        ),
        Level(
            "short form",
            "The surname is the same; the forename is a short form, a variant or an initial.",
            frequency="surname",
            reference="surname only",
        ),
        Level(
            "shared part",
            "Part of the surname is the same, and the forename is the same or a variant.",
        ),
        Level(
            "close",
            "Forename and surname are spelt nearly alike.",
            frequency="full name",
            frequency_weight=parameters.CLOSE_FREQUENCY_WEIGHT,
            reference="same",
        ),
        Level("sounds alike", "Forename and surname sound alike."),
        Level(
            "surname alone",
            "The surname is the same; there is no forename to compare.",
            frequency="surname",
            reference="surname only",
        ),
        Level("loosely alike", "Forename and surname are loosely alike in spelling."),
        Level(
            "forename alone",
            "The forename is the same; there is no surname to compare.",
            frequency="forename",
            reference="forename only",
        ),
        Level(
            "surname only",
            "The surname is the same; the forename is different.",
            frequency="surname",
        ),
        Level(
            "forename only",
            "The forename is the same; the surname is different.",
            frequency="forename",
        ),
        Level("part differs", "Only one part of the name can be compared, and it differs."),
        Level("different", "Forename and surname are both different."),
    ),
)
_CODES = SCALE.keys
_COMPARED = slice(at.FORENAME, at.SURNAME_SOUND + 1)
"""Columns that are compared with the same column: forename, surname, and the sound of each."""


def compare_names(said: HeldColumns, held: HeldColumns, weights: Weights) -> Compared:
    """Compares each name given with each name and alias on record, and keeps the best pair."""
    table = empty_table(len(said.names.values), len(held.names.values))
    for number in range(len(said.names.values)):
        codes = name_codes(said, number, held=held)
        own = said.names.frequencies[number, at.NAME_FREQUENCIES]
        theirs = held.names.frequencies[:, at.NAME_FREQUENCIES]
        table.codes[number] = codes
        table.bits[number], table.rarities[number] = weights.of(codes, own, theirs)
    return best_pairs(table, held.names.owners, floor_bits=weights.floor_bits)


def name_codes(said: HeldColumns, number: int, *, held: HeldColumns) -> Codes:
    """Return int8 (n,): the level of name `number` of `said` against each of n names on record."""
    own, theirs = said.names.values[number], held.names.values
    first, last = theirs[:, at.FORENAME], theirs[:, at.SURNAME]
    own_first, own_last = own[at.FORENAME], own[at.SURNAME]
    has = (theirs[:, _COMPARED] != 0) & (own[_COMPARED] != 0)
    # Two missing keys are equal, but that is not an agreement.
    same = has & (theirs[:, _COMPARED] == own[_COMPARED])
    has_first, has_last = has[:, at.FORENAME], has[:, at.SURNAME]
    same_first, same_last = same[:, at.FORENAME], same[:, at.SURNAME]
    both, one = has_first & has_last, has_first ^ has_last
    forename = said.forename(number)
    variant = has_first & ~same_first & _is_variant(forename, first, theirs[:, at.INITIAL])
    shared = _shares_token(own[at.TOKENS], theirs[:, at.TOKENS])
    spelling = _spelling(forename, said.name_texts(within.SURNAME)[number], held, both)
    conditions = (
        ("different", both),
        ("part differs", one),
        ("forename only", both & same_first),
        ("surname only", both & same_last),
        ("forename alone", one & same_first),
        ("loosely alike", spelling >= parameters.LOOSE_SIMILARITY),
        ("surname alone", one & same_last),
        ("sounds alike", same[:, at.FORENAME_SOUND] & same[:, at.SURNAME_SOUND]),
        ("close", spelling >= parameters.CLOSE_SIMILARITY),
        ("shared part", shared & (same_first | variant) & ~same_last),
        ("short form", same_last & variant),
        ("swapped", both & (first == own_last) & (last == own_first)),
        ("same", same_first & same_last),
    )
    codes = np.zeros(len(theirs), dtype=np.int8)
    # Ordered from the weakest to the strongest level; the strongest level that is true counts.
    for key, mask in conditions:
        np.putmask(codes, mask, _CODES[key])
    return codes


def _shares_token(own: Int64s, theirs: Int64s) -> Bools:
    shared = np.zeros(len(theirs), dtype=np.bool_)
    for token in own[own != 0]:
        shared |= np.logical_or.reduce(theirs == token, axis=1)
    return shared


def _is_variant(forename: str, keys: Int64s, initials: Int64s) -> Bools:
    if len(forename) == 1:
        return np.asarray(initials == ord(forename))
    variants = _variant_keys(forename)
    if not len(variants):
        return np.zeros(len(keys), dtype=np.bool_)
    places = np.minimum(np.searchsorted(variants, keys), len(variants) - 1)
    return np.asarray(variants.take(places) == keys)


@lru_cache(4096)
def _variant_keys(forename: str) -> Int64s:
    """Return the keys of the initial and the variants of a forename, ascending; read-only."""
    names = (*variants_of(forename), forename[:1])
    keys = np.sort([key_of(name) for name in names if name])
    keys.flags.writeable = False
    return keys


def _spelling(forename: str, surname: str, held: HeldColumns, has_both: Bools) -> Bits:
    """Return float64 (n,): the Jaro-Winkler similarity of forenames or surnames, the lower one.

    It is 0 if it is below the loose threshold.
    """
    result = np.zeros(len(has_both))
    surnames = similarities(surname, held.name_texts(within.SURNAME))
    rows = ((surnames >= parameters.LOOSE_SIMILARITY) & has_both).nonzero()[0]
    if rows.size:
        forenames = [held.forename(row) for row in rows.tolist()]
        result[rows] = np.minimum(similarities(forename, forenames), surnames[rows])
    return result


MIDDLE_SCALE = Scale(
    source=EvidenceSource.MIDDLE_NAME,
    frequencies=("middle",),
    levels=(
        Level("same", "The middle names are the same.", frequency="middle"),
        Level("close", "The middle names are spelt nearly alike, or one is the initial."),
        Level("different", "The middle names are different."),
    ),
)
_MIDDLE_CODES = MIDDLE_SCALE.keys


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
    codes[has] = _MIDDLE_CODES["different"]
    codes[has & ((spelling >= parameters.MIDDLE_SIMILARITY) | initials)] = _MIDDLE_CODES["close"]
    codes[theirs == own] = _MIDDLE_CODES["same"]
    return codes


def _initials(own: str, keys: Int64s, texts: Sequence[str]) -> Bools:
    """Return bool (n,): whether one of the two texts is the initial of the other.

    `keys`: int64 (n,), the keys of the n `texts`.
    """
    if len(own) == 1:
        return np.array([text[:1] == own for text in texts])
    return np.asarray(keys == key_of(own[0]))
