"""Match forms: what is left of a text once spelling habits are taken away."""

from __future__ import annotations

import unicodedata

from anyascii import anyascii

# Beside the plain signs: acute accent, single quotation marks and the letter apostrophe.
_SILENT = str.maketrans(dict.fromkeys("'`.\u00b4\u2018\u2019\u02bc", ""))
_TITLES = """
MR MRS MS MISS MX DR SIR DAME LADY LORD REV REVEREND PROF PROFESSOR FR MASTER
"""
_HONORIFICS = frozenset(_TITLES.split())


def match_form(text: str) -> str:
    """Return the text in plain capitals: A-Z, 0-9 and single spaces.

    NFKC, then transliteration to ASCII; apostrophes and full stops vanish, other signs part
    words. The raw text is kept elsewhere.
    """
    if not text.isascii():
        text = anyascii(unicodedata.normalize("NFKC", text))
    text = text.translate(_SILENT).upper()
    if text.isalnum():
        return text
    return " ".join("".join(sign if sign.isalnum() else " " for sign in text).split())


def without_honorifics(words: list[str]) -> list[str]:
    """Return the words without leading titles; a title that is all there is stays a name."""
    start = 0
    while start < len(words) - 1 and words[start] in _HONORIFICS:
        start += 1
    return words[start:]
