"""A mixture of normal distributions with diagonal covariances: the codebook of descriptors."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """k components in c dimensions."""

    shares: Doubles
    """float64 (k,): the weights of the components, above 0, with a sum of 1."""
    means: Doubles
    """float64 (k, c)."""
    sds: Doubles
    """float64 (k, c): above 0."""

    def responsibilities(self, points: Doubles) -> Doubles:
        """Return float64 (n, k): the share of each component in each of the points, float64 (n,
        c).
        """
        log_densities = self._log_densities(points)
        log_densities -= log_densities.max(axis=1, keepdims=True)
        densities = np.exp(log_densities)
        return np.asarray(densities / densities.sum(axis=1, keepdims=True))

    def mean_log_density(self, points: Doubles) -> float:
        """Return the mean natural logarithm of the density at points, float64 (n, c)."""
        return float(np.logaddexp.reduce(self._log_densities(points), axis=1).mean())

    def _log_densities(self, points: Doubles) -> Doubles:
        precisions = self.sds**-2
        constants = (
            np.log(self.shares)
            - np.log(self.sds).sum(axis=1)
            - 0.5 * points.shape[1] * np.log(2 * np.pi)
            - 0.5 * (self.means**2 * precisions).sum(axis=1)
        )
        crossed = points @ (self.means * precisions).T - 0.5 * (points**2) @ precisions.T
        return np.asarray(crossed + constants)
