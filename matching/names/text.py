"""Match forms of names: plain texts without spelling conventions, sounds, and canonical words."""

import re
import unicodedata
from functools import lru_cache

import jellyfish
from anyascii import anyascii

_SILENT = b"'`."
_PLAIN = bytes(
    ord(sign.upper()) if sign.isalnum() else ord(" ") for sign in map(chr, range(128))
).ljust(256)
"""The replacement of each ASCII character. A bytes table is several times faster
than a str table."""
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
    """Return the words without leading titles. If all words are titles, the last one is kept as a
    name.
    """
    start = 0
    while start < len(words) - 1 and words[start] in _HONORIFICS:
        start += 1
    return words[start:]


@lru_cache(maxsize=65_536)
def sound(word: str) -> str:
    """Return the Metaphone key of a match form, or the empty string if the word has no sound to
    compare.

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
    """Return the canonical spelling without caching it. Use this if the caller
    keeps the result.
    """
    word = _START.sub(lambda found: _AT_START[found[0]], word)
    word = _SOFT_C.sub("S", word)
    word = _INNER.sub(lambda found: _WITHIN[found[0]], word)
    word = _DOUBLED.sub(r"\1", word)
    return _END.sub(lambda found: _AT_END[found[0]], word)
