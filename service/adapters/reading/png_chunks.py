"""The chunks of a PNG and their checksums, which Pillow does not check for the pixels."""

from __future__ import annotations

import struct
import zlib

from domain.errors import UnreadablePrintError

_SIGNATURE_SIZE = 8
_HEAD = struct.Struct(">I4s")
_SUM = struct.Struct(">I")


def check_png(data: bytes) -> None:
    """Raise UnreadablePrintError unless each chunk has its checksum and the last is the end."""
    at, kind = _SIGNATURE_SIZE, b""
    while at < len(data):
        if at + _HEAD.size > len(data):
            raise _damaged()
        length, kind = _HEAD.unpack_from(data, at)
        end = at + _HEAD.size + length
        if end + _SUM.size > len(data):
            raise _damaged()
        if zlib.crc32(data[at + 4 : end]) != _SUM.unpack_from(data, end)[0]:
            raise _damaged()
        at = end + _SUM.size
    if kind != b"IEND":
        raise _damaged()


def _damaged() -> UnreadablePrintError:
    return UnreadablePrintError("A checksum of the PNG is wrong: export it again.")
