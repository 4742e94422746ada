"""Match forms: texts without variations of spelling convention."""

from __future__ import annotations

import unicodedata

from anyascii import anyascii

_SILENT = b"'`."
_PLAIN = bytes(
    ord(sign.upper()) if sign.isalnum() else ord(" ") for sign in map(chr, range(128))
).ljust(256)
"""The replacement of each ASCII character; a bytes table is several times faster than a text
one."""
_TITLES = """
MR MRS MS MISS MX DR SIR DAME LADY LORD REV REVEREND PROF PROFESSOR FR MASTER
"""
_HONORIFICS = frozenset(_TITLES.split())


def match_form(text: str) -> str:
    """Return the text in plain capitals: A-Z, 0-9 and single spaces.

    NFKC, then transliteration to ASCII; apostrophes and full stops are dropped, other signs
    separate words. The raw text is kept elsewhere.
    """
    if not text.isascii():
        text = anyascii(unicodedata.normalize("NFKC", text))
    text = text.encode("ascii").translate(_PLAIN, _SILENT).decode("ascii")
    return " ".join(text.split()) if " " in text else text


def without_honorifics(words: list[str]) -> list[str]:
    """Return the words without leading titles; of titles alone the last stays as a name."""
    start = 0
    while start < len(words) - 1 and words[start] in _HONORIFICS:
        start += 1
    return words[start:]
