"""Other ways in which a stated name or date may have been recorded, expanded in the query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from matching.names.nicknames import variants_of
from matching.parameters import ENQUIRY_SIMILARITY, ENQUIRY_WORDS

if TYPE_CHECKING:
    from matching.enquiry.vocabulary import Vocabulary
    from matching.levels import Bits

Words = npt.NDArray[np.int64]
_FIRST_YEAR, _LAST_YEAR = 1850, 2150


@dataclass(frozen=True, slots=True, eq=False)
class WordsLike:
    """The words one word may stand for.

    `words`: int64 (n,), distinct numbers of words tried in its place: the word itself and known
    variants first, then near spellings, then words of the same sound. `known` is the number of
    words of the first kind, `heard` marks those of the last. An initial stands for every word that
    begins with it.
    """

    text: str
    words: Words
    known: int
    heard: Words

    @property
    def is_initial(self) -> bool:
        """Whether only the first letter was given."""
        return len(self.text) == 1

    def likeness(self, others: Words, vocabulary: Vocabulary) -> Bits:
        """Return float64 (n,): likeness of each to the word, 1 for itself and known variants."""
        result = vocabulary.similarities(self.text, others)
        result[np.isin(others, self.heard)] = ENQUIRY_SIMILARITY
        result[np.isin(others, self.words[: self.known])] = 1.0
        if self.is_initial:
            result[np.isin(others, vocabulary.beginning_like(self.text))] = 1.0
        return result


def forenames_like(word: str, vocabulary: Vocabulary) -> WordsLike:
    """Return the forenames one forename may stand for: spelling, sound, short forms, initials."""
    return _words_like(word, [word, *sorted(variants_of(word)), word[:1]], vocabulary)


def surnames_like(word: str, tokens: tuple[str, ...], vocabulary: Vocabulary) -> WordsLike:
    """Return the surnames one surname may stand for: spelling, sound, its parts."""
    return _words_like(word, [word, *tokens], vocabulary)


def _words_like(word: str, known: list[str], vocabulary: Vocabulary) -> WordsLike:
    exact = [number for text in dict.fromkeys(known) if (number := vocabulary.find(text))]
    others, likeness = vocabulary.spelled_like(word)
    near = np.flatnonzero(likeness >= ENQUIRY_SIMILARITY)
    near = others[near[np.argsort(-likeness[near], kind="stable")][:ENQUIRY_WORDS]]
    heard = np.array(vocabulary.sounding_like(word)[:ENQUIRY_WORDS], dtype=np.int64)
    words = dict.fromkeys([*exact, *near.tolist(), *heard.tolist()])
    return WordsLike(
        text=word, words=np.array(list(words), dtype=np.int64), known=len(exact), heard=heard
    )


def date_ranges(number: int) -> npt.NDArray[np.int64]:
    """Return int64 (n, 2): ranges, both ends included, of dates that YYYYMMDD may stand for.

    A whole date: itself, day and month swapped, one digit wrong, neighbours swapped, one or ten
    years off, or incomplete. An unknown part (0) is a wild card.
    """
    year, month, day = number // 10000, number // 100 % 100, number % 100
    if year and month and day:
        singles = _variants(year, month, day)
        return np.array([(one, one) for one in sorted(singles)], dtype=np.int64)
    if year and month:
        return np.array([(number, number + 99), (year * 10000, year * 10000)], dtype=np.int64)
    if year:
        return np.array([(year * 10000, year * 10000 + 9999)], dtype=np.int64)
    return _any_year(month, day)


def _any_year(month: int, day: int) -> npt.NDArray[np.int64]:
    years = np.arange(_FIRST_YEAR, _LAST_YEAR + 1, dtype=np.int64) * 10000
    if not month:
        # A day alone is too little to search by, as is an empty date.
        years = years[:0]
    first = years + month * 100 + day
    return np.stack([first, first if day else first + 99], axis=1)


def _variants(year: int, month: int, day: int) -> set[int]:
    number = year * 10000 + month * 100 + day
    digits = f"{number:08d}"
    found = {number, year * 10000 + day * 100 + month}
    found |= {number + years * 10000 for years in (-10, -1, 1, 10)}
    found |= {
        int(digits[:place] + digit + digits[place + 1 :])
        for place in range(8)
        for digit in "0123456789"
    }
    found |= {
        int(digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :])
        for place in range(7)
    }
    whole = {one for one in found if _is_date(one)}
    return whole | {year * 10000, year * 10000 + month * 100, month * 100 + day}


def _is_date(number: int) -> bool:
    if not _FIRST_YEAR <= number // 10000 <= _LAST_YEAR:
        return False
    try:
        date(number // 10000, number // 100 % 100, number % 100)
    except ValueError:
        return False
    return True
