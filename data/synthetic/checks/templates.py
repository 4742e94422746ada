"""Measures templates against the reference figures: impostors, effective dimension and mates."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.synthetic.captures import CaptureArrays
from data.synthetic.checks.statistics import Histogram, counted, histogram, tetrachoric, wilson
from data.synthetic.population import Population
from domain.prints.prints import ImpressionType

_ROWS = 1000
"""The number of rows of the similarity matrix that are computed at a time."""

INDEX_FINGERS = (1, 6)
"""The columns of the right and the left index finger."""

ALL_FINGERS = tuple(range(10))


@dataclass(frozen=True, slots=True, eq=False)
class Impostors:
    """Histograms of fused similarities between different people, by the fingers compared."""

    single: Histogram
    """One finger compared with another person's finger, in any position."""
    two: Histogram
    """Both index fingers: the sum of cosines over the root of the number of fingers compared."""
    ten: Histogram
    """All ten fingers, computed in the same way."""
    effective_dimension: float
    """The participation ratio of the covariance of templates."""


def measure_impostors(population: Population, persons: int) -> Impostors:
    """Return the similarities between the enrolled templates of the first `persons` people."""
    arrays = population.templates(0, persons)
    fingers = arrays.prints.vectors[arrays.prints.presence]
    # Different fingers of one person differ like strangers' fingers, so any pair can be used.
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
    """Return the similarities of all pairs of rows: sum of cosines / sqrt(common fingers)."""
    counts = histogram(-2.0, 4.0)
    for start in range(0, len(vectors), _ROWS):
        rows = slice(start, start + _ROWS)
        common = np.maximum(presence[rows] @ presence[start:].T, 1.0)
        fused = (vectors[rows] @ vectors[start:].T) / np.sqrt(common)
        upper = np.arange(fused.shape[1])[np.newaxis, :] > np.arange(fused.shape[0])[:, np.newaxis]
        counts = counted(counts, fused[upper])
    return counts


_CHUNK = 2000


@dataclass(frozen=True, slots=True, eq=False)
class Mates:
    """Cosines between fingers of n people, enrolled and in a later capture of one impression type.

    `cosines`: float32 (n, 10), NaN if a finger was not compared.
    """

    impression_type: ImpressionType
    cosines: npt.NDArray[np.float32]

    def quantiles(self, shares: tuple[float, ...]) -> list[float]:
        """Return these quantiles over all fingers that were compared."""
        return [float(value) for value in np.nanquantile(self.cosines, shares)]

    def fused(self, columns: tuple[int, ...]) -> npt.NDArray[np.float64]:
        """Return float64 (m,): sums of cosines over the root of the number of fingers compared.

        People for whom none of these fingers was compared are left out.
        """
        chosen = self.cosines[:, columns].astype(np.float64)
        compared = np.isfinite(chosen).sum(axis=1)
        sums = np.nansum(chosen, axis=1)[compared > 0]
        return np.asarray(sums / np.sqrt(compared[compared > 0]))


@dataclass(frozen=True, slots=True)
class Rate:
    """A share, with its 95 % interval."""

    value: float
    low: float
    high: float
    trials: int


def measure_mates(population: Population, persons: int, impression_type: ImpressionType) -> Mates:
    """Return the cosines between two captures of each finger of the first `persons` people."""
    parts = []
    for start in range(0, persons, _CHUNK):
        stop = min(start + _CHUNK, persons)
        numbers = np.arange(start, stop, dtype=np.int64)
        later = population.probe_templates(numbers, impression_type)
        parts.append(cosines_between(population.templates(start, stop), later))
    return Mates(impression_type, np.concatenate(parts))


def cosines_between(first: CaptureArrays, second: CaptureArrays) -> npt.NDArray[np.float32]:
    """Return float32 (n, 10): the cosine of each row and finger; NaN if absent in either."""
    one, other = first.prints, second.prints
    cosines: npt.NDArray[np.float32] = np.einsum("ijk,ijk->ij", one.vectors, other.vectors)
    cosines[~(one.presence & other.presence)] = np.nan
    return cosines


def miss_rate(scores: npt.NDArray[np.float64], threshold: float) -> Rate:
    """Return the share of mates below a threshold."""
    misses = int((scores < threshold).sum())
    low, high = wilson(misses, len(scores))
    return Rate(misses / len(scores), low, high, len(scores))


def finger_correlation(mates: Mates, columns: tuple[int, int], share: float) -> float:
    """Return the tetrachoric correlation of two fingers both being among the worst `share`."""
    pair = mates.cosines[:, columns]
    pair = pair[np.isfinite(pair).all(axis=1)]
    cuts = np.quantile(pair, share, axis=0)
    return tetrachoric(pair[:, 0] < cuts[0], pair[:, 1] < cuts[1])
