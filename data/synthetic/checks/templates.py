"""Measures templates: impostors and their tail, effective dimension, mates, correlations."""

from dataclasses import dataclass
from math import erfc, exp, log, pi, sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from data.synthetic.captures import CaptureArrays
from data.synthetic.population import Population
from domain.arrays import Bools, Float32s, Float64s, Int64s
from domain.prints.prints import ImpressionType

BIN_WIDTH = 0.0005
"""The width of a bin in histograms of similarities."""


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """Counts, int64 (b,), of similarities in bins of BIN_WIDTH that start at `lowest`."""

    lowest: float
    counts: Int64s

    @property
    def centres(self) -> Float64s:
        """The middle of each bin, float64 (b,)."""
        bins = np.arange(len(self.counts), dtype=np.float64)
        return self.lowest + (bins + 0.5) * BIN_WIDTH

    @property
    def total(self) -> int:
        """The number of counted similarities."""
        return int(self.counts.sum())

    def moments(self) -> tuple[float, float, float]:
        """Return mean, standard deviation and kurtosis (3 for a normal distribution)."""
        weights = self.counts / self.total
        mean = float(weights @ self.centres)
        off = self.centres - mean
        variance = float(weights @ off**2)
        return mean, sqrt(variance), float(weights @ off**4) / variance**2

    def quantile(self, upper_share: float) -> float:
        """Return the similarity that this share of the sample exceeds, as precise as a bin."""
        exceeding = np.cumsum(self.counts[::-1])[::-1] / self.total
        return float(self.centres[int(np.argmax(exceeding <= upper_share))])


def histogram(lowest: float, highest: float) -> Histogram:
    """Return an empty histogram over a range."""
    bins = int(np.ceil((highest - lowest) / BIN_WIDTH)) + 1
    return Histogram(lowest, np.zeros(bins, dtype=np.int64))


def counted(into: Histogram, similarities: npt.NDArray[np.floating]) -> Histogram:
    """Return the histogram with these similarities added. Outliers are counted in the end bins."""
    places = np.floor((similarities - into.lowest) / BIN_WIDTH).astype(np.int64)
    places = np.clip(places, 0, len(into.counts) - 1)
    added = np.bincount(places.ravel(), minlength=len(into.counts))
    return Histogram(into.lowest, into.counts + added)


@dataclass(frozen=True, slots=True)
class Tail:
    """The upper tail beyond `start`: log(t * share that exceeds t) is a quadratic function of t.

    The factor t makes this nearly exact for a normal distribution.
    """

    start: float
    constant: float
    slope: float
    curvature: float

    def log_share(self, t: float) -> float:
        """Return the natural log of the share that exceeds t > 0."""
        return self.constant + self.slope * t + self.curvature * t * t - log(t)

    def threshold(self, share: float) -> float:
        """Return the t that this share exceeds. It may lie beyond the sample."""
        low, high = self.start, self.start + _LONGEST_TAIL
        for _ in range(60):
            middle = (low + high) / 2.0
            is_below = self.log_share(middle) > log(share)
            low, high = (middle, high) if is_below else (low, middle)
        return (low + high) / 2.0


FITTED_EXCEEDING = (20, 5_000)
"""The tail is fitted to values that at least this few and at most this many values of the sample
exceed. Further in, the curve of a mixture bends; fewer than twenty values carry no information."""

_LONGEST_TAIL = 3.0


def fit_tail(sample: Histogram) -> Tail:
    """Return the tail fitted by weighted least squares. The sample needs about 100,000 values.

    A sample too small to bend downwards gives a straight line, whose thresholds are too high.
    """
    exceeding = np.cumsum(sample.counts[::-1])[::-1].astype(np.float64)
    fewest, most = FITTED_EXCEEDING
    lower_edges = sample.centres - BIN_WIDTH / 2.0
    is_used = (exceeding >= fewest) & (exceeding <= most) & (lower_edges > 0.0)
    shares = exceeding / sample.total
    edges = lower_edges[is_used]
    heights = np.log(shares[is_used] * edges)
    # The log of a count of n has sd 1 / sqrt(n).
    weights = np.sqrt(exceeding[is_used])
    curvature, slope, constant = np.polyfit(edges, heights, 2, w=weights)
    if curvature >= 0.0:
        curvature = 0.0
        slope, constant = np.polyfit(edges, heights, 1, w=weights)
    return Tail(float(edges[0]), float(constant), float(slope), float(curvature))


def wilson(errors: int, trials: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share."""
    z = NormalDist().inv_cdf(0.975)
    share = errors / trials
    centre = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    spread = sqrt(share * (1 - share) / trials + (z / (2 * trials)) ** 2) / (1 + z * z / trials)
    return min(share, max(0.0, centre - z * spread)), max(share, centre + z * spread)


def tetrachoric(first: Bools, second: Bools) -> float:
    """Return the correlation of two normals that, cut at one level, coincide as these events do.

    The mean of both rates is used as the rate of each event. `first`, `second`: bool (n,).
    """
    rate = float(first.mean() + second.mean()) / 2.0
    both = float((first & second).mean())
    level = NormalDist().inv_cdf(1.0 - rate)
    low, high = 0.0, 0.999
    for _ in range(40):
        middle = (low + high) / 2.0
        low, high = (middle, high) if _both_exceed(level, middle) < both else (low, middle)
    return (low + high) / 2.0


def _both_exceed(level: float, correlation: float) -> float:
    """Return the probability that two normals with this correlation both exceed the level."""
    steps = np.linspace(level, level + 8.0, 801)
    spread = sqrt(1.0 - correlation**2)
    values = [
        exp(-x * x / 2.0)
        / sqrt(2.0 * pi)
        * 0.5
        * erfc((level - correlation * x) / spread / sqrt(2.0))
        for x in steps.tolist()
    ]
    return float(np.trapezoid(values, steps))


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


def participation_ratio(vectors: Float32s) -> float:
    """Return the effective dimension of vectors, float32 (n, d): (sum l)^2 / sum l^2."""
    spectrum = np.linalg.eigvalsh(np.cov(vectors.T.astype(np.float64)))
    return float(spectrum.sum() ** 2 / (spectrum**2).sum())


def _fused(arrays: CaptureArrays, columns: tuple[int, ...]) -> Histogram:
    presence = arrays.prints.presence[:, columns]
    is_some = presence.any(axis=1)
    vectors = arrays.prints.vectors[:, columns].reshape(len(arrays), -1)
    return _between(vectors[is_some], presence[is_some].astype(np.float32))


def _between(vectors: Float32s, presence: Float32s) -> Histogram:
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
    cosines: Float32s

    def quantiles(self, shares: tuple[float, ...]) -> list[float]:
        """Return these quantiles over all fingers that were compared."""
        return [float(value) for value in np.nanquantile(self.cosines, shares)]

    def fused(self, columns: tuple[int, ...]) -> Float64s:
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


def cosines_between(first: CaptureArrays, second: CaptureArrays) -> Float32s:
    """Return float32 (n, 10): the cosine of each row and finger; NaN if absent in either."""
    one, other = first.prints, second.prints
    cosines: Float32s = np.einsum("ijk,ijk->ij", one.vectors, other.vectors)
    cosines[~(one.presence & other.presence)] = np.nan
    return cosines


def miss_rate(scores: Float64s, threshold: float) -> Rate:
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
