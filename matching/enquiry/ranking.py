"""A first, rough weighing of entries, so that only the likeliest people are compared in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from matching.comparators.date_of_birth import SCALE as DATE_SCALE
from matching.comparators.date_of_birth import date_codes
from matching.enquiry.vocabulary import NO_WORD
from matching.parameters import ENQUIRY_NAME_BITS, STARTING_LEVELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matching.enquiry.block import Entries
    from matching.enquiry.expansion import WordsLike
    from matching.enquiry.lookup import Query
    from matching.enquiry.vocabulary import Vocabulary
    from matching.levels import Bits

_DATE_BITS = np.array(
    [0.0, *(STARTING_LEVELS["date of birth"][level.key][1] for level in DATE_SCALE.levels)]
)


def name_bits(entries: Entries, query: Query, vocabulary: Vocabulary, rarity: Bits) -> Bits:
    """Return float64 (n,): roughly what the names of entries say, either order tried.

    `rarity`: float64 (vocabulary,), log2 of how rare each word is.
    """
    both = np.concatenate([entries.forenames, entries.surnames])
    words, inverse = np.unique(both, return_inverse=True)
    first, last = np.split(inverse, 2)
    forename, surname = (
        _word_bits(words.astype(np.int64), like, vocabulary, rarity)
        for like in (query.forename, query.surname)
    )
    straight, crossed = forename[first] + surname[last], forename[last] + surname[first]
    return np.maximum(straight, crossed - 1.0)


def _word_bits(
    words: npt.NDArray[np.int64], like: WordsLike | None, vocabulary: Vocabulary, rarity: Bits
) -> Bits:
    if like is None:
        return np.zeros(len(words))
    # Worth its rarity when the same, little when merely alike, and something against otherwise.
    share = np.clip((like.likeness(words, vocabulary) - 0.7) / 0.3, 0.0, 1.0) ** 2
    bits = share * (rarity[words] + ENQUIRY_NAME_BITS) - ENQUIRY_NAME_BITS
    return np.where(words == NO_WORD, 0.0, bits)


def date_bits(entries: Entries, dates: Sequence[int]) -> Bits:
    """Return float64 (n,): roughly what the dates of entries say, the best date said."""
    if not dates:
        return np.zeros(len(entries.dates))
    theirs = entries.dates.astype(np.int64)
    return np.asarray(np.max([_DATE_BITS[date_codes(own, theirs)] for own in dates], axis=0))
