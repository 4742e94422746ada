"""Minutiae as bytes for storage, without loss, so that templates can be made again.

A record of ISO/IEC 19794-2 would round places and directions and end at 255 minutiae. Numbers are
little-endian: a header, then the columns of `domain.minutiae_sets.MinutiaeSet` one after the
other.
"""

from __future__ import annotations

import struct

import numpy as np

from domain.errors import InvalidMinutiaeError
from domain.minutiae_sets import MinutiaeSet

MAGIC = b"IDLM\x01"
_HEADER = struct.Struct("<5sIIId")
_EACH = 14  # two places, a direction, a kind, a quality
_DAMAGED = "The stored minutiae are damaged."


def packed(minutiae: MinutiaeSet) -> bytes:
    """Return the minutiae as bytes, in their order."""
    header = _HEADER.pack(
        MAGIC, len(minutiae), minutiae.width_px, minutiae.height_px, minutiae.ppi
    )
    columns = (
        minutiae.places_px.astype("<f4"),
        minutiae.angles_rad.astype("<f4"),
        minutiae.kind_codes,
        minutiae.qualities,
    )
    return header + b"".join(column.tobytes() for column in columns)


def unpacked(record: bytes) -> MinutiaeSet:
    """Return the minutiae of a record; raises InvalidMinutiaeError unless it is whole."""
    if len(record) < _HEADER.size:
        raise InvalidMinutiaeError(_DAMAGED)
    magic, n, width_px, height_px, ppi = _HEADER.unpack_from(record)
    if magic != MAGIC or len(record) != _HEADER.size + n * _EACH:
        raise InvalidMinutiaeError(_DAMAGED)
    floats = np.frombuffer(record, "<f4", 3 * n, _HEADER.size).astype(np.float32)
    small = np.frombuffer(record, np.uint8, 2 * n, _HEADER.size + 12 * n)
    return MinutiaeSet(
        floats[: 2 * n].reshape(n, 2),
        floats[2 * n :],
        small[:n].copy(),
        small[n:].copy(),
        width_px,
        height_px,
        ppi,
    )
