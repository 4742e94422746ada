"""A secret rotation: templates stored under different keys cannot be compared.

The matrix is orthonormal, so the cosine between two vectors rotated by it does not change. The
limits of this protection are in `docs/template-protection.md`.
"""

import hashlib
import hmac

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.errors import InvalidInputError
from indexing.parameters import KEY_CHECK_LABEL, ROTATION_LABEL

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
    check_key(key)
    material = HKDF(hashes.SHA256(), 16, salt=None, info=ROTATION_LABEL).derive(key)
    return orthonormal_matrix(int.from_bytes(material, "little"), dimension)


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


def _normal_deviates(philox_key: int, count: int) -> npt.NDArray[np.float64]:
    """Return `count` normal deviates, float64. `count` must be even."""
    words = np.random.Philox(key=philox_key).random_raw(count)
    uniforms = ((words >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
    radii = np.sqrt(-2.0 * np.log(uniforms[::2]))
    angles = 2.0 * np.pi * uniforms[1::2]
    return np.concatenate([radii * np.cos(angles), radii * np.sin(angles)])
