"""A secret rotation, and a secret order of bits: what is stored under different keys cannot be
compared.

The matrix is orthonormal, so the cosine between two vectors rotated by it does not change. Nor
does the number of bits in which two codes differ, if the bits of both are moved and turned over in
the same way. A search has the same answer under every key. The limits of this protection are in
`docs/template-protection.md`.
"""

import hashlib
import hmac
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.errors import InvalidInputError
from domain.prints.templates import CODE_BYTES
from indexing.parameters import CODES_LABEL, KEY_CHECK_LABEL, ROTATION_LABEL

MINIMUM_KEY_BYTES = 16


def secret_rotation(key: bytes | None, dimension: int) -> npt.NDArray[np.float64] | None:
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

    order: npt.NDArray[np.int64]
    """int64 (128,): a permutation."""
    mask: npt.NDArray[np.uint8]
    """uint8 (16,)."""

    def moved(self, codes: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """Return codes uint8 (..., 16) with their bits moved and turned over. Empty places, which
        are zero, stay zero.
        """
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


def orthonormal_matrix(number: int, dimension: int) -> npt.NDArray[np.float64]:
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
    """Check that a key is long enough not to be guessed. Raises InvalidInputError if it is too
    short.
    """
    if len(key) < MINIMUM_KEY_BYTES:
        raise InvalidInputError(f"A template key needs at least {MINIMUM_KEY_BYTES} bytes.")


def _number_of(key: bytes, label: bytes) -> int:
    """Return the number below 2**128 that follows from a key for one purpose."""
    check_key(key)
    material = HKDF(hashes.SHA256(), 16, salt=None, info=label).derive(key)
    return int.from_bytes(material, "little")


def _normal_deviates(philox_key: int, count: int) -> npt.NDArray[np.float64]:
    """Return `count` normal deviates, float64. `count` must be even."""
    words = np.random.Philox(key=philox_key).random_raw(count)
    uniforms = ((words >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
    radii = np.sqrt(-2.0 * np.log(uniforms[::2]))
    angles = 2.0 * np.pi * uniforms[1::2]
    return np.concatenate([radii * np.cos(angles), radii * np.sin(angles)])
