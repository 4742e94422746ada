"""A statement as it is looked up: each word with the words it may match, and their bits."""

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from domain.arrays import Bools, Float32s, Int32s, Int64s, UInt16s
from matching.levels import Bits
from matching.name_parameters import WORD_SHARES
from matching.names.alignment import StatedName
from matching.names.likeness import graded_bits, initial_bits
from matching.names.text import NameWord, joined_words
from matching.names.vocabulary import Vocabulary

Classes = UInt16s
_NO_WORDS, _NO_BITS = np.zeros(0, dtype=np.int64), np.zeros(0)
_SHARES = np.array(WORD_SHARES)


@dataclass(frozen=True, slots=True, eq=False)
class WordList:
    """The words that one stated word may match: int64 (n,), and their bits, float64 (n,).

    Ordered from the weakest to the strongest. `is_initial`: only a letter was stated.
    """

    numbers: Int64s
    bits: Bits
    is_initial: bool


def most_bits(one: WordList) -> float:
    """Return the bits of the strongest word of a list, or 0 for an empty list."""
    return float(one.bits[-1]) if len(one.bits) else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """Words in the order in which they are read, int64 (n,), with a bound for each, descending.

    `bounds`: float64 (n,), the most bits that an entry can have if none of the earlier words is in
    it.
    """

    numbers: Int64s
    bounds: Bits

    def reaching(self, least: float) -> int:
        """Return how many of the words have an upper bound of at least this many bits."""
        return int(np.searchsorted(-self.bounds, -least, side="right"))


_UNKNOWN, _UNREAD = np.zeros(0, dtype=np.float32), Reading(_NO_WORDS, _NO_BITS)


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """One stated name and everything that is stated with it.

    `lists`: one for each word of the name, then one for each of its words written together.
    `dates`: YYYYMMDD, 0 for unknown parts. `areas`: int32 (n,), numbers of the areas of homes.
    `met`: uint16 (vocabulary,), the class of each word: words of one class are worth the same in
    every list, and words of class 0 are in no list. The bits of `name` are bits of classes.
    `alone`: float32 (classes,), the bits of an entry that matches words of only one class.
    `reading`: the words of all lists that are looked up.
    """

    name: StatedName
    lists: tuple[WordList, ...]
    dates: tuple[int, ...]
    areas: Int32s
    met: Classes
    alone: Float32s
    reading: Reading

    def is_looked_up(self, number: int) -> bool:
        """Return whether this list is looked up. An initial's is not if there are other words."""
        return not (self.lists[number].is_initial and len(self.name.words) > 1)

    def is_in_areas(self, areas: npt.NDArray[np.integer]) -> Bools:
        """Return bool (n,): whether each area number is stated. At least one area must be."""
        # The largest value of a type is never the number of an area.
        stated = np.minimum(self.areas, np.iinfo(areas.dtype).max).astype(areas.dtype)
        found = areas == stated[0]
        for one in stated[1:]:
            found |= areas == one
        return np.asarray(found)


@dataclass(frozen=True, slots=True, eq=False)
class HeldWords:
    """The words that were in the index when a query began.

    `shares`: float64 (words,), the share of entries with each word. `least`: the share assumed for
    a word that no entry has. `entries`: the number of entries. `letters`: the shares of first
    letters that have been computed so far.
    """

    vocabulary: Vocabulary
    shares: Bits
    least: float
    entries: int
    letters: dict[str, float] = field(default_factory=dict)

    def beginning_with(self, letter: str) -> Int64s:
        """Return int64 (n,): the words with this first letter."""
        return self.known(self.vocabulary.beginning_with(letter))

    def letter_bits(self, letter: str) -> float:
        """Return the bits of a word with this first letter that matches it as an initial."""
        return initial_bits(self.letter_share(letter))

    def letter_share(self, letter: str) -> float:
        """Return the sum of the shares of words with this first letter."""
        if letter not in self.letters:
            self.letters[letter] = float(self.shares[self.beginning_with(letter)].sum())
        return self.letters[letter]

    def alike(self, word: str) -> tuple[Int64s, Bits]:
        """Return int64 (n,): the words in the index like this word, and their likeness."""
        numbers, likeness = self.vocabulary.like(word)
        known = numbers < len(self.shares)
        return numbers[known], likeness[known]

    def known(self, numbers: Int64s) -> Int64s:
        """Return those of these words that were in the index when the query began."""
        return numbers[numbers < len(self.shares)]


def query_of(
    words: tuple[NameWord, ...], dates: tuple[int, ...], areas: Int32s, held: HeldWords
) -> Query:
    """Return a stated name in the form used for looking it up."""
    joined = joined_words(words)
    lists = tuple(_word_list(word.text, held) for word in (*words, *joined))
    return query_by((words, joined), lists, dates, areas, size=len(held.shares))


def query_by(
    stated: tuple[tuple[NameWord, ...], tuple[NameWord, ...]],
    lists: tuple[WordList, ...],
    dates: tuple[int, ...],
    areas: Int32s,
    *,
    size: int,
) -> Query:
    """Return a query for the words of a name and for neighbouring words written together
    (`stated`), each with its list.

    `size`: the number of words of the vocabulary.
    """
    met, bits = _classes(lists, size)
    query = Query(StatedName(*stated, tuple(bits)), lists, dates, areas, met, _UNKNOWN, _UNREAD)
    alone = summed(query, np.arange(bits.shape[1])[None, :])
    return replace(query, alone=alone, reading=_reading(query))


def _classes(lists: tuple[WordList, ...], size: int) -> tuple[Classes, Float32s]:
    """Return the class of each word, and the bits of each class, float32 (lists, classes)."""
    met = np.zeros(size, dtype=np.uint16)
    bits = np.zeros((len(lists), 1), dtype=np.float32)
    for at, one in enumerate(lists):
        if not len(one.numbers):
            continue
        # Each class is divided by what its words are worth in this list, which has at most nine
        # values. Two bytes are therefore enough for all classes.
        worth, grades = _steps(one.bits)
        parts = met[one.numbers].astype(np.intp) * len(worth) + grades
        is_part = np.bincount(parts, minlength=bits.shape[1] * len(worth)) > 0
        new = np.cumsum(is_part) + (bits.shape[1] - 1)
        met[one.numbers] = new[parts]
        parted, grade = np.divmod(np.flatnonzero(is_part), len(worth))
        columns = bits[:, parted]
        columns[at] = worth[grade]
        bits = np.concatenate([bits, columns], axis=1)
    return met, bits


def _steps(rising: Bits) -> tuple[Bits, Int64s]:
    """Return the distinct values of an ascending array, and the index of each element in them."""
    is_new = np.ones(len(rising), dtype=np.bool_)
    np.not_equal(rising[1:], rising[:-1], out=is_new[1:])
    return rising[is_new], np.cumsum(is_new) - 1


def summed(query: Query, held: npt.NDArray[np.integer]) -> Float32s:
    """Return float32 (n,): bits of entries with words of these classes. `held`: int (slots, n)."""
    scores = np.zeros(held.shape[1], dtype=np.float32)
    words = len(query.name.words)
    for number, table in enumerate(query.name.bits):
        if query.is_looked_up(number):
            best = table.take(held).max(axis=0)
            scores = scores + best if number < words else np.maximum(scores, best)
    return scores


def _reading(query: Query) -> Reading:
    """Return the words of all lists, beginning with those that an entry of the most bits may

    contain. Consider the first list that matches an entry: apart from it, only later lists can
    match. Words written together replace the sum of the others, so nothing is added to them.
    """
    words = len(query.name.words)
    looked_up = [at for at in range(len(query.lists)) if query.is_looked_up(at)]
    lists = [one for at in looked_up if at < words and len((one := query.lists[at]).numbers)]
    # The rarest first: then little can be added to the other lists, and little of them is read.
    lists.sort(key=most_bits, reverse=True)
    further = [sum(map(most_bits, lists[at + 1 :])) for at in range(len(lists))]
    joined = [query.lists[at] for at in looked_up if at >= words]
    bounds = [one.bits + more for one, more in zip(lists, further, strict=True)]
    numbers = np.concatenate([_NO_WORDS, *(one.numbers for one in (*lists, *joined))])
    found = np.concatenate([_NO_BITS, *bounds, *(one.bits for one in joined)])
    order = np.argsort(-found, kind="stable")
    return Reading(numbers[order], found[order])


def _word_list(word: str, held: HeldWords) -> WordList:
    shares = held.shares
    if len(word) == 1:
        numbers = held.beginning_with(word)
        return WordList(numbers, np.full(len(numbers), held.letter_bits(word)), is_initial=True)
    numbers, likeness = held.alike(word)
    bits = graded_bits(likeness, shares[numbers], _SHARES, least=held.least)
    initial = held.known(np.array([held.vocabulary.find(word[0])]))
    if initial.any():
        numbers, bits = np.append(numbers, initial), np.append(bits, held.letter_bits(word[0]))
    order = np.argsort(bits, kind="stable")
    return WordList(numbers[order], bits[order], is_initial=False)
