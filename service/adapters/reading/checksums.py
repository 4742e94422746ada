"""Checks that PNG and WSQ decoders leave out: checksums, and the sequence of markers.

Pillow does not verify the checksums of pixel data. WSQ files have no checksums, and decoders
accept damaged WSQ files as complete. Each table and block of a WSQ file must therefore have the
length that it states, up to the end marker.
"""

import struct
import zlib

from domain.errors import UnreadablePrintError

_SIGNATURE_SIZE = 8
_HEAD = struct.Struct(">I4s")
_SUM = struct.Struct(">I")


def check_png(data: bytes) -> None:
    """Raise UnreadablePrintError unless every chunk matches its checksum and the last is IEND."""
    at, kind = _SIGNATURE_SIZE, b""
    while at < len(data):
        if at + _HEAD.size > len(data):
            raise _damaged_png()
        length, kind = _HEAD.unpack_from(data, at)
        end = at + _HEAD.size + length
        if end + _SUM.size > len(data):
            raise _damaged_png()
        if zlib.crc32(data[at + 4 : end]) != _SUM.unpack_from(data, end)[0]:
            raise _damaged_png()
        at = end + _SUM.size
    if kind != b"IEND":
        raise _damaged_png()


def _damaged_png() -> UnreadablePrintError:
    return UnreadablePrintError(
        "The PNG is damaged or cut short (a checksum is wrong): export the image again."
    )


_START, _END, _FRAME, _BLOCK = 0xFFA0, 0xFFA1, 0xFFA2, 0xFFA3
_TABLES = frozenset({0xFFA4, 0xFFA5, 0xFFA6, 0xFFA7, 0xFFA8})
_WORD = struct.Struct(">H")
_SIZE = struct.Struct(">HH")
_SIZE_AT = 6
"""Offset of the size in the frame header: after the marker, its length, black and white."""


def check_wsq(data: bytes) -> tuple[int, int]:
    """Return width and height in pixels. Raises UnreadablePrintError for a damaged file."""
    if _word(data, 0) != _START:
        raise _damaged_wsq()
    size: tuple[int, int] | None = None
    at = 2
    while (marker := _word(data, at)) != _END:
        if marker == _FRAME:
            if size is not None or at + _SIZE_AT + _SIZE.size > len(data):
                raise _damaged_wsq()
            height_px, width_px = _SIZE.unpack_from(data, at + _SIZE_AT)
            size = width_px, height_px
        at = _after(data, at, marker)
    if size is None or at + 2 != len(data):
        raise _damaged_wsq()
    return size


def _after(data: bytes, at: int, marker: int) -> int:
    """Return the position of the next marker."""
    if marker not in _TABLES and marker not in (_FRAME, _BLOCK):
        raise _damaged_wsq()
    end = at + 2 + _word(data, at + 2)
    return _end_of_codes(data, end) if marker == _BLOCK else end


def _end_of_codes(data: bytes, at: int) -> int:
    """Return the place of the next marker after compressed data, where 0 follows each 0xFF."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise _damaged_wsq()
        if data[at + 1] != 0:
            return at
        at += 2


def _word(data: bytes, at: int) -> int:
    if at + _WORD.size > len(data):
        raise _damaged_wsq()
    return int(_WORD.unpack_from(data, at)[0])


def _damaged_wsq() -> UnreadablePrintError:
    return UnreadablePrintError("The WSQ image is damaged or cut short: export the image again.")
