"""What a sealed payload is bound to: its place, its number, and the rows that own it.

The owner is the column that names the payload and the key of its row, as one text. A payload of
another owner does not open, whoever wrote the row that names it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

SEPARATOR = "\x1f"
"""Between the parts of an owner; no id holds a control character."""

BETWEEN = b"\x1e"
"""Between owners: a capture that a merge has moved stands in two rows."""

MARK = b"bound/2\n"
"""Begins what follows the commitment of a payload that is bound to its owners.

Two bytes with the length of their names follow, and the names. Payloads of earlier releases have a
random nonce there instead, and are bound to their number alone.
"""

NAMES_AT = len(MARK) + 2

NOBODY = ""
"""The owner where no row was said."""

ANYBODY = "*"
"""Stands for every owner, where all payloads are looked into by number."""


class Named(int):
    """The number of a payload as a row names it."""

    owner: str = NOBODY


def named(number: int, owner: str) -> Named:
    """Return a number with the row that names it."""
    made = Named(number)
    made.owner = owner
    return made


def owner_text(column: str, key: Iterable[Any]) -> str:
    """Return an owner: `table.column` and the values of its key."""
    return SEPARATOR.join((column, *map(str, key)))


def owners_in(rest: bytes) -> tuple[str, ...]:
    """Return the owners named by what follows a commitment; none in an earlier release.

    Only a payload that opens proves them.
    """
    if not rest.startswith(MARK):
        return ()
    end = NAMES_AT + int.from_bytes(rest[len(MARK) : NAMES_AT])
    return tuple(one.decode() for one in rest[NAMES_AT:end].split(BETWEEN))
