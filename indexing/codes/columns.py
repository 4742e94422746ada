"""The gallery in the form that the index stores: integer columns in memory or mapped files."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from domain.arrays import Bools, Float32s, Float64s, Int8s, Int16s, Int64s, UInt8s, UInt16s
from domain.prints.captures import FINGER_COUNT
from domain.prints.templates import CODE_BYTES
from indexing.codes.batches import MISSING_CODE, GalleryBatch
from indexing.codes.rotation import BitOrder, stored_lengths, stored_values

_BIT_WEIGHTS = (1 << np.arange(FINGER_COUNT)).astype(np.uint16)
ANY_FINGER = int(_BIT_WEIGHTS.sum())
"""The finger bits of a mark that may come from any finger."""
_CONTENT_MODULUS = 1 << 256


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """n encounters with f = 10 fingers each, or n marks with f = 1 impression each."""

    encounter_rows: Int64s
    """int64 (n,): ascending in a segment, in order of arrival in the tail."""
    person_rows: Int64s
    """int64 (n,)."""
    vectors: Int8s
    """int8 (n, f, d), C-contiguous: see `rotation`."""
    lengths: Float32s
    """float32 (n, f): the lengths of `vectors`, kept because each exact comparison divides by
    them. 0 where a finger is missing."""
    finger_bits: UInt16s
    """uint16 (n,): bit j is set when finger j + 1 is present. For a mark, when the mark may come
    from finger j + 1."""
    qualities: UInt8s
    """uint8 (n, f)."""
    impression_codes: UInt8s
    """uint8 (n, f): 255 where a finger is missing."""
    galleries: UInt8s
    """uint8 (n,)."""
    forces: Int16s
    """int16 (n,)."""
    years_of_birth: Int16s
    """int16 (n,)."""
    codes: UInt8s
    """uint8 (n, f, m, 16): codes of the best minutiae of each impression, with their bits in a
    secret order; zero where there are no more. m is 0 in a format without minutiae."""

    def __len__(self) -> int:
        return len(self.encounter_rows)

    @property
    def fingers(self) -> int:
        """Ten for encounters, one for marks."""
        return int(self.vectors.shape[1])


COLUMN_NAMES = tuple(field.name for field in fields(Columns))


def stored_columns(
    batch: GalleryBatch, rotation: Float64s | None, bit_order: BitOrder | None = None
) -> Columns:
    """Return a batch as columns: vectors rotated and quantised, codes in the secret order."""
    captures, filled = batch.captures, batch.captures.filled
    codes = no_codes(*captures.vectors.shape[:2]) if batch.codes is None else batch.codes
    vectors = stored_values(captures.vectors, rotation)
    return Columns(
        encounter_rows=batch.encounter_rows,
        person_rows=batch.person_rows,
        vectors=vectors,
        lengths=stored_lengths(vectors),
        finger_bits=finger_bits(captures.presence),
        qualities=np.where(filled, captures.qualities, np.uint8(0)),
        impression_codes=np.where(filled, captures.impression_codes, np.uint8(MISSING_CODE)),
        galleries=batch.galleries,
        forces=batch.forces,
        years_of_birth=batch.years_of_birth,
        codes=codes if bit_order is None else bit_order.moved(codes),
    )


def finger_bits(presence: Bools) -> UInt16s:
    """Return flags (..., 10) packed into one number each."""
    bits: UInt16s = (presence * _BIT_WEIGHTS).sum(axis=-1).astype(np.uint16)
    return bits


def has_fingers(bits: UInt16s) -> Bools:
    """Return finger bits (...) unpacked into flags (..., 10)."""
    flags: Bools = (bits[..., None] & _BIT_WEIGHTS) != 0
    return flags


def no_codes(count: int, fingers: int, minutiae: int = 0) -> UInt8s:
    """Return codes of no minutiae, uint8 (count, fingers, minutiae, 16)."""
    return np.zeros((count, fingers, minutiae, CODE_BYTES), dtype=np.uint8)


def without_codes(columns: Columns) -> Columns:
    """Return columns for comparisons that use only vectors: codes take five times their room."""
    return replace(columns, codes=no_codes(len(columns), columns.fingers))


def empty_columns(fingers: int, dimension: int, coded_minutiae: int = 0) -> Columns:
    """Return columns with no encounters."""
    none = np.zeros(0, dtype=np.int64)
    small = np.zeros((0, fingers), dtype=np.uint8)
    return Columns(
        encounter_rows=none,
        person_rows=none,
        vectors=np.zeros((0, fingers, dimension), dtype=np.int8),
        lengths=small.astype(np.float32),
        finger_bits=none.astype(np.uint16),
        qualities=small,
        impression_codes=small,
        galleries=none.astype(np.uint8),
        forces=none.astype(np.int16),
        years_of_birth=none.astype(np.int16),
        codes=no_codes(0, fingers, coded_minutiae),
    )


def take(columns: Columns, places: slice | npt.NDArray[np.integer] | Bools) -> Columns:
    """Return encounters at places or under a mask. A slice gives views, all else copies."""
    return Columns(*(getattr(columns, name)[places] for name in COLUMN_NAMES))


def concatenate(parts: Sequence[Columns]) -> Columns:
    """Return the encounters of all parts, one part after the other."""
    return Columns(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in COLUMN_NAMES)
    )


def content_sum(columns: Columns) -> int:
    """Return the sum of the SHA-256 digests of all encounters, modulo 2**256.

    The sum identifies the content. It does not depend on the order of encounters or on how they
    are spread over segments, and it can be updated after an addition or an erasure without reading
    the rest.
    """
    n = len(columns)
    if n == 0:
        return 0
    numbers = (
        np.ascontiguousarray(columns.encounter_rows, dtype="<i8"),
        np.ascontiguousarray(columns.person_rows, dtype="<i8"),
        np.ascontiguousarray(columns.finger_bits, dtype="<u2"),
        np.ascontiguousarray(columns.forces, dtype="<i2"),
        np.ascontiguousarray(columns.years_of_birth, dtype="<i2"),
        columns.galleries,
        columns.qualities,
        columns.impression_codes,
    )
    heads = np.concatenate(
        [np.ascontiguousarray(part).reshape(n, -1).view(np.uint8) for part in numbers], axis=1
    )
    total = 0
    for head, body, codes in zip(heads, columns.vectors, columns.codes, strict=True):
        digest = hashlib.sha256(head.data)
        digest.update(np.ascontiguousarray(body).data)
        if codes.size:
            digest.update(np.ascontiguousarray(codes).data)
        total += int.from_bytes(digest.digest(), "little")
    return total % _CONTENT_MODULUS


def changed_sum(held: int, *, added: int = 0, erased: int = 0) -> int:
    """Return the content sum after an addition and an erasure."""
    return (held + added - erased) % _CONTENT_MODULUS
