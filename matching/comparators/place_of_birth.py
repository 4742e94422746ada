"""Place of birth and nationality, compared together."""

import numpy as np

from domain.searches.evidence import EvidenceSource
from matching.comparators.columns import HeldColumns
from matching.comparators.pairs import Compared, single_values
from matching.comparators.similarity import similarities
from matching.levels import Codes, Level, Scale, Weights
from matching.parameters import PLACE_SIMILARITY

SCALE = Scale(
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
_CODES = SCALE.keys


def compare_places_of_birth(said: HeldColumns, held: HeldColumns, weights: Weights) -> Compared:
    """Compares place of birth first, and nationality where the places do not agree."""
    codes = place_codes(said, held)
    return single_values(
        codes, weights.of(codes, said.place_frequencies[0], held.place_frequencies)
    )


def place_codes(said: HeldColumns, held: HeldColumns) -> Codes:
    """Return int8 (k,): the level of one person's place and nationality against
    those of k people.
    """
    (place, nation), (own_place, own_nation) = held.places.T, said.places[0]
    has_place, has_nation = (place != 0) & (own_place != 0), (nation != 0) & (own_nation != 0)
    spelling = similarities(said.texts[0][0], [texts[0] for texts in held.texts])
    codes = np.zeros(held.people, dtype=np.int8)
    codes[has_nation & (nation != own_nation)] = _CODES["different"]
    codes[has_place & ~(has_nation & (nation != own_nation))] = _CODES["place differs"]
    codes[~has_place & has_nation & (nation == own_nation)] = _CODES["country only"]
    codes[has_place & (spelling >= PLACE_SIMILARITY)] = _CODES["close"]
    codes[has_place & (place == own_place)] = _CODES["same"]
    return codes
