"""One rule for text at every door: no character that is not seen, or that turns others round.

A name that holds one reads as another name, or is not found although it looks the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
"""C0 and C1, but tab and ends of lines: fields of one line refuse these by themselves."""
_TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Bidirectional controls (Unicode Standard Annex 9)."""
_WITHOUT_WIDTH = (
    "\u180e\u200b-\u200d\u2028\u2029\u2060-\u2064\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
)
"""Characters of no width, separators that no keyboard has, and tags."""

UNSEEN = f"{_CONTROLS}{_TURNING}{_WITHOUT_WIDTH}"
"""The characters that are refused, as the inside of a class of a regular expression."""

SAID = "It holds a character that cannot be seen, or that turns text round: type it anew."
"""The message about such a text."""

_FIND = re.compile(f"[{UNSEEN}]").search


def holds_unseen(text: str) -> bool:
    """Whether a text holds a character that is refused."""
    return _FIND(text) is not None


def pointer_to_unseen(value: object, pointer: str = "") -> str | None:
    """Return the JSON pointer of the first text with such a character in a JSON value.

    A name that holds one is pointed to by the object it stands in.
    """
    if isinstance(value, str):
        return pointer if holds_unseen(value) else None
    items: list[tuple[str, object]] = []
    if isinstance(value, Mapping):
        if any(holds_unseen(name) for name in value):
            return pointer
        items = [(name.replace("~", "~0").replace("/", "~1"), one) for name, one in value.items()]
    elif isinstance(value, Sequence):
        items = [(str(number), one) for number, one in enumerate(value)]
    found = (pointer_to_unseen(one, f"{pointer}/{name}") for name, one in items)
    return next((one for one in found if one is not None), None)
