"""The weight of a word, from the frequency of similar words."""

import numpy as np

from matching.levels import Bits
from matching.name_parameters import WORD_INITIAL_SHARE, WORD_LEAST_BITS, WORD_LEAST_SHARE
from matching.names.likeness import UNLIKE, grades


def graded_bits(likeness: Bits, shares: Bits, mated: Bits, *, least: float) -> Bits:
    """Return float64 (n,): the bits of finding each of n words in place of a stated word.

    bits = log2(m / u). m is the share of mated words of this grade, `mated` float64 (grades,). u
    is the share of people with a word at least this similar, from the shares of the n words,
    `shares` float64 (n,), and never less than `least`. Bits never rise from one grade to a lower
    grade. `likeness`: float64 (n,), each at least the likeness of the last grade.
    """
    found = grades(likeness)
    held = np.bincount(found, weights=shares, minlength=UNLIKE).astype(np.float64)
    worth = grade_bits(held, mated, least=least)
    return worth[found]


def grade_bits(shares: Bits, mated: Bits, *, least: float) -> Bits:
    """Return float64 (grades,): the bits of each grade, given the share of people
    in each grade.
    """
    neighbours = np.clip(np.cumsum(shares), least, 1.0)
    falling = np.minimum.accumulate(np.log2(mated / neighbours))
    # The minimum falls too, so that the same word is always worth more than a similar word.
    return np.maximum(falling, WORD_LEAST_BITS * np.arange(UNLIKE, 0, -1) / UNLIKE)


def initial_bits(share: float) -> float:
    """Return the bits of an initial that begins a word, given the share of words that begin with
    it.
    """
    return max(float(np.log2(WORD_INITIAL_SHARE / max(share, WORD_LEAST_SHARE))), WORD_LEAST_BITS)
