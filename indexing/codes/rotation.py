"""Vectors as the index holds them: rotated with a secret and scaled to small integers.

The matrix is orthonormal, so the cosine between two vectors rotated by it does not change. Nor
does the number of bits in which two codes differ, if the bits of both are moved and turned over in
the same way. A search has the same answer under every key. The limits of this protection are in
`docs/template-protection.md`.

A stored component is an integer of 8 bits, a probe component an integer of 14 bits. A product of
two unit vectors scaled in this way stays below 2**24 in every partial sum (Cauchy-Schwarz: 127 *
sqrt(d) for the stored vector, d up to 256, and 8192 plus a little rounding for the probe). Float32
arithmetic on them is therefore exact, and no order of summation, batch size or thread count can
change a cosine. This is why a stored search can be replayed. With 192 dimensions the error against
float32 vectors is about 5e-4 (standard deviation), two hundred times smaller than the spread of
impostors.
"""

import hashlib
import hmac
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.arrays import Float32s, Float64s, Int8s, Int64s, UInt8s
from domain.errors import InvalidInputError
from domain.prints.templates import CODE_BYTES, IndexedFormat
from indexing.parameters import CODES_LABEL, KEY_CHECK_LABEL, ROTATION_LABEL

MINIMUM_KEY_BYTES = 16


def secret_rotation(key: bytes | None, dimension: int) -> Float64s | None:
    """Return the orthonormal matrix of a key, float64 (d, d), or None without a key.

    HKDF-SHA256 (RFC 5869) derives from the key the 128-bit key of a Philox counter generator. Its
    raw words, whose stream NumPy guarantees (NEP 19), become normal deviates by the Box-Muller
    transform. The Q of their QR decomposition, with the signs of R's diagonal made positive, is
    distributed uniformly over all rotations and reflections (Mezzadri 2007, arXiv
    math-ph/0609050). Raises InvalidInputError for a key under 16 bytes.
    """
    if key is None:
        return None
    return orthonormal_matrix(_number_of(key, ROTATION_LABEL), dimension)


@dataclass(frozen=True, slots=True, eq=False)
class BitOrder:
    """A secret order of the bits of codes, and which of them are turned over."""

    order: Int64s
    """int64 (128,): a permutation."""
    mask: UInt8s
    """uint8 (16,)."""

    def moved(self, codes: UInt8s) -> UInt8s:
        """Return codes uint8 (..., 16) with bits moved and turned over; empty places stay zero."""
        bits = np.unpackbits(codes, axis=-1)[..., self.order]
        found = np.packbits(bits, axis=-1) ^ self.mask
        return np.where(codes.any(axis=-1, keepdims=True), found, np.uint8(0))


def secret_bit_order(key: bytes | None) -> BitOrder | None:
    """Return the order of bits of a key, or None without a key. It is made as the rotation is."""
    if key is None:
        return None
    words = np.random.Philox(key=_number_of(key, CODES_LABEL)).random_raw(8 * CODE_BYTES + 2)
    order = np.argsort(words[2:], kind="stable")
    return BitOrder(order, words[:2].astype("<u8").view(np.uint8))


def orthonormal_matrix(number: int, dimension: int) -> Float64s:
    """Return the orthonormal matrix float64 (d, d) that belongs to a number below 2**128.

    It is the same on every machine, up to rounding. d must be even.
    """
    deviates = _normal_deviates(number, dimension * dimension)
    q, r = np.linalg.qr(deviates.reshape(dimension, dimension))
    return np.ascontiguousarray(q * np.sign(np.diagonal(r)))


def key_check(key: bytes | None) -> str:
    """Return a value that reveals a wrong key but nothing about the right one.

    It has 32 hexadecimal digits, or is empty without a key.
    """
    if key is None:
        return ""
    return hmac.new(key, KEY_CHECK_LABEL, hashlib.sha256).hexdigest()[:32]


def check_key(key: bytes) -> None:
    """Check that a key is long enough not to be guessed. Raises InvalidInputError."""
    if len(key) < MINIMUM_KEY_BYTES:
        raise InvalidInputError(f"A template key needs at least {MINIMUM_KEY_BYTES} bytes.")


def _number_of(key: bytes, label: bytes) -> int:
    """Return the number below 2**128 that follows from a key for one purpose."""
    check_key(key)
    material = HKDF(hashes.SHA256(), 16, salt=None, info=label).derive(key)
    return int.from_bytes(material, "little")


def _normal_deviates(philox_key: int, count: int) -> Float64s:
    """Return `count` normal deviates, float64. `count` must be even."""
    words = np.random.Philox(key=philox_key).random_raw(count)
    uniforms = ((words >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
    radii = np.sqrt(-2.0 * np.log(uniforms[::2]))
    angles = 2.0 * np.pi * uniforms[1::2]
    return np.concatenate([radii * np.cos(angles), radii * np.sin(angles)])


MOST_DIMENSIONS = 256
_STORED_PEAK = 127.0
_PROBE_LENGTH = 8192.0
_ROWS_AT_ONCE = 8192
"""Vectors rotated at a time. This limits the float64 copy to 13 MB."""


def check_dimension(fmt: IndexedFormat) -> None:
    """Check that the index can hold templates and codes of a format. Raises InvalidInputError."""
    template, codes = fmt.template, (fmt.mark_codes, fmt.tenprint_codes)
    if template.dimension % 2 or not 0 < template.dimension <= MOST_DIMENSIONS:
        raise InvalidInputError(
            f"Templates in the index must have an even number of values, at most "
            f"{MOST_DIMENSIONS}."
        )
    if any(code.parts % 2 or not 0 < code.dimension <= template.dimension for code in codes):
        raise InvalidInputError(
            f"The index codes of {template.label} must have an even number of groups, and no "
            "more components than a template has values."
        )


def stored_values(vectors: npt.NDArray[np.floating], rotation: Float64s | None) -> Int8s:
    """Return vectors rotated and scaled so that the largest component is 127; int8 (..., d).

    `vectors` float32 (..., d); zero rows stay zero. The rotation is in float64, so that the
    integers do not depend on how many vectors are converted together.
    """
    d = vectors.shape[-1]
    flat = vectors.reshape(-1, d)
    result = np.empty(flat.shape, dtype=np.int8)
    for start in range(0, len(flat), _ROWS_AT_ONCE):
        part = rotated(flat[start : start + _ROWS_AT_ONCE], rotation)
        peaks = np.abs(part).max(axis=1, keepdims=True)
        np.multiply(part, _STORED_PEAK / np.maximum(peaks, 1e-30), out=part)
        result[start : start + _ROWS_AT_ONCE] = np.rint(part)
    return result.reshape(vectors.shape)


def probe_values(vectors: Float32s, rotation: Float64s | None) -> Float32s:
    """Return unit vectors rotated and scaled to whole numbers; float32 (..., d).

    `vectors` float32 (..., d), each of unit length or zero.
    """
    d = vectors.shape[-1]
    part = rotated(vectors.reshape(-1, d), rotation)
    lengths = np.sqrt(np.einsum("nd,nd->n", part, part))[:, None]
    scaled = np.rint(part * (_PROBE_LENGTH / np.maximum(lengths, 1e-30)))
    values: Float32s = scaled.astype(np.float32).reshape(vectors.shape)
    return values


def rotated(vectors: npt.NDArray[np.floating], rotation: Float64s | None) -> Float64s:
    """Return vectors (n, d) after a rotation, as a new float64 array."""
    wide = vectors.astype(np.float64)
    return wide if rotation is None else wide @ rotation


def stored_lengths(vectors: Int8s) -> Float32s:
    """Return the Euclidean lengths of stored vectors, int8 (n, f, d); float32 (n, f)."""
    flat = vectors.reshape(-1, vectors.shape[2])
    found = np.empty(len(flat), dtype=np.float32)
    for start in range(0, len(flat), _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        found[part] = lengths(flat[part].astype(np.float32))
    return found.reshape(vectors.shape[:2])


def lengths(values: Float32s) -> Float32s:
    """Return the Euclidean lengths of stored vectors held as float32 (..., d)."""
    squares: Float32s = np.vecdot(values, values)
    return np.sqrt(squares)


def probe_lengths(values: Float32s) -> Float32s:
    """Return the Euclidean lengths of probes held as float32 (..., d).

    Computed in float64: the squares of a probe's components sum to about 2**26, where float32
    rounds and the result would depend on the order of addition.
    """
    wide = values.astype(np.float64)
    roots: Float64s = np.sqrt(np.vecdot(wide, wide))
    return roots.astype(np.float32)
