"""How similar two words of names are, whichever letter they begin with."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cdist

from matching.levels import Bits
from matching.name_parameters import (
    WORD_CANONICAL_SHARE,
    WORD_EDGE,
    WORD_EDGE_LETTERS,
    WORD_EDIT_BASE,
    WORD_EDIT_SHARE,
    WORD_GRADES,
    WORD_NICKNAME,
    WORD_SHORT,
    WORD_SHORT_DEDUCTION,
)
from matching.names.nicknames import variants_of
from matching.names.text import canonical

GRADES = np.array(WORD_GRADES)
"""float64 (grades,), falling: the lowest likeness of each grade. The first grade is
the same word."""

UNLIKE = len(WORD_GRADES)
"""The grade of words that are not alike."""


def likenesses(word: str, others: Sequence[str], canonicals: Sequence[str]) -> Bits:
    """Return float64 (n,), 0 to 1: the likeness of a word to others, given their canonical forms.

    The likeness is the greatest of: Jaro-Winkler of the words; Jaro-Winkler of the canonical
    forms, reduced a little; the share of letters that need no edit in the canonical forms, which
    does not favour the first letter; and a fixed likeness for known variants and for a word that
    begins or ends the other.
    """
    if not others:
        return np.zeros(0)
    own = canonical(word)
    raw = _spelled_alike(word, others)
    canon = _spelled_alike(own, canonicals)
    edits = _unedited(own, canonicals)
    result = np.maximum(raw, WORD_CANONICAL_SHARE * canon)
    result = np.maximum(result, WORD_EDIT_BASE + WORD_EDIT_SHARE * edits)
    lengths = np.fromiter(map(len, others), np.int64, len(others))
    is_short = np.minimum(lengths, len(word)) <= WORD_SHORT
    result -= np.where(is_short & (canon < 1.0), WORD_SHORT_DEDUCTION, 0.0)
    result = np.where(canon == 1.0, np.maximum(result, WORD_CANONICAL_SHARE), result)
    result = np.minimum(result, GRADES[1])
    # Few words contain another word at all, and that is a fast test.
    for at in [at for at, other in enumerate(others) if word in other or other in word]:
        fixed = 1.0 if others[at] == word else WORD_EDGE * _is_edge(word, others[at])
        result[at] = max(result[at], fixed)
    variants = variants_of(word)
    for at in [at for at, other in enumerate(others) if other in variants] if variants else ():
        result[at] = max(result[at], WORD_NICKNAME)
    return np.asarray(result)


def _spelled_alike(own: str, theirs: Sequence[str]) -> Bits:
    """Return float64 (n,): the Jaro-Winkler similarity to each text."""
    table = cdist([own], theirs, scorer=JaroWinkler.normalized_similarity, dtype=np.float64)
    return np.asarray(table[0], dtype=np.float64)


def _unedited(own: str, theirs: Sequence[str]) -> Bits:
    """Return float64 (n,): the share of letters that need no edit. Swapping two neighbours is one
    edit.
    """
    table = cdist([own], theirs, scorer=OSA.normalized_similarity, dtype=np.float64)
    return np.asarray(table[0], dtype=np.float64)


def _is_edge(word: str, other: str) -> bool:
    """Return whether one word begins or ends the other and has enough letters."""
    short, long = sorted((word, other), key=len)
    is_edge = long.startswith(short) or long.endswith(short)
    return is_edge and len(short) >= WORD_EDGE_LETTERS


def grades(likeness: Bits) -> npt.NDArray[np.intp]:
    """Return intp (n,): the grade of each likeness. 0 is the same word; `UNLIKE` is below the last
    grade.
    """
    return np.asarray(np.searchsorted(-GRADES, -(likeness + 1e-6)))
