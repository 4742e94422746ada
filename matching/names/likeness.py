"""How similar two words of names are, whichever letter they begin with, and what that is worth."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cdist

from domain.arrays import Intps
from matching.levels import Bits
from matching.name_parameters import (
    WORD_CANONICAL_SHARE,
    WORD_EDGE,
    WORD_EDGE_LETTERS,
    WORD_EDIT_BASE,
    WORD_EDIT_SHARE,
    WORD_GRADES,
    WORD_INITIAL_SHARE,
    WORD_LEAST_BITS,
    WORD_LEAST_SHARE,
    WORD_NICKNAME,
    WORD_SHORT,
    WORD_SHORT_DEDUCTION,
)
from matching.names.text import canonical


@cache
def _names_by_group() -> dict[str, tuple[str, ...]]:
    lines = Path(__file__).with_name("nicknames.txt").read_text("utf-8").splitlines()
    return {f"{number}": tuple(line.split()) for number, line in enumerate(lines, start=1)}


@cache
def _groups_by_name() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for group, names in _names_by_group().items():
        for name in names:
            found[name].append(group)
    return {name: tuple(groups) for name, groups in found.items()}


def groups_of(forename: str) -> tuple[str, ...]:
    """Return the labels of a forename's groups. Most rare names have none."""
    return _groups_by_name().get(forename, ())


def variants_of(forename: str) -> frozenset[str]:
    """Return the forenames that a person with this one may use. The relation is symmetric."""
    names = _names_by_group()
    found = {name for group in groups_of(forename) for name in names[group]}
    return frozenset(found - {forename})


GRADES = np.array(WORD_GRADES)
"""float64 (grades,), falling: the lowest likeness of each grade. The first is the same word."""

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
    raw = similarities(word, others)
    canon = similarities(own, canonicals)
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


def _unedited(own: str, theirs: Sequence[str]) -> Bits:
    """Return float64 (n,): the share of letters unedited. Swapping two neighbours is one edit."""
    table = cdist([own], theirs, scorer=OSA.normalized_similarity, dtype=np.float64)
    return np.asarray(table[0], dtype=np.float64)


def _is_edge(word: str, other: str) -> bool:
    """Return whether one word begins or ends the other and has enough letters."""
    short, long = sorted((word, other), key=len)
    is_edge = long.startswith(short) or long.endswith(short)
    return is_edge and len(short) >= WORD_EDGE_LETTERS


def grades(likeness: Bits) -> Intps:
    """Return intp (n,): each likeness's grade. 0 is the same word, `UNLIKE` below all grades."""
    return np.asarray(np.searchsorted(-GRADES, -(likeness + 1e-6)))


def similarities(own: str, theirs: Sequence[str]) -> Bits:
    """Return float64 (n,): the Jaro-Winkler similarity of `own` to each text."""
    if not own or not theirs:
        return np.zeros(len(theirs))
    # No score_cutoff: it rounds, so a similarity of exactly the threshold would fall below it.
    table = cdist(
        [own],
        theirs,
        scorer=JaroWinkler.normalized_similarity,
        dtype=np.float64,
    )
    return np.asarray(table[0], dtype=np.float64)


def graded_bits(likeness: Bits, shares: Bits, mated: Bits, *, least: float) -> Bits:
    """Return float64 (n,): the bits of finding each of n words in place of a stated word.

    bits = log2(m / u). m is the share of mated words of this grade, `mated` float64 (grades,). u
    is the share of people with a word at least this similar, from the shares of the n words,
    `shares` float64 (n,), and never less than `least`. Bits never rise from one grade to a lower
    grade. `likeness`: float64 (n,), each at least the likeness of the last grade.
    """
    found = grades(likeness)
    held = np.bincount(found, weights=shares, minlength=UNLIKE).astype(np.float64)
    worth = grade_bits(held, mated, least=least)
    return worth[found]


def grade_bits(shares: Bits, mated: Bits, *, least: float) -> Bits:
    """Return float64 (grades,): the bits of each grade, given the share of people in each."""
    neighbours = np.clip(np.cumsum(shares), least, 1.0)
    falling = np.minimum.accumulate(np.log2(mated / neighbours))
    # The minimum falls too, so that the same word is always worth more than a similar word.
    return np.maximum(falling, WORD_LEAST_BITS * np.arange(UNLIKE, 0, -1) / UNLIKE)


def initial_bits(share: float) -> float:
    """Return the bits of an initial that begins a word; `share`: of words that begin with it."""
    return max(float(np.log2(WORD_INITIAL_SHARE / max(share, WORD_LEAST_SHARE))), WORD_LEAST_BITS)
