"""Monotone maps from a statistic to calibrated bits. No other module imports scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from domain.arrays import Bools

if TYPE_CHECKING:
    from sklearn.isotonic import IsotonicRegression

    from matching.levels import Bits


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationMap:
    """A non-decreasing, piecewise linear map of bits.

    `statistic`: float64 (knots,), ascending. `calibrated`: float64 (knots,), non-decreasing. Above
    the last knot the correction stays constant, since many fingers together carry more evidence
    than any calibration set can count. Below the first knot the result stays constant.
    """

    statistic: Bits
    calibrated: Bits

    def __call__(self, bits: Bits) -> Bits:
        """Return the calibrated bits, in the same shape."""
        inside = np.interp(bits, self.statistic, self.calibrated)
        above = np.maximum(bits - self.statistic[-1], 0.0)
        return np.asarray(inside + above, dtype=np.float64)


IDENTITY = CalibrationMap(statistic=np.array([-1e6]), calibrated=np.array([-1e6]))
"""The identity map."""


def non_decreasing(values: Bits, weights: Bits) -> Bits:
    """Return the non-decreasing float64 (n,) nearest to `values` under `weights`, both (n,)."""
    fitted = _isotonic().fit_transform(np.arange(len(values)), values, sample_weight=weights)
    return np.asarray(fitted, dtype=np.float64)


def pool_adjacent_violators(statistic: Bits, is_mated: Bools, weights: Bits | None = None) -> Bits:
    """Return float64 (n,): the isotonic estimate of P(mated) at each statistic, in input order."""
    model = _isotonic(y_min=0.0, y_max=1.0)
    # Fitted on ranks, so that values too close to divide by their difference stay distinct.
    _, ranks = np.unique(statistic, return_inverse=True)
    fitted = model.fit_transform(ranks, is_mated.astype(np.float64), sample_weight=weights)
    # Averages over a pool may round to slightly above 1.
    return np.clip(np.asarray(fitted, dtype=np.float64), 0.0, 1.0)


def _isotonic(**bounds: float) -> IsotonicRegression:
    """Return an unfitted regression. Imported here: a service that only scores never loads it."""
    from sklearn.isotonic import IsotonicRegression  # noqa: PLC0415 - 130 MB of memory

    return IsotonicRegression(**bounds)
