"""Distinct words of names, found by bigrams. Cost grows with these words, not with people."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from sys import getsizeof

import numpy as np
import numpy.typing as npt

from domain.arrays import Int32s, Int64s, UInt8s
from matching.levels import Bits
from matching.name_parameters import (
    ENQUIRY_DICE,
    ENQUIRY_TAIL_WORDS,
    ENQUIRY_WORDS,
    WORD_EDGE_LETTERS,
)
from matching.names.likeness import GRADES, likenesses, variants_of
from matching.names.text import canonical, spelled_canonically

_BEGIN, _END = "^", "."
_SIGNS = 128
_WIDTH = 24
"""Number of characters of a word that count. Longer words are cut."""

_ONE, _TWO_HUNDRED = np.uint8(1), np.uint16(200)
_HUNDREDTHS = np.uint16(round(100 * ENQUIRY_DICE))
"""`ENQUIRY_DICE` in hundredths, since it has two decimals."""


@dataclass(frozen=True, slots=True, eq=False)
class Bigrams:
    """The words that contain each bigram.

    `words`: int32 (n,), sorted by bigram. `starts`: int32 (bigrams + 1,). `sizes`: uint8 (w,), the
    number of distinct bigrams of each word.
    """

    words: Int32s
    starts: Int32s
    sizes: UInt8s

    @property
    def bytes_held(self) -> int:
        """Memory of the arrays in bytes."""
        return self.words.nbytes + self.starts.nbytes + self.sizes.nbytes

    def like(self, word: str) -> Int32s:
        """Return int32 (k,): the words most similar to this by Dice's coefficient, unordered."""
        own = _bigrams_of(word)
        # A word is in the list of a bigram only once. One byte each fits in the processor's cache.
        shared = np.zeros(len(self.sizes), dtype=np.uint8)
        for one in own:
            words = self.words[self.starts[one] : self.starts[one + 1]].astype(np.intp)
            np.add.at(shared, words, _ONE)
        # Computed in whole numbers of two bytes, because all words are tested. Only a word of one
        # letter has as few as two bigrams. It must share as many as a word with three.
        needed = (np.maximum(self.sizes, 3) + np.uint16(len(own))) * _HUNDREDTHS
        found = np.flatnonzero(shared * _TWO_HUNDRED >= needed)
        dice = 2.0 * shared[found] / (len(own) + self.sizes[found].astype(np.float32))
        if len(found) > ENQUIRY_WORDS:
            found = found[np.argpartition(-dice, ENQUIRY_WORDS)[:ENQUIRY_WORDS]]
        return found.astype(np.int32)


def list_bigrams(texts: Sequence[str]) -> Bigrams:
    """Return the bigrams of words in capitals. The number of a word is its position."""
    keys, words = _keys(texts)
    pairs = np.unique(keys.astype(np.int64) << 32 | words)
    words = (pairs & 0xFFFFFFFF).astype(np.int32)
    starts = np.searchsorted(pairs >> 32, np.arange(_SIGNS * _SIGNS + 1)).astype(np.int32)
    sizes = np.bincount(words, minlength=len(texts)).astype(np.uint8)
    return Bigrams(words, starts, sizes)


def _keys(texts: Sequence[str]) -> tuple[Int32s, Int32s]:
    """Return every bigram and the position of the word it is from; int32 (n,) each."""
    marked = [f"{_BEGIN}{text[: _WIDTH - 2]}{_END}" if text else "" for text in texts]
    signs = np.array(marked, dtype=f"S{_WIDTH}").view(np.uint8).reshape(-1, _WIDTH)
    capped = np.minimum(signs, _SIGNS - 1).astype(np.int32)
    places, columns = np.nonzero(capped[:, 1:])
    keys = capped[places, columns] * _SIGNS + capped[places, columns + 1]
    return np.asarray(keys), places.astype(np.int32)


@lru_cache(4096)
def _bigrams_of(word: str) -> tuple[int, ...]:
    text = f"{_BEGIN}{word[: _WIDTH - 2]}{_END}"
    codes = [min(ord(sign), _SIGNS - 1) for sign in text]
    return tuple({first * _SIGNS + second for first, second in pairwise(codes)})


_LATEST = 64
"""Words whose similar words are kept: an enquiry asks for them twice, to look up and to count."""

NO_WORD = 0
"""The number of the empty word."""

_AFTER_LETTERS = "["
"""The ASCII character after Z."""


@dataclass(frozen=True, slots=True, eq=False)
class _Listed:
    """The words listed so far, sorted for look-up.

    `by_text`, `by_reversed`: int32 (n,), the words in the order of their texts, and of their texts
    read backwards.
    """

    count: int
    raw: Bigrams
    canonical: Bigrams
    by_text: Int32s
    by_reversed: Int32s

    @property
    def bytes_held(self) -> int:
        bigrams = self.raw.bytes_held + self.canonical.bytes_held
        return bigrams + self.by_text.nbytes + self.by_reversed.nbytes


class Vocabulary:
    """Int64s words from 1. Words are never removed, so a number keeps its meaning.

    Only one thread may add words at a time; others may read meanwhile.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {"": NO_WORD}
        self._texts: list[str] = [""]
        self._canonicals: list[str] = [""]
        self._listed = _listed(self._texts, self._canonicals)
        self._liked = lru_cache(_LATEST)(self._alike)

    def __len__(self) -> int:
        return len(self._texts)

    @property
    def bytes_held(self) -> int:
        """Memory of the words in bytes, including their tables."""
        texts = sum(map(getsizeof, self._texts)) + getsizeof(self._texts)
        forms = sum(
            getsizeof(form)
            for form, text in zip(self._canonicals, self._texts, strict=True)
            if form is not text
        )
        tables = getsizeof(self._numbers) + getsizeof(self._canonicals)
        return texts + forms + tables + len(self) * getsizeof(2**20) + self._listed.bytes_held

    def add(self, word: str) -> int:
        """Return the number of a word, added if it is new. Call `settle` after additions."""
        number = self._numbers.get(word)
        if number is None:
            number = len(self._texts)
            form = spelled_canonically(word)
            # The canonical form is added first, so that a concurrent reader has one for each text.
            self._canonicals.append(word if form == word else form)
            self._texts.append(word)
            self._numbers[word] = number
        return number

    def settle(self) -> None:
        """List the words again if many are new. This takes .3 s at 130,000 words."""
        if len(self._texts) - self._listed.count > ENQUIRY_TAIL_WORDS:
            self._listed = _listed(self._texts, self._canonicals)

    def find(self, word: str) -> int:
        """Return the number of a word, or 0 if it is not in the vocabulary."""
        return self._numbers.get(word, NO_WORD)

    def like(self, word: str) -> tuple[Int64s, Bits]:
        """Return the distinct words similar to this, int64 (n,), and their likeness, float64 (n,).

        The word itself is included. Similar words may begin with any letter: words that share
        bigrams, as written or in canonical spelling; known variants; and words that begin or end
        this word, or that this word begins or ends. The arrays are read-only.
        """
        return self._liked(word, self._listed, len(self._texts))

    def _alike(self, word: str, listed: _Listed, size: int) -> tuple[Int64s, Bits]:
        found: list[npt.NDArray[np.integer]] = [
            listed.raw.like(word),
            listed.canonical.like(canonical(word)),
            *self._at_edges(listed, word),
            np.array([self.find(one) for one in (word, *variants_of(word))]),
        ]
        chosen = sorted(set(np.concatenate(found).tolist()) - {NO_WORD})
        # The new words are all compared. They come last, and once each.
        del chosen[bisect_left(chosen, listed.count) :]
        numbers = np.concatenate([chosen, np.arange(listed.count, size)]).astype(np.int64)
        texts, forms = self._texts, self._canonicals
        likeness = likenesses(
            word,
            [texts[n] for n in chosen] + texts[listed.count : size],
            [forms[n] for n in chosen] + forms[listed.count : size],
        )
        alike = likeness >= GRADES[-1]
        numbers, likeness = numbers[alike], likeness[alike]
        numbers.flags.writeable = likeness.flags.writeable = False
        return numbers, likeness

    def beginning_with(self, letter: str) -> Int64s:
        """Return int64 (n,): the words with this first letter."""
        texts, listed = self._texts, self._listed
        low, high = _span(texts, listed.by_text, letter)
        new = [n for n in range(listed.count, len(texts)) if texts[n].startswith(letter)]
        return np.append(listed.by_text[low:high].astype(np.int64), np.array(new, dtype=np.int64))

    def _at_edges(self, listed: _Listed, word: str) -> list[Int32s]:
        """Return the words that this word begins or ends, and the words that begin or end it."""
        least = WORD_EDGE_LETTERS
        if len(word) < least:
            return []
        backwards = _Backwards(self._texts)
        spans = (
            listed.by_text[slice(*_span(self._texts, listed.by_text, word))],
            listed.by_reversed[slice(*_span(backwards, listed.by_reversed, word[::-1]))],
        )
        parts = [word[:n] for n in range(least, len(word))]
        parts += [word[n:] for n in range(1, len(word) - least + 1)]
        held = [number for part in parts if (number := self.find(part))]
        return [*(span[:ENQUIRY_WORDS] for span in spans), np.array(held, dtype=np.int32)]


class _Backwards:
    """Texts read backwards, reversed one at a time."""

    def __init__(self, texts: list[str]) -> None:
        self._texts = texts

    def __getitem__(self, number: int) -> str:
        return self._texts[number][::-1]


def _span(texts: list[str] | _Backwards, order: Int32s, start: str) -> tuple[int, int]:
    """Return the range of `order` whose texts begin with `start`."""
    text = texts.__getitem__
    first = bisect_left(order, start, key=text)
    return first, bisect_left(order, start + _AFTER_LETTERS, lo=first, key=text)


def _listed(texts: list[str], canonicals: list[str]) -> _Listed:
    count = len(texts)
    backwards = [text[::-1] for text in texts]
    return _Listed(
        count=count,
        raw=list_bigrams(texts),
        canonical=list_bigrams(canonicals[:count]),
        by_text=np.array(sorted(range(count), key=texts.__getitem__), dtype=np.int32),
        by_reversed=np.array(sorted(range(count), key=backwards.__getitem__), dtype=np.int32),
    )
