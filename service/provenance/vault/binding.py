"""What a sealed payload is bound to: its place, its number, and the rows that own it.

The owner is one text: the column that refers to the payload, and the key of its row. A row cannot
open the payload of another owner, whoever wrote the row.
"""

from collections.abc import Iterable
from typing import Any

SEPARATOR = "\x1f"
"""Separates the parts of an owner; ids have no control characters."""

BETWEEN = b"\x1e"
"""Separates owners: a capture that a merge has moved is in two rows."""

MARK = b"bound/2\n"
"""Begins the data after the commitment, in a payload that is bound to its owners.

The length of the owners' names (two bytes) and the names follow. Payloads of earlier releases have
a random nonce here instead, and are bound only to their number.
"""

NAMES_AT = len(MARK) + 2

NOBODY = ""
"""The owner if no row was given."""

ANYBODY = "*"
"""Stands for every owner, when all payloads are checked by number."""


class Named(int):
    """The number of a payload, with the row that refers to it."""

    owner: str = NOBODY


def named(number: int, owner: str) -> Named:
    """Return a number together with the row that refers to it."""
    made = Named(number)
    made.owner = owner
    return made


def owner_text(column: str, key: Iterable[Any]) -> str:
    """Return an owner: `table.column` and the values of its key."""
    return SEPARATOR.join((column, *map(str, key)))


def owners_in(rest: bytes) -> tuple[str, ...]:
    """Return the owners named in the data after a commitment; none for an earlier release.

    The owners are proved only if the payload opens.
    """
    if not rest.startswith(MARK):
        return ()
    end = NAMES_AT + int.from_bytes(rest[len(MARK) : NAMES_AT])
    return tuple(one.decode() for one in rest[NAMES_AT:end].split(BETWEEN))
