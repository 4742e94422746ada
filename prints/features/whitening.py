"""The whitening of the vectors by which a single finger is looked up.

Vectors of real prints differ far more along some directions than along others, both from person to
person and among the impressions of a finger. The model of vectors, fitted on drawn fingers, does
not know it. The mean of real prints is therefore taken from the vector of a finger that is looked
up, and the rest is multiplied by the inverse of their covariance (P. C. Mahalanobis, 1936).
Vectors in the gallery stay as they are.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from domain.arrays import Float32s, Float64s
from prints.features.parameters import VECTOR
from prints.features.vector_model import Arrays, read_arrays

SHIPPED_FILE = Path(__file__).parent / "models" / "whitening.npz"
SHIPPED_DIGEST = "b632f468b1885f7a7bb890f68c514729d844f320564055095e2e2ea19fe3fbe7"
"""Digest of the whitening that comes with identlink. A file with another digest is refused."""


@dataclass(frozen=True, slots=True, eq=False)
class Whitening:
    """The mean and the inverse covariance of the vectors of real prints. Immutable."""

    mean: Float64s
    """float64 (v,)."""
    inverse: Float64s
    """float64 (v, v)."""

    def __call__(self, vectors: npt.NDArray[np.floating]) -> Float32s:
        """Return float32 (t, v) of unit length. `vectors`: (t, v), each of a print."""
        # Not a product of BLAS, whose last bits differ from processor to processor.
        moved = np.einsum("tv,vw->tw", vectors - self.mean, self.inverse, optimize=False)
        lengths = np.linalg.norm(moved, axis=1, keepdims=True)
        return np.asarray(moved / np.maximum(lengths, 1e-12), dtype=np.float32)


def fitted_whitening(vectors: npt.NDArray[np.floating]) -> Whitening:
    """Return the whitening of vectors (n, v), with the precision that a file keeps.

    The covariance is shrunk towards a sphere by as much as that of the model of vectors.
    """
    covariance = np.cov(vectors.T.astype(np.float64))
    sphere = np.eye(len(covariance)) * np.trace(covariance) / len(covariance)
    shrunk = (1 - VECTOR.shrinkage) * covariance + VECTOR.shrinkage * sphere
    inverse = np.linalg.inv(shrunk) * np.trace(shrunk) / len(shrunk)
    return from_arrays(to_arrays(Whitening(vectors.mean(axis=0, dtype=np.float64), inverse)))


def to_arrays(whitening: Whitening) -> Arrays:
    """Return the arrays of a whitening, rounded to the precision of a file."""
    return {
        "mean": whitening.mean.astype(np.float32),
        "inverse": whitening.inverse.astype(np.float16),
    }


def from_arrays(arrays: Arrays) -> Whitening:
    """Return the whitening in arrays with the names that `to_arrays` gives."""
    return Whitening(*(arrays[name].astype(np.float64) for name in ("mean", "inverse")))


@lru_cache(maxsize=1)
def shipped_whitening() -> Whitening:
    """Return identlink's own whitening, read at the first call. Raises ModelError."""
    return from_arrays(read_arrays(SHIPPED_FILE, SHIPPED_DIGEST))
