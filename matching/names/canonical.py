"""The canonical spelling of a word: sounds written alike, whichever language romanised them.

The rules are few and general on purpose. They cover romanisations that change the first letter or
several letters at once (Zhukov and Jukov, Khalil and Halil, Xu and Hsu, Wojcik and Vojcik);
ordinary slips are left to the similarity of spelling.
"""

from __future__ import annotations

import re
from functools import lru_cache

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
    """Return the canonical spelling again, not to be remembered: its caller keeps it."""
    word = _START.sub(lambda found: _AT_START[found[0]], word)
    word = _SOFT_C.sub("S", word)
    word = _INNER.sub(lambda found: _WITHIN[found[0]], word)
    word = _DOUBLED.sub(r"\1", word)
    return _END.sub(lambda found: _AT_END[found[0]], word)
