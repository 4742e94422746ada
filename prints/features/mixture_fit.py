"""Fits a mixture by expectation maximisation, deterministic for a generator."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from prints.features.mixture import Doubles, Mixture

_PASSES_OF_MEANS = 10
_PASSES = 40
_LEAST_VARIANCE = 1e-3


def fitted_mixture(points: Doubles, words: int, rng: np.random.Generator) -> Mixture:
    """Return a mixture of `words` components of points, float64 (n, c), n well above `words`.

    It starts from k-means and runs a fixed number of passes.
    """
    means = _k_means(points, words, rng)
    spread = np.tile(points.std(axis=0), (words, 1))
    mixture = Mixture(np.full(words, 1 / words), means, np.maximum(spread, _LEAST_VARIANCE))
    for _ in range(_PASSES):
        mixture = _improved(mixture, points)
    return mixture


def _improved(mixture: Mixture, points: Doubles) -> Mixture:
    counted = mixture.responsibilities(points)
    totals = counted.sum(axis=0) + 1e-9
    means = counted.T @ points / totals[:, None]
    variances = counted.T @ points**2 / totals[:, None] - means**2
    sds = np.sqrt(np.maximum(variances, _LEAST_VARIANCE))
    return Mixture(totals / totals.sum(), means, sds)


def _k_means(points: Doubles, words: int, rng: np.random.Generator) -> Doubles:
    means = points[rng.choice(len(points), words, replace=False)]
    for _ in range(_PASSES_OF_MEANS):
        nearest = _nearest(points, means)
        means = np.array(
            [
                points[nearest == word].mean(axis=0) if np.any(nearest == word) else means[word]
                for word in range(words)
            ]
        )
    return means


def _nearest(points: Doubles, means: Doubles) -> npt.NDArray[np.int64]:
    return np.asarray(((means**2).sum(axis=1) - 2 * points @ means.T).argmin(axis=1))
