"""The words of a name from all fields, in the form that is looked up and aligned."""

from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from matching.names.text import match_form, without_honorifics

WORD_SLOTS = 6
"""The most words of one name that are compared. Later words are left out."""

JOINED_SLOTS = 2
"""Two slots: forename words written together, and surname words written together."""

_PARTICLE_WORDS = """
AL EL UL AR AS AD AN BIN BINT IBN BEN VAN VON DER DEN DE DA DI DO DOS DAS DU LA LE MC MAC O ST ABU
"""
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
_NO_NAMES = frozenset(("FNU", "LNU", "XXX", "UNKNOWN", "NFN", "NLN", "NMN", "NONAME", "NOTGIVEN"))
"""Words that are entered in forms for a person who has no such name. Each means a missing name."""


class NameField(IntEnum):
    """The field in which a word was written."""

    FORENAME = 1
    MIDDLE = 2
    SURNAME = 3


_JOINED = (NameField.FORENAME, NameField.SURNAME)


class NameWord(NamedTuple):
    """One word in match form and its field."""

    text: str
    field: NameField


def name_words(forename: str, surname: str, middle: str) -> tuple[NameWord, ...]:
    """Return the words of a name as written: forename, surname and middle names, at most six.

    Titles, particles and words for a missing name are left out. Particles are kept if a field has
    no other word.
    """
    words = _forename_words(forename) + _surname_words(surname)
    if middle:
        words += _kept(match_form(middle).split(), NameField.MIDDLE)
    return words[:WORD_SLOTS]


# Whole names seldom repeat, but few of their parts are unique.
@lru_cache(65_536)
def _forename_words(text: str) -> tuple[NameWord, ...]:
    return _kept(without_honorifics(match_form(text).split()), NameField.FORENAME)


@lru_cache(65_536)
def _surname_words(text: str) -> tuple[NameWord, ...]:
    return _kept(match_form(text).split(), NameField.SURNAME)


def _kept(words: list[str], field: NameField) -> tuple[NameWord, ...]:
    named = [word for word in words if word not in _NO_NAMES]
    kept = [word for word in named if word not in _PARTICLES] or named
    return tuple([NameWord(word, field) for word in kept])


def joined_words(words: tuple[NameWord, ...]) -> tuple[NameWord, ...]:
    """Return forename words, and surname words, written together: XIAO MING as XIAOMING."""
    # Not cached: a cache would hold tens of thousands of names, and few have two such words.
    fields = [field for _, field in words]
    found = []
    for field in _JOINED:
        if fields.count(field) < 2:
            continue
        parts = [text for text, written in words if written is field and len(text) > 1]
        if 2 <= len(parts) <= 3:
            found.append(NameWord("".join(parts), field))
    return tuple(found)
