"""One rule for text at every point of entry: no invisible characters, and none that change the
direction of text.

A name with such a character reads as another name, or is not found although it looks the same.
"""

import re
from collections.abc import Mapping, Sequence

from domain.errors import InvalidInputError

_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
"""C0 and C1 control characters, except tab and line ends. Single-line fields refuse these in
addition.
"""
_TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Bidirectional controls (Unicode Standard Annex 9)."""
_WITHOUT_WIDTH = (
    "\u180e\u200b-\u200d\u2028\u2029\u2060-\u2064\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
)
"""Zero-width characters, separators that no keyboard has, and tags."""

UNSEEN = f"{_CONTROLS}{_TURNING}{_WITHOUT_WIDTH}"
"""The refused characters, as the inside of a character class of a regular expression."""

SAID = "The text has a character that is invisible or reverses its direction: remove it."
"""The message about such a text."""

_FIND = re.compile(f"[{UNSEEN}]").search


def holds_unseen(text: str) -> bool:
    """Whether a text contains a refused character."""
    return _FIND(text) is not None


def require_reason(words: str, pointer: str) -> None:
    """Raise InvalidInputError at `pointer` if the words are empty."""
    if not words.strip():
        raise InvalidInputError("Give a reason.", pointer=pointer)


def pointer_to_unseen(value: object, pointer: str = "") -> str | None:
    """Return the JSON Pointer of the first text in a JSON value that contains such a character.

    If a member's name contains such a character, the pointer is that of the object that holds the
    member.
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
