"""Forename and surname, compared together so that nothing is counted twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from domain.evidence import EvidenceSource
from matching.comparators import columns as at
from matching.comparators.pairs import Compared, best_pairs, empty_table
from matching.comparators.similarity import similarities
from matching.levels import Bits, Codes, Level, Scale, Weights
from matching.names.nicknames import variants_of
from matching.parameters import CLOSE_FREQUENCY_WEIGHT, CLOSE_SIMILARITY, LOOSE_SIMILARITY
from matching.prepared import key_of

if TYPE_CHECKING:
    from matching.comparators.columns import HeldColumns, Integers
    from matching.names.parts import NameParts

Mask = npt.NDArray[np.bool_]

SCALE = Scale(
    source=EvidenceSource.NAME,
    frequencies=("full name", "surname", "forename"),
    levels=(
        Level("same", "Forename and surname are the same.", frequency="full name"),
        Level(
            "swapped",
            "The same two names, forename and surname in the other order.",
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
            frequency_weight=CLOSE_FREQUENCY_WEIGHT,
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
            "The surname is the same, the forename is another.",
            frequency="surname",
        ),
        Level(
            "forename only",
            "The forename is the same, the surname is another.",
            frequency="forename",
        ),
        Level("part differs", "Only one part of the name can be compared, and it differs."),
        Level("different", "Forename and surname are both other names."),
    ),
)
_CODES = SCALE.keys


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
    """Return int8 (n,): the level of name `number` of `said` against each of n names held."""
    own = said.names.values[number]
    theirs = held.names.values
    parts = _Parts.of(own, theirs, forename=said.name(number).forename)
    spelling = _spelling(said.name(number), held, parts.has_both)
    one = parts.has_forename ^ parts.has_surname
    either = parts.same_forename | parts.variant
    conditions = (
        ("different", parts.has_both),
        ("part differs", one),
        ("forename only", parts.has_both & parts.same_forename),
        ("surname only", parts.has_both & parts.same_surname),
        ("forename alone", one & parts.same_forename),
        ("loosely alike", spelling >= LOOSE_SIMILARITY),
        ("surname alone", one & parts.same_surname),
        ("sounds alike", parts.sounds_alike),
        ("close", spelling >= CLOSE_SIMILARITY),
        ("shared part", parts.shared_token & either & ~parts.same_surname),
        ("short form", parts.same_surname & parts.variant),
        ("swapped", parts.swapped),
        ("same", parts.same_forename & parts.same_surname),
    )
    codes = np.zeros(len(theirs), dtype=np.int8)
    # From the weakest to the strongest: the first level that is true, in the order of the scale.
    for key, mask in conditions:
        codes[mask] = _CODES[key]
    return codes


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """Which parts of a name agree with those of n names held; each bool (n,)."""

    has_forename: Mask
    """Both sides have a forename; `has_surname` likewise."""
    has_surname: Mask
    same_forename: Mask
    same_surname: Mask
    variant: Mask
    swapped: Mask
    shared_token: Mask
    sounds_alike: Mask

    @property
    def has_both(self) -> Mask:
        return self.has_forename & self.has_surname

    @classmethod
    def of(cls, own: Integers, theirs: Integers, *, forename: str) -> _Parts:
        first, last = theirs[:, at.FORENAME], theirs[:, at.SURNAME]
        own_first, own_last = own[at.FORENAME], own[at.SURNAME]
        has_first, has_last = (first != 0) & (own_first != 0), (last != 0) & (own_last != 0)
        same_first, same_last = has_first & (first == own_first), has_last & (last == own_last)
        sounds = theirs[:, at.FORENAME_SOUND], theirs[:, at.SURNAME_SOUND]
        return cls(
            has_forename=has_first,
            has_surname=has_last,
            same_forename=same_first,
            same_surname=same_last,
            variant=has_first & ~same_first & _is_variant(forename, first, theirs[:, at.INITIAL]),
            swapped=has_first & has_last & (first == own_last) & (last == own_first),
            shared_token=_shares_token(own[at.TOKENS], theirs[:, at.TOKENS]),
            sounds_alike=_same(sounds[0], own[at.FORENAME_SOUND])
            & _same(sounds[1], own[at.SURNAME_SOUND]),
        )


def _same(keys: Integers, own: np.int64) -> Mask:
    """Equality of keys in which two missing keys are never equal."""
    return np.asarray((keys == own) & (keys != 0))


def _shares_token(own: Integers, theirs: Integers) -> Mask:
    shared = np.zeros(len(theirs), dtype=np.bool_)
    for token in own[own != 0]:
        for slot in range(theirs.shape[1]):
            shared |= theirs[:, slot] == token
    return shared


def _is_variant(forename: str, keys: Integers, initials: Integers) -> Mask:
    if len(forename) == 1:
        return np.asarray(initials == ord(forename))
    variants = np.sort([key_of(name) for name in (*variants_of(forename), forename[:1]) if name])
    if not len(variants):
        return np.zeros(len(keys), dtype=np.bool_)
    places = np.minimum(np.searchsorted(variants, keys), len(variants) - 1)
    return np.asarray(variants[places] == keys)


def _spelling(own: NameParts, held: HeldColumns, has_both: Mask) -> Bits:
    """Return float64 (n,): the lesser Jaro-Winkler similarity of the two parts, 0 below loose."""
    result = np.zeros(len(has_both))
    surnames = similarities(own.surname, held.surnames)
    rows = np.flatnonzero((surnames >= LOOSE_SIMILARITY) & has_both)
    if rows.size:
        forenames = [name.forename for name in held.names_at(rows.tolist())]
        result[rows] = np.minimum(similarities(own.forename, forenames), surnames[rows])
    return result
