"""Similarities of different people: spread, tail, effective dimension."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.synthetic.captures import CaptureArrays
from data.synthetic.checks.statistics import Histogram, counted, histogram
from data.synthetic.population import Population

_ROWS = 1000
"""Rows of the similarity matrix computed at a time."""

INDEX_FINGERS = (1, 6)
"""Columns of the right and left index finger."""

ALL_FINGERS = tuple(range(10))


@dataclass(frozen=True, slots=True, eq=False)
class Impostors:
    """Histograms of fused similarities of different people, by the fingers compared."""

    single: Histogram
    """One finger against another person's finger, any against any."""
    two: Histogram
    """Both index fingers: sum of cosines over the square root of the fingers compared."""
    ten: Histogram
    """All ten, likewise."""
    effective_dimension: float
    """Participation ratio of the covariance of templates."""


def measure_impostors(population: Population, persons: int) -> Impostors:
    """Return the similarities between the first `persons` people's enrolled templates."""
    arrays = population.templates(0, persons)
    fingers = arrays.prints.vectors[arrays.prints.presence]
    # Different fingers of one person differ like strangers' fingers, so any pair will serve.
    sample = fingers[:: max(1, len(fingers) // (4 * persons))]
    return Impostors(
        single=_between(sample, np.ones((len(sample), 1), dtype=np.float32)),
        two=_fused(arrays, INDEX_FINGERS),
        ten=_fused(arrays, ALL_FINGERS),
        effective_dimension=participation_ratio(sample),
    )


def participation_ratio(vectors: npt.NDArray[np.float32]) -> float:
    """Return the effective dimension of vectors, float32 (n, d): (sum l)^2 / sum l^2."""
    spectrum = np.linalg.eigvalsh(np.cov(vectors.T.astype(np.float64)))
    return float(spectrum.sum() ** 2 / (spectrum**2).sum())


def _fused(arrays: CaptureArrays, columns: tuple[int, ...]) -> Histogram:
    presence = arrays.prints.presence[:, columns]
    is_some = presence.any(axis=1)
    vectors = arrays.prints.vectors[:, columns].reshape(len(arrays), -1)
    return _between(vectors[is_some], presence[is_some].astype(np.float32))


def _between(vectors: npt.NDArray[np.float32], presence: npt.NDArray[np.float32]) -> Histogram:
    """Return the similarities of all pairs of rows: sum of cosines / sqrt(fingers in common)."""
    counts = histogram(-2.0, 4.0)
    for start in range(0, len(vectors), _ROWS):
        rows = slice(start, start + _ROWS)
        common = np.maximum(presence[rows] @ presence[start:].T, 1.0)
        fused = (vectors[rows] @ vectors[start:].T) / np.sqrt(common)
        upper = np.arange(fused.shape[1])[np.newaxis, :] > np.arange(fused.shape[0])[:, np.newaxis]
        counts = counted(counts, fused[upper])
    return counts
