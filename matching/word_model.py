"""The fitted weights of words of names. They are part of a model, so that evidence can be
replayed.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from domain.errors import ModelError
from matching.calibration import CalibrationMap
from matching.name_parameters import WORD_LEAST_SHARE
from matching.names.grading import grade_bits, initial_bits
from matching.names.likeness import UNLIKE, grades, likenesses
from matching.names.nicknames import variants_of
from matching.names.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matching.levels import Bits

SAME, INITIAL, VARIANT = 0, UNLIKE + 1, UNLIKE + 2
"""Further grades of a match, beside the grades of likeness."""

Grades = npt.NDArray[np.int8]


class WordModel:
    """The bits of a stated word that matches another word. Immutable and thread-safe.

    `shares`: the share of people with each word. `mated`: float64 (grades,), the share of mated
    words in each grade. `calibrated`: map from the bits of a whole name to calibrated bits.
    """

    def __init__(
        self, shares: Mapping[str, float], mated: Bits, calibrated: CalibrationMap
    ) -> None:
        self.mated = mated
        self.calibrated = calibrated
        self._vocabulary = Vocabulary()
        letters: dict[str, float] = defaultdict(float)
        for word, share in shares.items():
            self._vocabulary.add(word)
            letters[word[0]] += share
        self._vocabulary.settle()
        self._shares = np.array([0.0, *shares.values()])
        self._letters = dict(letters)
        self.worth = lru_cache(65_536)(self._worth)
        """Returns float64 (grades,): the bits of each grade of a word; read-only."""

    def _worth(self, word: str) -> Bits:
        numbers, likeness = self._vocabulary.like(word)
        held = np.bincount(grades(likeness), weights=self._shares[numbers], minlength=UNLIKE)
        bits = grade_bits(held.astype(np.float64), self.mated, least=WORD_LEAST_SHARE)
        bits.flags.writeable = False
        return bits

    def meet(
        self, word: str, others: Sequence[str], canonicals: Sequence[str]
    ) -> tuple[Bits, Grades]:
        """Return the bits, float64 (n,), and grade, int8 (n,), of matching each word; 0 bits if
        not alike.
        """
        is_short = np.fromiter((len(other) == 1 for other in others), np.bool_, len(others))
        found = grades(likenesses(word, others, canonicals)).astype(np.int8)
        worth = np.append(self.worth(word), 0.0)
        bits = worth[np.minimum(found, UNLIKE)]
        variants = variants_of(word)
        known = np.fromiter((other in variants for other in others), np.bool_, len(others))
        found[known & (found != SAME)] = VARIANT
        begins = np.fromiter((other[0] == word[0] for other in others), np.bool_, len(others))
        initial = begins & (is_short | (len(word) == 1))
        found[initial] = INITIAL
        bits[initial] = initial_bits(self._letters.get(word[0], 0.0))
        short = is_short | (len(word) == 1)
        bits[short & ~initial], found[short & ~initial] = 0.0, UNLIKE
        return bits, found


def word_model(data: Mapping[str, Any]) -> WordModel:
    """Return the model that plain data describes. Raises ModelError if its grades differ."""
    mated = np.array(data["mated"], dtype=np.float64)
    if len(mated) != UNLIKE:
        raise ModelError(
            "The model grades words in a different way from this version: train it again."
        )
    knots = data["calibration"]
    calibrated = CalibrationMap(
        np.array(knots["statistic"], dtype=np.float64),
        np.array(knots["calibrated"], dtype=np.float64),
    )
    return WordModel(data["shares"], mated, calibrated)
