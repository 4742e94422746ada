"""The reference and the secret code of an application.

The reference is its name between the applicant and the office; the code is the secret that opens
it. Both are written in Crockford's base 32, which has no letter that looks like a digit.
"""

from __future__ import annotations

from collections.abc import Callable

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("OIL", "011")

REFERENCE_LENGTH = 10
"""50 bits: two applications do not get the same."""
CODE_LENGTH = 20
"""100 bits: with a few attempts a minute, guessing one is hopeless."""


def new_text(length: int, random_bytes: Callable[[int], bytes]) -> str:
    """Return `length` random characters of the alphabet; `random_bytes` is a secure source."""
    return "".join(_ALPHABET[byte & 31] for byte in random_bytes(length))


def read_text(text: str, length: int) -> str:
    """Return the typed text in its one form; empty for anything that cannot be one.

    Capitals, blanks and dashes do not count, and letters that look like digits are read as these.
    """
    if len(text) > 4 * length:
        return ""
    kept = "".join(one for one in text.upper() if one.isalnum()).translate(_READ_AS)
    return kept if len(kept) == length and set(kept) <= set(_ALPHABET) else ""


def shown(text: str) -> str:
    """Return a reference or a code in groups, as it is written down."""
    size = 4 if len(text) == CODE_LENGTH else 5
    return "-".join(text[at : at + size] for at in range(0, len(text), size))
