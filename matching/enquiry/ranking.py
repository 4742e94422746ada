"""A rough first weighting of entries, so that only the likeliest people are compared in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from matching.comparators.date_of_birth import SCALE as DATE_SCALE
from matching.comparators.date_of_birth import Dates, date_codes
from matching.enquiry.vocabulary import NO_WORD
from matching.forms import day_numbers
from matching.parameters import ENQUIRY_NAME_BITS, STARTING_LEVELS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matching.enquiry.block import Entries
    from matching.enquiry.expansion import WordsLike
    from matching.enquiry.lookup import Query
    from matching.enquiry.vocabulary import Vocabulary
    from matching.levels import Bits

Words = npt.NDArray[np.int64]
_DATE_BITS = np.array(
    [0.0, *(STARTING_LEVELS["date of birth"][level.key][1] for level in DATE_SCALE.levels)]
)


def name_bits(
    entries: Entries, query: Query, vocabulary: Vocabulary, rarity: Callable[[Words], Bits]
) -> Bits:
    """Return float64 (n,): approximate bits of the entries' names, either order tried.

    `rarity` maps word numbers, int64 (w,), to log2 of their rarity, float64 (w,).
    """
    both = np.concatenate([entries.forenames, entries.surnames])
    words, inverse = np.unique(both, return_inverse=True)
    first, last = np.split(inverse, 2)
    numbers = words.astype(np.int64)
    rare = rarity(numbers)
    forename, surname = (
        _word_bits(numbers, like, vocabulary, rare) for like in (query.forename, query.surname)
    )
    straight, crossed = forename[first] + surname[last], forename[last] + surname[first]
    return np.maximum(straight, crossed - 1.0)


def _word_bits(words: Words, like: WordsLike | None, vocabulary: Vocabulary, rare: Bits) -> Bits:
    if like is None:
        return np.zeros(len(words))
    # Worth its rarity if the same, little if merely similar, and something against otherwise.
    share = np.clip((like.likeness(words, vocabulary) - 0.7) / 0.3, 0.0, 1.0) ** 2
    bits = share * (rare + ENQUIRY_NAME_BITS) - ENQUIRY_NAME_BITS
    return np.where(words == NO_WORD, 0.0, bits)


def date_bits(entries: Entries, dates: Sequence[int]) -> Bits:
    """Return float64 (n,): approximate bits of the entries' dates, for the best stated date."""
    if not dates:
        return np.zeros(len(entries.dates))
    numbers = entries.dates.astype(np.int64)
    theirs = Dates(numbers, day_numbers(numbers))
    return np.asarray(np.max([_DATE_BITS[date_codes(own, theirs)] for own in dates], axis=0))
