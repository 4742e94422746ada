"""Thousands of captures between template blobs and arrays, without an object for each finger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.prints import TemplateFormat
from prints.vectors.blobs import (
    GALLERY_BYTES,
    HEADER,
    BlobShape,
    Capture,
    header,
    shape_of,
    triples_of,
    vectors_of,
    years_of,
)

FINGERS = 10
_BLOCK = 2_048
"""How many captures are decoded together: bounds the temporary arrays to some 20 MB."""


@dataclass(frozen=True, slots=True, eq=False)
class TenprintColumns:
    """n captures as columns; column j is finger position j + 1."""

    vectors: npt.NDArray[np.floating[Any]]
    """float32 (n, 10, d): unit rows where present, zero where missing; to encode also float16."""
    presence: npt.NDArray[np.bool_]
    """bool (n, 10)."""
    qualities: npt.NDArray[np.uint8]
    """uint8 (n, 10)."""
    impression_codes: npt.NDArray[np.uint8]
    """uint8 (n, 10)."""
    years_of_birth: npt.NDArray[np.int16]
    """int16 (n,)."""


@dataclass(frozen=True, slots=True, eq=False)
class MarkColumns:
    """n marks as columns: the first impression of each capture."""

    vectors: npt.NDArray[np.float32]
    """float32 (n, d)."""
    positions: npt.NDArray[np.uint8]
    """uint8 (n,): 0 when unknown."""
    qualities: npt.NDArray[np.uint8]
    """uint8 (n,)."""
    impression_codes: npt.NDArray[np.uint8]
    """uint8 (n,)."""


@dataclass(frozen=True, slots=True)
class _Block:
    where: npt.NDArray[np.int64]
    shape: BlobShape
    bytes_: npt.NDArray[np.uint8]


def decode_tenprints(blobs: Sequence[bytes], fmt: TemplateFormat) -> TenprintColumns:
    """Read n blobs; impressions without a finger position are left out.

    Raises VaultDamagedError, UnknownTemplateFormatError.
    """
    n = len(blobs)
    columns = TenprintColumns(
        vectors=np.zeros((n, FINGERS, fmt.dimension), np.float32),
        presence=np.zeros((n, FINGERS), np.bool_),
        qualities=np.zeros((n, FINGERS), np.uint8),
        impression_codes=np.zeros((n, FINGERS), np.uint8),
        years_of_birth=np.zeros(n, np.int16),
    )
    for block in _blocks(blobs):
        _place(block, columns)
    return columns


def decode_marks(blobs: Sequence[bytes], fmt: TemplateFormat) -> MarkColumns:
    """Read n blobs of one impression each; raises VaultDamagedError."""
    n = len(blobs)
    columns = MarkColumns(
        vectors=np.zeros((n, fmt.dimension), np.float32),
        positions=np.zeros(n, np.uint8),
        qualities=np.zeros(n, np.uint8),
        impression_codes=np.zeros(n, np.uint8),
    )
    for block in _blocks(blobs):
        triples = triples_of(block.bytes_, block.shape)[:, 0]
        columns.positions[block.where] = triples[:, 0]
        columns.impression_codes[block.where] = triples[:, 1]
        columns.qualities[block.where] = triples[:, 2]
        columns.vectors[block.where] = vectors_of(block.bytes_, block.shape)[:, 0]
    return columns


def _place(block: _Block, columns: TenprintColumns) -> None:
    """Scatter one block into the columns under construction."""
    triples = triples_of(block.bytes_, block.shape)
    known = triples[:, :, 0] > 0
    rows = np.broadcast_to(block.where[:, np.newaxis], known.shape)[known]
    fingers = triples[:, :, 0][known].astype(np.intp) - 1
    columns.vectors[rows, fingers] = vectors_of(block.bytes_, block.shape)[known]
    columns.presence[rows, fingers] = True
    columns.impression_codes[rows, fingers] = triples[:, :, 1][known]
    columns.qualities[rows, fingers] = triples[:, :, 2][known]
    columns.years_of_birth[block.where] = years_of(block.bytes_)


def _blocks(blobs: Sequence[bytes]) -> Iterator[_Block]:
    """Yield blobs of one shape together, in blocks of bounded size; those without prints not."""
    alike: dict[tuple[int, bytes, bytes, bytes], list[int]] = defaultdict(list)
    for i, blob in enumerate(blobs):
        # All of header and label but year and time, which differ from capture to capture.
        label = blob[HEADER.size : HEADER.size + sum(blob[7:8])]
        alike[len(blob), blob[:4], blob[6:8], label].append(i)
    for indices in alike.values():
        first = blobs[indices[0]]
        if first[1:2] == b"\x00":
            continue
        shape = shape_of(first)
        for start in range(0, len(indices), _BLOCK):
            part = indices[start : start + _BLOCK]
            joined = b"".join(blobs[i] for i in part)
            array = np.frombuffer(joined, np.uint8).reshape(len(part), shape.size)
            yield _Block(np.array(part, np.int64), shape, array)


def encode_tenprints(
    columns: TenprintColumns, captured_at: Sequence[datetime], fmt: TemplateFormat
) -> list[bytes]:
    """Return n gallery blobs (float16); the inverse of `decode_tenprints` up to rounding."""
    blobs: list[bytes] = [b""] * len(captured_at)
    counts = columns.presence.sum(axis=1)
    for count in np.unique(counts):
        where = np.flatnonzero(counts == count)
        for start in range(0, len(where), _BLOCK):
            part = where[start : start + _BLOCK]
            for i, tail in zip(part, _tails(columns, part, int(count)), strict=True):
                capture = Capture(captured_at[i], int(columns.years_of_birth[i]))
                head = header(int(count), fmt, capture, value_bytes=GALLERY_BYTES)
                blobs[i] = head + tail
    return blobs


def _tails(columns: TenprintColumns, part: npt.NDArray[np.intp], count: int) -> Iterator[bytes]:
    """Yield triples and vectors of captures that have the same number of fingers."""
    m = len(part)
    rows = np.repeat(part, count)
    fingers = np.nonzero(columns.presence[part])[1]
    triples = np.empty((m * count, 3), np.uint8)
    triples[:, 0] = fingers + 1
    triples[:, 1] = columns.impression_codes[rows, fingers]
    triples[:, 2] = columns.qualities[rows, fingers]
    vectors = columns.vectors[rows, fingers].astype("<f2").reshape(m, -1).view(np.uint8)
    whole = np.concatenate((triples.reshape(m, 3 * count), vectors.reshape(m, -1)), axis=1)
    data, size = whole.tobytes(), whole.shape[1]
    return (data[i * size : (i + 1) * size] for i in range(m))
