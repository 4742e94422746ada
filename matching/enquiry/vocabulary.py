"""The distinct words of names: cost grows with distinct names, not with people."""

from __future__ import annotations

from array import array
from collections import defaultdict
from sys import getsizeof
from typing import TYPE_CHECKING

import numpy as np

from matching.comparators.similarity import similarities
from matching.names.phonetics import sound

if TYPE_CHECKING:
    import numpy.typing as npt

    from matching.levels import Bits

NO_WORD = 0
"""The number of the empty word."""


class Vocabulary:
    """Numbers words from 1; words are never removed, so a number keeps its meaning.

    Only one thread may add at a time; others may read meanwhile.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {"": NO_WORD}
        self._texts: list[str] = [""]
        self._sounds = array("i", [NO_WORD])
        self._sound_numbers: dict[str, int] = {"": NO_WORD}
        self._by_sound: dict[int, list[int]] = defaultdict(list)
        self._by_letter: dict[str, list[int]] = defaultdict(list)
        self._texts_by_letter: dict[str, list[str]] = defaultdict(list)
        self._letter_words: dict[str, npt.NDArray[np.int64]] = {}

    def __len__(self) -> int:
        return len(self._texts)

    @property
    def bytes_held(self) -> int:
        """Memory of the words in bytes, their tables included."""
        texts = sum(map(getsizeof, self._texts)) + getsizeof(self._texts)
        tables = getsizeof(self._numbers) + getsizeof(self._sound_numbers)
        by_word = (self._by_sound, self._by_letter, self._texts_by_letter, self._letter_words)
        groups = sum(getsizeof(group) for by in by_word for group in by.values())
        numbers = len(self._texts) * getsizeof(2**20)
        return texts + tables + groups + numbers + getsizeof(self._sounds)

    def add(self, word: str) -> int:
        """Return the number of a word, adding it if it is new."""
        number = self._numbers.get(word)
        if number is None:
            number = len(self._texts)
            key = sound(word)
            heard = self._sound_numbers.setdefault(key, len(self._sound_numbers))
            self._sounds.append(heard)
            self._texts.append(word)
            if heard:
                self._by_sound[heard].append(number)
            # Texts first, so that a concurrent reader finds a text for each number.
            self._texts_by_letter[word[0]].append(word)
            self._by_letter[word[0]].append(number)
            self._numbers[word] = number
        return number

    def find(self, word: str) -> int:
        """Return the number of a word, 0 if it is not held."""
        return self._numbers.get(word, NO_WORD)

    def sounds(self, words: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """Return int32 (n,): the number of the sound of each word, 0 for none."""
        return np.array(self._sounds, dtype=np.int32)[words]

    def sound_of(self, word: str) -> int:
        """Return the number of a word's sound, 0 if no held word has it."""
        return self._sound_numbers.get(sound(word), NO_WORD)

    def sounding_like(self, word: str) -> list[int]:
        """Return the words that sound like this one."""
        return list(self._by_sound.get(self.sound_of(word), ()))

    def beginning_like(self, word: str) -> npt.NDArray[np.int64]:
        """Return int64 (n,): the words with the same first letter.

        Near spellings are only searched among these: a slip in the first letter is rare, and other
        keys find such people.
        """
        numbers = self._by_letter.get(word[:1], [])
        held = self._letter_words.get(word[:1])
        if held is None or len(held) != len(numbers):
            held = np.array(numbers, dtype=np.int64)
            held.flags.writeable = False
            self._letter_words[word[:1]] = held
        return held

    def spelled_like(self, word: str) -> tuple[npt.NDArray[np.int64], Bits]:
        """Return `beginning_like` and, float64 (n,), the spelling similarity of each."""
        numbers = self.beginning_like(word)
        texts = self._texts_by_letter.get(word[:1], [])
        return numbers, similarities(word, texts[: len(numbers)])

    def similarities(self, word: str, others: npt.NDArray[np.int64]) -> Bits:
        """Return float64 (n,): the spelling similarity of a word to words by number."""
        texts = self._texts
        return similarities(word, [texts[number] for number in others.tolist()])
