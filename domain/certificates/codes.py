"""Numbers and codes of certificates, in Crockford's base 32: no I, L, O and U to misread.

The number names a certificate and tells nothing: it is drawn at random. The code of 128 bits is
printed only on the certificate; a store keeps its digest.
"""

from __future__ import annotations

import hashlib
import re

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011")
_SEPARATORS = re.compile(r"[\s-]+")
CODE_BYTES = 16
NUMBER_BYTES = 8
_GROUP = 5
MOST_TYPED = 64
"""The longest text that is read as a number or a code."""


def code_of(drawn: bytes) -> str:
    """Return a code or number of random bytes, in groups of five; big-endian, left-padded."""
    letters = -(-len(drawn) * 8 // 5)
    value = int.from_bytes(drawn)
    text = "".join(_ALPHABET[value >> 5 * at & 31] for at in range(letters - 1, -1, -1))
    return "-".join(text[at : at + _GROUP] for at in range(0, letters, _GROUP))


def plain_code(typed: str) -> str:
    """Return a code or number as it is compared: without separators, as capitals, I and O read."""
    return _SEPARATORS.sub("", typed[:MOST_TYPED]).upper().translate(_MISREAD)


def code_digest(number: str, code: str) -> str:
    """Return SHA-256, hexadecimal, of a number with its code."""
    text = f"{plain_code(number)} {plain_code(code)}"
    return hashlib.sha256(text.encode()).hexdigest()
