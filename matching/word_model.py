"""The fitted weights of words of names. They are part of a model, so evidence can be replayed.

The gallery counts how common words are; a search stores the counts that it used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

import numpy as np

from domain.arrays import Int8s
from domain.errors import ModelError
from domain.searches.searches import CountedWord, CountedWords
from matching.calibration import CalibrationMap
from matching.levels import Bits
from matching.name_parameters import WORD_LEAST_SHARE
from matching.names.likeness import (
    UNLIKE,
    grade_bits,
    grades,
    initial_bits,
    likenesses,
    variants_of,
)
from matching.names.vocabulary import Vocabulary

SAME, INITIAL, VARIANT = 0, UNLIKE + 1, UNLIKE + 2
"""Further grades of a match, beside the grades of likeness."""

_FIRST = itemgetter(0)
Grades = Int8s


@dataclass(frozen=True, slots=True)
class Unmet:
    """How a model weighs words whose frequency it does not know.

    `share`: the share of people assumed for a word that nobody had among the people used for
    fitting, because the word may be common in the gallery. `entries`: how many entries of a
    gallery count as much as the shares of the model.
    """

    share: float
    entries: int


class WordModel:
    """The bits of a stated word that matches another word. Immutable and thread-safe.

    `shares`: the share of people with each word. `mated`: float64 (grades,), the share of mated
    words in each grade. `calibrated`: map from the bits of a whole name to calibrated bits.
    `unmet`: None in older models, which take a word that they do not know for rare, and ignore the
    counts of galleries.
    """

    def __init__(
        self,
        shares: Mapping[str, float],
        mated: Bits,
        calibrated: CalibrationMap,
        unmet: Unmet | None = None,
    ) -> None:
        self.mated = mated
        self.calibrated = calibrated
        self._unmet = unmet
        self._entries = 0
        self._counted: Mapping[str, CountedWord] = {}
        self._vocabulary = Vocabulary()
        letters: dict[str, float] = defaultdict(float)
        for word, share in shares.items():
            self._vocabulary.add(word)
            letters[word[0]] += share
        self._vocabulary.settle()
        self._shares = np.array([0.0, *shares.values()])
        self._letters = dict(letters)
        self._fitted = lru_cache(65_536)(self._fitted_shares)

    @property
    def counts(self) -> bool:
        """Whether the model uses the counts of galleries; models before version 3 do not."""
        return self._unmet is not None

    def counted_in(self, counted: CountedWords) -> WordModel:
        """Return this model with the shares of these words as counted in a gallery.

        The model's own shares count as much as some number of entries, so that few entries change
        little. Only for a model that `counts`.
        """
        found = copy(self)
        found._entries = counted.entries
        found._counted = {one.text: one for one in counted.words}
        return found

    def worth(self, word: str) -> Bits:
        """Return float64 (grades,): the bits of each grade of a word."""
        held, known = self._fitted(word), self._counted.get(word)
        if known is not None:
            held = self._joined(held, np.array(known.alike, dtype=np.float64))
        return grade_bits(held, self.mated, least=WORD_LEAST_SHARE)

    def _fitted_shares(self, word: str) -> Bits:
        """Return float64 (grades,): the share of people with words of each grade; read-only."""
        numbers, likeness = self._vocabulary.like(word)
        shares = self._shares[numbers]
        held = np.bincount(grades(likeness), shares, minlength=UNLIKE).astype(np.float64)
        if self._unmet is not None and not self._vocabulary.find(word):
            held[SAME] = self._unmet.share
        held.flags.writeable = False
        return held

    def _joined(self, fitted: Any, counted: Any) -> Any:
        """Return the shares of the model and the counts of a gallery, combined as one sample."""
        weight = 0 if self._unmet is None else self._unmet.entries
        return (counted + weight * fitted) / (self._entries + weight)

    def _initial(self, word: str) -> float:
        """Return the share of words that begin with the letter of a word."""
        share, known = self._letters.get(word[0], 0.0), self._counted.get(word)
        return share if known is None else float(self._joined(share, known.initial))

    def meet(
        self, word: str, others: Sequence[str], canonicals: Sequence[str]
    ) -> tuple[Bits, Grades]:
        """Return bits, float64 (n,), and grade, int8 (n,), of matching each word; 0 if unlike."""
        is_short = np.fromiter(map(len, others), np.int64, len(others)) == 1
        found = grades(likenesses(word, others, canonicals)).astype(np.int8)
        worth = np.append(self.worth(word), 0.0)
        bits = worth[np.minimum(found, UNLIKE)]
        variants = variants_of(word)
        for at in [at for at, other in enumerate(others) if other in variants] if variants else ():
            found[at] = SAME if found[at] == SAME else VARIANT
        begins = np.fromiter(map(_FIRST, others), np.dtype("U1"), len(others)) == word[0]
        initial = begins & (is_short | (len(word) == 1))
        found[initial] = INITIAL
        bits[initial] = initial_bits(self._initial(word))
        short = is_short | (len(word) == 1)
        bits[short & ~initial], found[short & ~initial] = 0.0, UNLIKE
        return bits, found


def word_model(data: Mapping[str, Any]) -> WordModel:
    """Return the model that plain data describes. Raises ModelError if its grades differ."""
    mated = np.array(data["mated"], dtype=np.float64)
    if len(mated) != UNLIKE:
        raise ModelError(
            "The model grades words differently from this version of the software: train "
            "the model again."
        )
    knots = data["calibration"]
    calibrated = CalibrationMap(
        np.array(knots["statistic"], dtype=np.float64),
        np.array(knots["calibrated"], dtype=np.float64),
    )
    unmet = Unmet(**data["unmet"]) if "unmet" in data else None
    return WordModel(data["shares"], mated, calibrated, unmet)
