"""The weight of a word, by the frequency of similar words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matching.name_parameters import WORD_INITIAL_SHARE, WORD_LEAST_BITS, WORD_LEAST_SHARE
from matching.names.likeness import UNLIKE, grades

if TYPE_CHECKING:
    from matching.levels import Bits


def graded_bits(likeness: Bits, shares: Bits, mated: Bits, *, least: float) -> Bits:
    """Return float64 (n,): the bits of meeting each of n words in place of a stated one.

    bits = log2(m / u): m the share of mated words of this grade, `mated` float64 (grades,), u the
    share of people with a word at least this like, from `shares`, float64 (n,), of the n words;
    never less than `least`. They never rise from a grade to a lower one. `likeness`: float64 (n,),
    each at least that of the last grade.
    """
    found = grades(likeness)
    held = np.bincount(found, weights=shares, minlength=UNLIKE).astype(np.float64)
    worth = grade_bits(held, mated, least=least)
    return worth[found]


def grade_bits(shares: Bits, mated: Bits, *, least: float) -> Bits:
    """Return float64 (grades,): the bits of each grade, given the share of people in each."""
    neighbours = np.clip(np.cumsum(shares), least, 1.0)
    falling = np.minimum.accumulate(np.log2(mated / neighbours))
    # The floor falls too, so that the same word is always worth more than one like it.
    return np.maximum(falling, WORD_LEAST_BITS * np.arange(UNLIKE, 0, -1) / UNLIKE)


def initial_bits(share: float) -> float:
    """Return the bits of an initial that begins a word, given the share of words it begins."""
    return max(float(np.log2(WORD_INITIAL_SHARE / max(share, WORD_LEAST_SHARE))), WORD_LEAST_BITS)
