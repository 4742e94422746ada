"""Templates of one format as bytes: a capture, or thousands without an object for each finger."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from domain.arrays import Bools, Float32s, Int16s, Int64s, Intps, UInt8s
from domain.prints.captures import CaptureColumns, possible_fingers
from domain.prints.prints import Impression
from domain.prints.templates import TemplateFormat
from prints.vectors.blobs import (
    GALLERY_BYTES,
    HEADER,
    BlobShape,
    Capture,
    decode,
    encode,
    header,
    shape_of,
    triples_of,
    vectors_of,
)

_FINGERS = 10
_BLOCK = 2_048
"""The number of captures decoded together. It limits the temporary arrays to about 20 MB."""


@dataclass(frozen=True, slots=True)
class VectorCodec:
    """Templates of one format. Reading raises VaultDamagedError and UnknownTemplateFormatError."""

    template: TemplateFormat

    def encode(
        self, impressions: Sequence[Impression], taken: Capture, *, value_bytes: int
    ) -> bytes:
        """Return the blob of one capture. The impressions keep their order.

        Raises InvalidInputError for more than 255 impressions, UnknownTemplateFormatError for a
        template of another format.
        """
        return encode(impressions, taken, self.template, value_bytes=value_bytes)

    def decode(self, blob: bytes) -> tuple[tuple[Impression, ...], Capture]:
        """Return the impressions of one capture, and the facts about the capture."""
        return decode(blob, self.template)

    def encode_tenprints(self, captures: CaptureColumns, taken: Sequence[Capture]) -> list[bytes]:
        """Return n gallery blobs (float16): `decode_tenprints` inverted, except for rounding."""
        encoded: list[bytes] = [b""] * len(taken)
        counts = captures.presence.sum(axis=1)
        for count in np.unique(counts):
            where = np.flatnonzero(counts == count)
            for start in range(0, len(where), _BLOCK):
                part = where[start : start + _BLOCK]
                for i, tail in zip(part, _tails(captures, part, int(count)), strict=True):
                    head = header(int(count), self.template, taken[i], value_bytes=GALLERY_BYTES)
                    encoded[i] = head + tail
        return encoded

    def decode_tenprints(self, encoded: Sequence[bytes]) -> tuple[CaptureColumns, Int16s]:
        """Return n captures and their years of birth, int16 (n,), 0 if unknown.

        Impressions without a finger position are left out.
        """
        captures = _room(len(encoded), _FINGERS, self.template)
        years = np.zeros(len(encoded), np.int16)
        for block in _blocks(encoded, self.template):
            _place(block, captures)
            years[block.where] = np.ascontiguousarray(block.bytes_[:, 4:6]).view("<i2")[:, 0]
        return captures.filled(), years

    def decode_marks(self, encoded: Sequence[bytes]) -> CaptureColumns:
        """Return n marks, from blobs of one impression each."""
        marks = _room(len(encoded), 1, self.template)
        for block in _blocks(encoded, self.template):
            triples = triples_of(block.bytes_, block.shape)[:, 0]
            marks.presence[block.where] = possible_fingers(triples[:, 0])
            marks.impression_codes[block.where, 0] = triples[:, 1]
            marks.qualities[block.where, 0] = triples[:, 2]
            marks.vectors[block.where, 0] = vectors_of(block.bytes_, block.shape)[:, 0]
        return marks.filled()


@dataclass(frozen=True, slots=True)
class _Block:
    where: Int64s
    shape: BlobShape
    bytes_: UInt8s


@dataclass(frozen=True, slots=True, eq=False)
class _Room:
    """Columns to be filled in, with the shapes of `CaptureColumns`."""

    vectors: Float32s
    presence: Bools
    qualities: UInt8s
    impression_codes: UInt8s

    def filled(self) -> CaptureColumns:
        return CaptureColumns(self.vectors, self.presence, self.qualities, self.impression_codes)


def _room(n: int, fingers: int, fmt: TemplateFormat) -> _Room:
    return _Room(
        vectors=np.zeros((n, fingers, fmt.dimension), np.float32),
        presence=np.zeros((n, _FINGERS), np.bool_),
        qualities=np.zeros((n, fingers), np.uint8),
        impression_codes=np.zeros((n, fingers), np.uint8),
    )


def _place(block: _Block, captures: _Room) -> None:
    """Copy one block into the columns under construction."""
    triples = triples_of(block.bytes_, block.shape)
    known = triples[:, :, 0] > 0
    rows = np.broadcast_to(block.where[:, np.newaxis], known.shape)[known]
    fingers = triples[:, :, 0][known].astype(np.intp) - 1
    captures.vectors[rows, fingers] = vectors_of(block.bytes_, block.shape)[known]
    captures.presence[rows, fingers] = True
    captures.impression_codes[rows, fingers] = triples[:, :, 1][known]
    captures.qualities[rows, fingers] = triples[:, :, 2][known]


def _blocks(blobs: Sequence[bytes], fmt: TemplateFormat) -> Iterator[_Block]:
    """Yield blobs by layout, in blocks of limited size, and skip blobs without prints."""
    alike: dict[tuple[int, bytes, bytes, bytes], list[int]] = defaultdict(list)
    for i, blob in enumerate(blobs):
        # The header without year and time, which differ from capture to capture, and the label.
        label = blob[HEADER.size : HEADER.size + sum(blob[7:8])]
        alike[len(blob), blob[:4], blob[6:8], label].append(i)
    for indices in alike.values():
        first = blobs[indices[0]]
        if first[1:2] == b"\x00":
            continue
        shape = shape_of(first, fmt)
        for start in range(0, len(indices), _BLOCK):
            part = indices[start : start + _BLOCK]
            joined = b"".join(blobs[i] for i in part)
            array = np.frombuffer(joined, np.uint8).reshape(len(part), shape.size)
            yield _Block(np.array(part, np.int64), shape, array)


def _tails(captures: CaptureColumns, part: Intps, count: int) -> Iterator[bytes]:
    """Yield the triples and vectors of captures that have the same number of fingers."""
    m = len(part)
    rows = np.repeat(part, count)
    fingers = np.nonzero(captures.presence[part])[1]
    triples = np.empty((m * count, 3), np.uint8)
    triples[:, 0] = fingers + 1
    triples[:, 1] = captures.impression_codes[rows, fingers]
    triples[:, 2] = captures.qualities[rows, fingers]
    vectors = captures.vectors[rows, fingers].astype("<f2").reshape(m, -1).view(np.uint8)
    whole = np.concatenate((triples.reshape(m, 3 * count), vectors.reshape(m, -1)), axis=1)
    data, size = whole.tobytes(), whole.shape[1]
    return (data[i * size : (i + 1) * size] for i in range(m))
