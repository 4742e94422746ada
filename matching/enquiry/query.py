"""A statement as it is looked up: each word with the words it may stand for, and their bits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from matching.name_parameters import WORD_SHARES
from matching.names.alignment import StatedName
from matching.names.grading import graded_bits, initial_bits
from matching.names.words import joined_words

if TYPE_CHECKING:
    from matching.levels import Bits
    from matching.names.vocabulary import Vocabulary
    from matching.names.words import NameWord

Int64s = npt.NDArray[np.int64]
_FEW = 1 << 16
_SHARES = np.array(WORD_SHARES)


@dataclass(frozen=True, slots=True, eq=False)
class WordList:
    """The words one stated word may stand for: int64 (n,), and their bits, float64 (n,).

    From the weakest to the strongest. `is_initial`: only a letter was stated.
    """

    numbers: Int64s
    bits: Bits
    is_initial: bool


def most_bits(one: WordList) -> float:
    """Return the bits of the strongest word of a list, 0 for an empty one."""
    return float(one.bits[-1]) if len(one.bits) else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """One stated name and all that is stated with it.

    `lists`: of each word of the name, then of each of its words written together. `dates`:
    YYYYMMDD, 0 for unknown parts. `areas`: int32 (n,), keys of areas of homes. `met`: uint16 or
    int32 (vocabulary,), 0 for a word that is in no list, else its place in `alone`. `alone`:
    float32 (n,), the worth of an entry that such a word alone meets; 0 first.
    """

    name: StatedName
    lists: tuple[WordList, ...]
    dates: tuple[int, ...]
    areas: npt.NDArray[np.int32]
    met: npt.NDArray[np.integer]
    alone: npt.NDArray[np.float32]

    def is_looked_up(self, number: int) -> bool:
        """Return whether the list of this number is: an initial is not beside other words."""
        return not (self.lists[number].is_initial and len(self.name.words) > 1)

    def is_in_areas(self, areas: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
        """Return bool (n,): which of these keys of areas are stated; at least one is."""
        return np.asarray(np.logical_or.reduce([areas == one for one in self.areas]))


@dataclass(frozen=True, slots=True, eq=False)
class HeldWords:
    """The words held when a query began.

    `shares`: float64 (words,), the share of entries with each. `least`: the share of a word that
    none has.
    """

    vocabulary: Vocabulary
    shares: Bits
    least: float

    def beginning_with(self, letter: str) -> Int64s:
        """Return int64 (n,): the words with this first letter."""
        return self.known(self.vocabulary.beginning_with(letter))

    def known(self, numbers: Int64s) -> Int64s:
        """Return the words that were held when the query began."""
        return numbers[numbers < len(self.shares)]


def query_of(
    words: tuple[NameWord, ...],
    dates: tuple[int, ...],
    areas: npt.NDArray[np.int32],
    held: HeldWords,
) -> Query:
    """Return a stated name as it is looked up."""
    joined = joined_words(words)
    lists = tuple(_word_list(word.text, held) for word in (*words, *joined))
    tables = tuple(_table(one, len(held.shares)) for one in lists)
    return query_by(StatedName(words, joined, tables), lists, dates, areas)


def query_by(
    name: StatedName,
    lists: tuple[WordList, ...],
    dates: tuple[int, ...],
    areas: npt.NDArray[np.int32],
) -> Query:
    """Return a query of these lists, whose bits are those of the name."""
    looked_up = [one.numbers for one in lists if not (one.is_initial and len(name.words) > 1)]
    numbers = np.unique(np.concatenate([np.zeros(1, dtype=np.int64), *looked_up]))
    size = len(name.bits[0]) if name.bits else 1
    # The smaller, the more of it stays near the processor.
    met: npt.NDArray[np.integer] = np.zeros(size, dtype=np.uint16)
    if len(numbers) >= _FEW:
        met = np.zeros(size, dtype=np.int32)
    met[numbers] = np.arange(len(numbers))
    query = Query(name, lists, dates, areas, met, np.zeros(0, dtype=np.float32))
    return replace(query, alone=summed(query, numbers[None, :]))


def summed(query: Query, held: npt.NDArray[np.integer]) -> npt.NDArray[np.float32]:
    """Return float32 (n,): the bits of entries of these words, int (slots, n)."""
    scores = np.zeros(held.shape[1], dtype=np.float32)
    words = len(query.name.words)
    for number, table in enumerate(query.name.bits):
        if query.is_looked_up(number):
            best = table[held].max(axis=0)
            scores = scores + best if number < words else np.maximum(scores, best)
    return scores


def _word_list(word: str, held: HeldWords) -> WordList:
    shares = held.shares
    if len(word) == 1:
        numbers = held.beginning_with(word)
        bits = np.full(len(numbers), initial_bits(float(shares[numbers].sum())))
        return WordList(numbers, bits, is_initial=True)
    numbers, likeness = held.vocabulary.like(word)
    known = numbers < len(shares)
    numbers, likeness = numbers[known], likeness[known]
    bits = graded_bits(likeness, shares[numbers], _SHARES, least=held.least)
    initial = held.known(np.array([held.vocabulary.find(word[0])]))
    if initial.any():
        letter = float(shares[held.beginning_with(word[0])].sum())
        numbers, bits = np.append(numbers, initial), np.append(bits, initial_bits(letter))
    order = np.argsort(bits, kind="stable")
    return WordList(numbers[order], bits[order], is_initial=False)


def _table(one: WordList, size: int) -> npt.NDArray[np.float32]:
    table = np.zeros(size, dtype=np.float32)
    table[one.numbers] = one.bits
    return table
