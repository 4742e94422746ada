"""Converts the templates of one capture to compact bytes, and back.

Layout, little-endian: version u8, impressions u8, dimension u16, year of birth i16, bytes per
value u8, length of the format label u8, captured at i64 (microseconds since 1970 UTC); the label;
for each impression position u8, impression code u8, quality u8; then the vectors, float16 or
float32. Gallery templates are float16 and are normalised again when they are read. Probes are
float32 and are kept bit for bit as searched, so that a replay can be exact.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from domain.arrays import Float32s, UInt8s
from domain.errors import InvalidInputError, VaultDamagedError
from domain.prints.prints import IMPRESSION_TYPES, FingerPosition, Impression
from domain.prints.templates import TemplateFormat

LAYOUT_VERSION = 1
HEADER = struct.Struct("<BBHhBBq")
GALLERY_BYTES = 2
"""The bytes per value of gallery templates: float16."""
PROBE_BYTES = 4
"""The bytes per value of probes: float32."""
_VALUE_TYPES: dict[int, np.dtype[np.floating]] = {
    GALLERY_BYTES: np.dtype("<f2"),
    PROBE_BYTES: np.dtype("<f4"),
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Capture:
    """The facts in a blob that are not about its impressions."""

    captured_at: datetime
    year_of_birth: int
    """0 if unknown."""


@dataclass(frozen=True, slots=True)
class BlobShape:
    """The layout that blobs must share to be decoded together."""

    impressions: int
    value_bytes: int
    fmt: TemplateFormat
    marks_at: int
    """The place where the (position, code, quality) triples begin."""
    vectors_at: int
    """The place where the vectors begin."""
    size: int
    """The length of the whole blob in bytes."""


def encode(
    impressions: Sequence[Impression], capture: Capture, fmt: TemplateFormat, *, value_bytes: int
) -> bytes:
    """Return the blob of one capture. The impressions keep their order.

    Raises InvalidInputError for more than 255 impressions, UnknownTemplateFormatError for a
    template of another format.
    """
    if len(impressions) > 255:
        raise InvalidInputError("The capture has too many impressions: send at most 255.")
    if any(impression.fmt != fmt for impression in impressions):
        raise fmt.other_format()
    head = header(len(impressions), fmt, capture, value_bytes=value_bytes)
    triples = bytes(
        value
        for impression in impressions
        for value in (
            impression.position,
            IMPRESSION_TYPES.index(impression.impression_type),
            impression.quality,
        )
    )
    vectors = [impression.vector.astype(_VALUE_TYPES[value_bytes]) for impression in impressions]
    return b"".join((head, triples, *(vector.tobytes() for vector in vectors)))


def header(impressions: int, fmt: TemplateFormat, capture: Capture, *, value_bytes: int) -> bytes:
    """Return the header and the label of a blob. A blob without impressions names no format."""
    label = fmt.label.encode() if impressions else b""
    return (
        HEADER.pack(
            LAYOUT_VERSION,
            impressions,
            fmt.dimension if impressions else 0,
            capture.year_of_birth,
            value_bytes,
            len(label),
            (capture.captured_at - _EPOCH) // timedelta(microseconds=1),
        )
        + label
    )


def decode(blob: bytes, fmt: TemplateFormat) -> tuple[tuple[Impression, ...], Capture]:
    """Read the blob of one capture. Raises VaultDamagedError, UnknownTemplateFormatError."""
    if len(blob) < HEADER.size:
        raise VaultDamagedError("A template payload is too short: restore it from a backup.")
    count, year, micros = (HEADER.unpack_from(blob)[i] for i in (1, 3, 6))
    capture = Capture(_EPOCH + timedelta(microseconds=micros), year)
    if count == 0:
        return (), capture
    shape = shape_of(blob, fmt)
    block = np.frombuffer(blob, dtype=np.uint8).reshape(1, -1)
    triples = triples_of(block, shape)[0]
    vectors = vectors_of(block, shape)[0]
    vectors.flags.writeable = False
    return tuple(
        _impression(triple, vector, shape.fmt)
        for triple, vector in zip(triples, vectors, strict=True)
    ), capture


def _impression(triple: UInt8s, vector: Float32s, fmt: TemplateFormat) -> Impression:
    position, code, quality = (int(value) for value in triple)
    if position > max(FingerPosition) or code >= len(IMPRESSION_TYPES) or quality > 100:
        raise VaultDamagedError("A template payload has an unknown finger, impression or quality.")
    return Impression(FingerPosition(position), IMPRESSION_TYPES[code], quality, vector, fmt)


def taken_at(blob: bytes) -> datetime:
    """Return the time of a blob's capture. Raises VaultDamagedError for too few bytes."""
    if len(blob) < HEADER.size:
        raise VaultDamagedError("A template payload is too short: restore it from a backup.")
    return _EPOCH + timedelta(microseconds=HEADER.unpack_from(blob)[6])


def label_of(blob: bytes) -> str:
    """Return the label of the template format of a blob; empty for a blob without impressions.

    Raises VaultDamagedError if there are too few bytes.
    """
    if len(blob) < HEADER.size:
        raise VaultDamagedError("A template payload is too short: restore it from a backup.")
    return blob[HEADER.size : HEADER.size + HEADER.unpack_from(blob)[5]].decode("utf-8", "replace")


def shape_of(blob: bytes, fmt: TemplateFormat) -> BlobShape:
    """Read the layout of a blob. Raises the same errors as `decode`."""
    label = label_of(blob)
    version, count, dimension, _, value_bytes, _, _ = HEADER.unpack_from(blob)
    if version != LAYOUT_VERSION or value_bytes not in _VALUE_TYPES:
        raise VaultDamagedError("A template payload has an unknown layout: restore a backup.")
    if label != fmt.label:
        raise fmt.other_format()
    marks_at = HEADER.size + len(label.encode())
    vectors_at = marks_at + 3 * count
    size = vectors_at + count * fmt.dimension * value_bytes
    if len(blob) != size or dimension != fmt.dimension:
        raise VaultDamagedError("A template payload has the wrong length: restore a backup.")
    return BlobShape(count, value_bytes, fmt, marks_at, vectors_at, size)


def triples_of(block: UInt8s, shape: BlobShape) -> UInt8s:
    """Return (position, code, quality), uint8 (m, c, 3). `block`: m blobs, uint8 (m, size)."""
    triples = block[:, shape.marks_at : shape.vectors_at]
    return triples.reshape(len(block), shape.impressions, 3)


def vectors_of(block: UInt8s, shape: BlobShape) -> Float32s:
    """Return the vectors, float32 (m, c, d). `block` holds m blobs, uint8 (m, size).

    float16 vectors are normalised again, because rounding changes a length by up to 3e-4.
    """
    values = np.ascontiguousarray(block[:, shape.vectors_at :]).view(
        _VALUE_TYPES[shape.value_bytes]
    )
    vectors: Float32s = values.astype(np.float32)
    vectors = vectors.reshape(len(block), shape.impressions, shape.fmt.dimension)
    if shape.value_bytes == GALLERY_BYTES:
        vectors /= np.sqrt(np.einsum("mcd,mcd->mc", vectors, vectors))[:, :, np.newaxis]
    return vectors
