"""The geometry of synthetic templates: fingers, noise, and the rotation of the format.

A finger is a vector of small whole numbers along the axes of a fixed spectrum: a normal draw plus
the vectors of its pattern class and its prototype. A capture mixes the finger with noise that is
made orthogonal to it, so only the noise ratio decides how much of the finger remains. A Hadamard
matrix turns the result into the coordinates of the format. All sums are of whole numbers below
2**24, which float32 adds exactly in any order. Templates therefore do not depend on the size of a
chunk, on the number of threads or on the linear algebra library.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from data.synthetic.counters import Purpose, Stream, normals
from data.synthetic.parameters import (
    DIMENSION,
    PATTERN_SHARES,
    PATTERN_VARIANCE,
    PROTOTYPE_VARIANCE,
    PROTOTYPES,
    SPECTRUM_DECAY,
)
from domain.arrays import Bools, Float32s, Float64s, Int64s, UInt64s

FINGERS_EACH = 10
WORDS_EACH = FINGERS_EACH * DIMENSION // 4
"""The number of 64-bit words for one person's ten fingers, with 16 bits per value."""

_GRID = 128.0
"""Root mean square of a coordinate in whole steps. Sums of squares stay near 192 * 128**2."""

_FINE_GRID = float(2**20)
"""Steps per unit before the rotation. The 1-norm of a unit vector is at most sqrt(192)."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """The constants of the format, the same for every seed.

    `finger_scales`, `noise_scales`: float32 (192,), standard deviation of the draws along each
    axis, in grid steps. `patterns`: float32 (5, 192) and `prototypes`: float32 (p, 192), the
    offsets of each kind, in grid steps. `rotation`: float32 (192, 192), entries +1 and -1, rows
    orthogonal.
    """

    finger_scales: Float32s
    noise_scales: Float32s
    patterns: Float32s
    prototypes: Float32s
    rotation: Float32s


@cache
def geometry() -> Geometry:
    """Return the constants of the format. They are computed once."""
    scales = _axis_scales()
    own_share = 1.0 - PATTERN_VARIANCE - PROTOTYPE_VARIANCE
    return Geometry(
        finger_scales=(scales * np.sqrt(own_share)).astype(np.float32),
        noise_scales=scales.astype(np.float32),
        patterns=_kinds(scales, len(PATTERN_SHARES), share=PATTERN_VARIANCE, first=1),
        prototypes=_kinds(scales, PROTOTYPES, share=PROTOTYPE_VARIANCE, first=1_000),
        rotation=hadamard_192(),
    )


def _axis_scales() -> Float64s:
    """Return float64 (192,): deviations along the axes in grid steps, in a fixed order."""
    variances = np.exp(-SPECTRUM_DECAY * np.arange(DIMENSION) / DIMENSION)
    # Shuffled, because a Hadamard matrix would turn a smooth decay into a smooth pattern.
    order = np.argsort(Stream(0, Purpose.FORMAT, DIMENSION).words(0, 1)[0], kind="stable")
    variances = variances[order]
    return np.asarray(_GRID * np.sqrt(variances * DIMENSION / variances.sum()))


def _kinds(scales: Float64s, count: int, *, share: float, first: int) -> Float32s:
    """Return float32 (count, 192): fixed vectors scaled to a share of a finger's variance."""
    draws = normals(Stream(0, Purpose.FORMAT, WORDS_EACH // 10).words(first, first + count))
    vectors = draws.astype(np.float64) * scales
    lengths = np.sqrt(np.square(vectors).sum(axis=1, keepdims=True))
    target = np.sqrt(share * DIMENSION) * _GRID
    return np.asarray(vectors * (target / lengths), dtype=np.float32)


def hadamard_192() -> Float32s:
    """Return a Hadamard matrix of order 192, float32 +1 and -1: Paley 12 by Sylvester 16."""
    residues = {value * value % 11 for value in range(1, 11)}
    character = [0] + [1 if value in residues else -1 for value in range(1, 11)]
    skew = np.zeros((12, 12), dtype=np.int64)
    skew[0, 1:], skew[1:, 0] = 1, -1
    for row in range(11):
        skew[row + 1, 1:] = [character[(column - row) % 11] for column in range(11)]
    paley = skew + np.eye(12, dtype=np.int64)
    pair = np.array([[1, 1], [1, -1]])
    sylvester = np.kron(np.kron(pair, pair), np.kron(pair, pair))
    return np.kron(sylvester, paley).astype(np.float32)


def finger_vectors(words: UInt64s, patterns: Int64s, prototypes: Int64s) -> Float32s:
    """Return float32 (n, 10, 192), whole numbers: the fingers themselves, before any capture.

    `words`: uint64 (n, 480) of purpose FINGERS; `patterns`, `prototypes`: int64 (n, 10), kinds.
    """
    form = geometry()
    vectors = normals(words).reshape(-1, FINGERS_EACH, DIMENSION)
    vectors *= form.finger_scales
    vectors += np.take(form.patterns, patterns, axis=0)
    vectors += np.take(form.prototypes, prototypes, axis=0)
    np.rint(vectors, out=vectors)
    return vectors


def noise_vectors(words: UInt64s) -> Float32s:
    """Return float32 (n, 10, 192), whole numbers: the noise of one capture, before scaling."""
    vectors = normals(words).reshape(-1, FINGERS_EACH, DIMENSION)
    vectors *= geometry().noise_scales
    np.rint(vectors, out=vectors)
    return vectors


def captured(
    fingers: Float32s, noise: Float32s, log_noise_ratios: Float64s, *, presence: Bools
) -> Float32s:
    """Return the templates of one capture, float32 (n, 10, 192), rows L2-normalised to 1e-6.

    `fingers`, `noise`: float32 (n, 10, 192) of whole numbers. `log_noise_ratios`: float64 (n, 10).
    `presence`: bool (n, 10); rows of absent fingers are zero.
    """
    finger_weights, noise_weights = _weights(fingers, noise, log_noise_ratios)
    mixed: Float32s = fingers * (finger_weights * presence)[..., np.newaxis]
    mixed += noise * (noise_weights * presence)[..., np.newaxis]
    np.rint(mixed, out=mixed)
    rotated = mixed.reshape(-1, DIMENSION) @ geometry().rotation
    rotated *= np.float32(1.0 / (_FINE_GRID * np.sqrt(DIMENSION)))
    return rotated.reshape(fingers.shape)


def _weights(
    fingers: Float32s, noise: Float32s, log_noise_ratios: Float64s
) -> tuple[Float32s, Float32s]:
    """Return the factors of finger and noise, each float32 (n, 10), in fine steps.

    With kept = cos and lost = sin of the angle, the capture is kept * finger / |finger| plus lost
    * e / |e|, where e is the noise without its component along the finger.
    """
    finger_squares = np.einsum("ijk,ijk->ij", fingers, fingers).astype(np.float64)
    noise_squares = np.einsum("ijk,ijk->ij", noise, noise).astype(np.float64)
    products = np.einsum("ijk,ijk->ij", fingers, noise).astype(np.float64)
    kept = 1.0 / np.sqrt(1.0 + np.exp(2.0 * log_noise_ratios))
    lost = np.sqrt(1.0 - kept * kept)
    along = products / finger_squares
    noise_weights = lost / np.sqrt(noise_squares - products * along)
    finger_weights = kept / np.sqrt(finger_squares) - noise_weights * along
    return (
        (finger_weights * _FINE_GRID).astype(np.float32),
        (noise_weights * _FINE_GRID).astype(np.float32),
    )


def unit_rows(templates: npt.NDArray[np.floating]) -> Float32s:
    """Return float32 of the same shape with rows L2-normalised. Rows of zeros stay zero.

    For templates rounded to float16, whose lengths differ from 1 by up to 2e-4.
    """
    rows = templates.astype(np.float32)
    lengths = np.sqrt(np.einsum("...k,...k->...", rows, rows))[..., np.newaxis]
    # A row of zeros is divided by one.
    rows /= np.where(lengths > 0.0, lengths, np.float32(1.0))
    return rows
