"""Match forms of names: plain texts, sounds, canonical words, and words of all fields."""

import re
import unicodedata
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

import jellyfish
from anyascii import anyascii

_SILENT = b"'`."
_PLAIN = bytes(
    ord(sign.upper()) if sign.isalnum() else ord(" ") for sign in map(chr, range(128))
).ljust(256)
"""The replacement of each ASCII character. A bytes table is several times faster than a str."""
_TITLES = """
MR MRS MS MISS MX DR SIR DAME LADY LORD REV REVEREND PROF PROFESSOR FR MASTER
"""
_HONORIFICS = frozenset(_TITLES.split())


def match_form(text: str) -> str:
    """Return the text in plain capitals: A-Z, 0-9 and single spaces.

    The text is normalised to NFKC, then transliterated to ASCII. Apostrophes and full stops are
    dropped; other signs separate words. The raw text is kept elsewhere.
    """
    if not text.isascii():
        text = anyascii(unicodedata.normalize("NFKC", text))
    text = text.encode("ascii").translate(_PLAIN, _SILENT).decode("ascii")
    return " ".join(text.split()) if " " in text else text


def without_honorifics(words: list[str]) -> list[str]:
    """Return the words without leading titles. If all are titles, the last is kept."""
    start = 0
    while start < len(words) - 1 and words[start] in _HONORIFICS:
        start += 1
    return words[start:]


@lru_cache(maxsize=65_536)
def sound(word: str) -> str:
    """Return the Metaphone key of a match form, or an empty string for a word without sound.

    Callers must treat two empty keys as not comparable, never as equal.
    """
    return jellyfish.metaphone(word).replace(" ", "")


_AT_START = {
    "HS": "S", "KN": "N", "WR": "R", "PS": "S", "MC": "MAK", "MAC": "MAK", "X": "S", "IE": "E",
    "YE": "E", "TSCH": "C", "TS": "C",
}  # fmt: skip
_WITHIN = {
    "SHCH": "$", "SZCZ": "$", "SCH": "$", "TSCH": "C", "TCH": "C", "DZH": "J", "CH": "C",
    "CZ": "C", "DJ": "J", "ZH": "J", "RZ": "J", "SZ": "$", "SH": "$", "KH": "H", "GH": "G",
    "PH": "F", "TH": "T", "DH": "D", "BH": "B", "CK": "K", "QU": "KV", "Q": "K", "X": "KS",
    "TS": "Z", "TZ": "Z", "W": "V", "OUGH": "U", "OU": "U", "OO": "U", "EE": "I", "EA": "I",
    "IE": "I", "EI": "I", "EY": "I", "AY": "AI", "IY": "I", "YI": "I", "IJ": "I", "IA": "A",
    "YA": "A", "IU": "U", "YU": "U", "IO": "O", "YO": "O", "AE": "A", "OE": "O", "UE": "U",
    "Y": "I",
}  # fmt: skip
_AT_END = {
    "SKAIA": "SKI", "SKAA": "SKI", "SKAYA": "SKI", "SKA": "SKI", "SKII": "SKI", "CKA": "CKI",
    "OFF": "OV", "OF": "OV", "OVA": "OV", "EVA": "EV", "AH": "A", "EH": "A", "IH": "I",
}  # fmt: skip


def _either(texts: dict[str, str]) -> str:
    return "|".join(sorted(map(re.escape, texts), key=len, reverse=True))


_START = re.compile(f"^(?:{_either(_AT_START)})(?=.)")
_SOFT_C = re.compile("C(?=[EIY])")
_INNER = re.compile(_either(_WITHIN))
_END = re.compile(f"(?<=..)(?:{_either(_AT_END)})$")
_DOUBLED = re.compile(r"(.)\1+")


@lru_cache(65_536)
def canonical(word: str) -> str:
    """Return the canonical spelling of a match form; never empty for a word."""
    return spelled_canonically(word)


def spelled_canonically(word: str) -> str:
    """Return the canonical spelling without caching it. For callers that keep the result."""
    word = _START.sub(lambda found: _AT_START[found[0]], word)
    word = _SOFT_C.sub("S", word)
    word = _INNER.sub(lambda found: _WITHIN[found[0]], word)
    word = _DOUBLED.sub(r"\1", word)
    return _END.sub(lambda found: _AT_END[found[0]], word)


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
