"""How often docstrings use the words that the style avoids."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.house.sources import Source

PERSON_WORDS = ("who", "whom", "whoever", "nobody", "somebody")
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")
_CODE = re.compile(r"`[^`]*`")


@dataclass(frozen=True, slots=True)
class Prose:
    """Words of docstrings, and how many of them are avoided."""

    words: int
    person_words: int
    """`PERSON_WORDS`."""
    whats: int
    """Occurrences of `what`."""

    @property
    def person_words_per_1000(self) -> float:
        """`PERSON_WORDS` in 1,000 words."""
        return 1000 * self.person_words / max(1, self.words)

    @property
    def whats_per_1000(self) -> float:
        """Occurrences of `what` in 1,000 words."""
        return 1000 * self.whats / max(1, self.words)


def count_prose(files: Iterable[Source]) -> Prose:
    """Count the words of all docstrings of these files; code between backticks is no prose."""
    words = [
        word.lower()
        for file in files
        for text in file.docstrings()
        for word in _WORD.findall(_CODE.sub(" ", text))
    ]
    return Prose(len(words), sum(map(words.count, PERSON_WORDS)), words.count("what"))
