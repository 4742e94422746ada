"""The sound of a name."""

from __future__ import annotations

from functools import lru_cache

import jellyfish


@lru_cache(maxsize=65_536)
def sound(word: str) -> str:
    """Return the Metaphone key of a match form; empty if the word has no sound to compare.

    Callers must treat two empty keys as not comparable, never as equal.
    """
    return jellyfish.metaphone(word).replace(" ", "")
