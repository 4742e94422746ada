"""The words of a name, fields mixed: as they are looked up and aligned."""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from matching.names.text import match_form, without_honorifics

WORD_SLOTS = 6
"""Most words of one name that are compared; later ones are left out."""

JOINED_SLOTS = 2
"""Forename words written together, and surname words written together."""

_PARTICLE_WORDS = """
AL EL UL AR AS AD AN BIN BINT IBN BEN VAN VON DER DEN DE DA DI DO DOS DAS DU LA LE MC MAC O ST ABU
"""
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
_NO_NAMES = frozenset(("FNU", "LNU", "XXX", "UNKNOWN", "NFN", "NLN", "NMN", "NONAME", "NOTGIVEN"))
"""Words that forms require where a person has no such name; each stands for a missing name."""


class NameField(IntEnum):
    """The field that a word was written in."""

    FORENAME = 1
    MIDDLE = 2
    SURNAME = 3


class NameWord(NamedTuple):
    """One word in match form and its field."""

    text: str
    field: NameField


@lru_cache(65_536)
def name_words(forename: str, surname: str, middle: str) -> tuple[NameWord, ...]:
    """Return the words of a name as written: forename, surname and middle names, at most six.

    Titles, particles and the marks of a missing name are left out; particles stay where a field
    has no other word.
    """
    fields = (
        (NameField.FORENAME, without_honorifics(_split(forename))),
        (NameField.SURNAME, _split(surname)),
        (NameField.MIDDLE, _split(middle)),
    )
    return tuple(NameWord(w, field) for field, words in fields for w in _kept(words))[:WORD_SLOTS]


def _split(text: str) -> list[str]:
    return match_form(text).split() if text else []


def _kept(words: list[str]) -> list[str]:
    named = [word for word in words if word not in _NO_NAMES]
    return [word for word in named if word not in _PARTICLES] or named


@lru_cache(65_536)
def joined_words(words: tuple[NameWord, ...]) -> tuple[NameWord, ...]:
    """Return forename words, and surname words, written together: XIAO MING as XIAOMING."""
    found = []
    for field in (NameField.FORENAME, NameField.SURNAME):
        parts = [word.text for word in words if word.field is field and len(word.text) > 1]
        if 2 <= len(parts) <= 3:
            found.append(NameWord("".join(parts), field))
    return tuple(found)
