"""Words by their bigrams: find the words that share many bigrams with a given word."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from matching.name_parameters import ENQUIRY_DICE, ENQUIRY_WORDS

_BEGIN, _END = "^", "."
_SIGNS = 128
_WIDTH = 24
"""Number of characters of a word that count. Longer words are cut."""

_ONE, _TWO_HUNDRED = np.uint8(1), np.uint16(200)
_HUNDREDTHS = np.uint16(round(100 * ENQUIRY_DICE))
"""`ENQUIRY_DICE` in hundredths, since it has two decimals."""

Numbers = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Bigrams:
    """The words that contain each bigram.

    `words`: int32 (n,), sorted by bigram. `starts`: int32 (bigrams + 1,). `sizes`: uint8 (w,), the
    number of distinct bigrams of each word.
    """

    words: Numbers
    starts: Numbers
    sizes: npt.NDArray[np.uint8]

    @property
    def bytes_held(self) -> int:
        """Memory of the arrays in bytes."""
        return self.words.nbytes + self.starts.nbytes + self.sizes.nbytes

    def like(self, word: str) -> Numbers:
        """Return int32 (k,): the words most similar to this word by Dice's
        coefficient, unordered.
        """
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
    """Return the bigrams of these words, which are in capitals. The number of a word is its
    position.
    """
    keys, words = _keys(texts)
    pairs = np.unique(keys.astype(np.int64) << 32 | words)
    words = (pairs & 0xFFFFFFFF).astype(np.int32)
    starts = np.searchsorted(pairs >> 32, np.arange(_SIGNS * _SIGNS + 1)).astype(np.int32)
    sizes = np.bincount(words, minlength=len(texts)).astype(np.uint8)
    return Bigrams(words, starts, sizes)


def _keys(texts: Sequence[str]) -> tuple[Numbers, Numbers]:
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
