"""Sex, place of birth with nationality, postcodes, PNC IDs and CRO numbers."""

import numpy as np

from domain.searches.evidence import EvidenceSource
from matching.comparators.columns import Column, HeldColumns
from matching.comparators.pairs import Compared, best_pairs, empty_table, single_values
from matching.levels import Codes, Level, Scale, Weights
from matching.names.likeness import similarities
from matching.parameters import PLACE_SIMILARITY

SEX_SCALE = Scale(
    source=EvidenceSource.SEX,
    levels=(
        Level("same", "The sex recorded is the same."),
        Level("different", "The sex recorded differs."),
    ),
)
_SEX_CODES = SEX_SCALE.keys


def compare_sexes(said: HeldColumns, held: HeldColumns, weights: Weights) -> Compared:
    """Compares the sex given with the sex on record; a difference lowers but never rules out."""
    own = said.sexes[0]
    codes = np.where(held.sexes == own, _SEX_CODES["same"], _SEX_CODES["different"]).astype(
        np.int8
    )
    codes[(held.sexes == 0) | (own == 0)] = 0
    return single_values(codes, weights.of(codes))


PLACE_SCALE = Scale(
    source=EvidenceSource.PLACE_OF_BIRTH,
    frequencies=("place", "nationality"),
    levels=(
        Level("same", "The place of birth is the same.", frequency="place"),
        Level("close", "The places of birth are spelt nearly alike."),
        Level(
            "country only",
            "The nationality is the same; there is no place of birth to compare.",
            frequency="nationality",
        ),
        Level(
            "place differs", "The place of birth is different; the nationality does not differ."
        ),
        Level("different", "The nationality differs, and the place of birth is not the same."),
    ),
)
_PLACE_CODES = PLACE_SCALE.keys


def compare_places_of_birth(said: HeldColumns, held: HeldColumns, weights: Weights) -> Compared:
    """Compares place of birth first, and nationality where the places do not agree."""
    codes = place_codes(said, held)
    return single_values(
        codes, weights.of(codes, said.place_frequencies[0], held.place_frequencies)
    )


def place_codes(said: HeldColumns, held: HeldColumns) -> Codes:
    """Return int8 (k,): the level of a person's place and nationality against k people's."""
    (place, nation), (own_place, own_nation) = held.places.T, said.places[0]
    has_place, has_nation = (place != 0) & (own_place != 0), (nation != 0) & (own_nation != 0)
    spelling = similarities(said.texts[0][0], [texts[0] for texts in held.texts])
    codes = np.zeros(held.people, dtype=np.int8)
    codes[has_nation & (nation != own_nation)] = _PLACE_CODES["different"]
    codes[has_place & ~(has_nation & (nation != own_nation))] = _PLACE_CODES["place differs"]
    codes[~has_place & has_nation & (nation == own_nation)] = _PLACE_CODES["country only"]
    codes[has_place & (spelling >= PLACE_SIMILARITY)] = _PLACE_CODES["close"]
    codes[has_place & (place == own_place)] = _PLACE_CODES["same"]
    return codes


POSTCODE_SCALE = Scale(
    source=EvidenceSource.POSTCODE,
    frequencies=("postcode",),
    levels=(
        Level("same", "A postcode is the same.", frequency="postcode"),
        Level("same area", "The first half of a postcode is the same."),
        Level("different", "No postcode is in the same area."),
    ),
)
_POSTCODE_CODES = POSTCODE_SCALE.keys


def compare_postcodes(said: HeldColumns, held: HeldColumns, weights: Weights) -> Compared:
    """Compares each postcode given with each on record, prisons and police stations left out."""
    whole, area = held.postcodes.values.T
    theirs = held.postcodes.frequencies
    table = empty_table(len(said.postcodes.values), len(whole))
    for number, (own_whole, own_area) in enumerate(said.postcodes.values.tolist()):
        codes = np.full(len(whole), _POSTCODE_CODES["different"], dtype=np.int8)
        codes[area == own_area] = _POSTCODE_CODES["same area"]
        codes[whole == own_whole] = _POSTCODE_CODES["same"]
        codes[(whole == 0) | (own_whole == 0)] = 0
        own = said.postcodes.frequencies[number]
        table.codes[number] = codes
        table.bits[number], table.rarities[number] = weights.of(codes, own, theirs)
    return best_pairs(table, held.postcodes.owners, floor_bits=weights.floor_bits)


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
_IDENTIFIER_CODES = PNC_SCALE.keys
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
        codes = np.where(theirs == own, _IDENTIFIER_CODES["same"], _IDENTIFIER_CODES["different"])
        codes[(theirs == 0) | (own == 0)] = 0
        table.codes[number] = codes
        table.bits[number] = weights.bits[codes]
    return best_pairs(table, held.owners, floor_bits=weights.floor_bits)
