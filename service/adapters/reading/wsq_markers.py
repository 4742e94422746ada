"""The markers of a WSQ file: that they follow one another, and the size of the image.

WSQ has no checksum, and decoders take damaged files for whole ones. The possible check is that
the tables and blocks have the lengths that they state, up to the marker of the end.
"""

from __future__ import annotations

import struct

from domain.errors import UnreadablePrintError

_START, _END, _FRAME, _BLOCK = 0xFFA0, 0xFFA1, 0xFFA2, 0xFFA3
_TABLES = frozenset({0xFFA4, 0xFFA5, 0xFFA6, 0xFFA7, 0xFFA8})
_WORD = struct.Struct(">H")
_SIZE = struct.Struct(">HH")
_SIZE_AT = 6
"""Of the frame header: after the marker, its length, black and white."""


def check_wsq(data: bytes) -> tuple[int, int]:
    """Return width and height in pixels; raises UnreadablePrintError for a broken file."""
    if _word(data, 0) != _START:
        raise _damaged()
    size: tuple[int, int] | None = None
    at = 2
    while (marker := _word(data, at)) != _END:
        if marker == _FRAME:
            if size is not None or at + _SIZE_AT + _SIZE.size > len(data):
                raise _damaged()
            height_px, width_px = _SIZE.unpack_from(data, at + _SIZE_AT)
            size = width_px, height_px
        at = _after(data, at, marker)
    if size is None or at + 2 != len(data):
        raise _damaged()
    return size


def _after(data: bytes, at: int, marker: int) -> int:
    """Return where the next marker is."""
    if marker not in _TABLES and marker not in (_FRAME, _BLOCK):
        raise _damaged()
    end = at + 2 + _word(data, at + 2)
    return _end_of_codes(data, end) if marker == _BLOCK else end


def _end_of_codes(data: bytes, at: int) -> int:
    """Return the next marker after compressed data, where 0xFF is followed by 0."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise _damaged()
        if data[at + 1] != 0:
            return at
        at += 2


def _word(data: bytes, at: int) -> int:
    if at + _WORD.size > len(data):
        raise _damaged()
    return int(_WORD.unpack_from(data, at)[0])


def _damaged() -> UnreadablePrintError:
    return UnreadablePrintError("The WSQ image is damaged or cut short: export it again.")
