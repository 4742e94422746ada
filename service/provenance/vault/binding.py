"""What a sealed payload is bound to: its place, its number, and the rows that own it.

The owner is the column that names the payload and the key of its row, as one text. A payload of
another owner does not open, whoever wrote the row that names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

_SEPARATOR = "\x1f"
"""Between the parts of an owner; no id holds a control character."""
_BETWEEN = "\x1e"
"""Between owners: a capture that a merge has moved stands in two rows."""
_LENGTH_BYTES = 2

MARK = b"bound/2\n"
"""Begins what follows the commitment of a payload that is bound to its owners.

Those of earlier releases have a random nonce there instead, and are bound to their number alone.
"""

NOBODY = ""
"""The owner where no row was said."""


class Named(int):
    """The number of a payload as a row names it."""

    owner: str = NOBODY

    def __new__(cls, number: int, owner: str) -> Named:
        """Return the number with the row that names it, as `owner_text` writes it."""
        made = super().__new__(cls, number)
        made.owner = owner
        return made


class Bound(NamedTuple):
    """A stored payload without its reference and commitment, taken apart."""

    owners: tuple[str, ...]
    sealed: bytes
    """Nonce, ciphertext and tag."""


def owner_text(column: str, key: Iterable[Any]) -> str:
    """Return an owner: `table.column` and the values of its key."""
    return _SEPARATOR.join((column, *map(str, key)))


def number_named(text: str) -> Named:
    """Return the number that a text `NUMBER, owner` says, parts as in `owner_text`."""
    number, _, owner = text.partition(_SEPARATOR)
    return Named(int(number), owner)


def owner_of(number: int) -> str:
    """Return the row that names a number, or nobody."""
    return number.owner if isinstance(number, Named) else NOBODY


def bound(owners: Sequence[str]) -> bytes:
    """Return the part of a stored payload that names its owners."""
    names = _BETWEEN.join(sorted(set(owners))).encode()
    return MARK + len(names).to_bytes(_LENGTH_BYTES) + names


def taken_apart(rest: bytes) -> Bound | None:
    """Return what follows a commitment, or None for a payload of an earlier release."""
    if not rest.startswith(MARK):
        return None
    begin = len(MARK) + _LENGTH_BYTES
    end = begin + int.from_bytes(rest[len(MARK) : begin])
    names = rest[begin:end].decode(errors="replace")
    return Bound(tuple(names.split(_BETWEEN)), rest[end:])
