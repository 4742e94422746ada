"""Fitted distributions of cosines as tables of bits, within what the training data support."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from domain.arrays import Int64s
from matching.biometric import COSINES, BiometricModel, closeness
from matching.calibration import CalibrationMap, non_decreasing
from matching.levels import Bits
from matching.local_prints import LocalPrints, StrangerLaw
from matching.parameters import (
    COSINE_STEP,
    DENSITY_FLOOR,
    EXPECTED_KNOTS,
    RESIDUAL_STEP,
    STATE_OFFSETS,
    STATE_WEIGHTS,
    TAIL_SUPPORT,
)
from matching.print_parameters import PRINT_KNOTS

RESIDUALS = np.round(np.arange(-5.0, 4.0 + RESIDUAL_STEP / 2, RESIDUAL_STEP), 6)
"""float64 (r,): the grid of residuals, observed minus expected closeness."""


@dataclass(frozen=True, slots=True, eq=False)
class PairingFit:
    """The fit of one pair of impression types.

    `means`: (m0, m1, m2) as in `BiometricModel`. `expected_range`: the range of expected closeness
    in training; values outside it are clipped. `spread`: standard deviation of the state shared by
    the fingers of one comparison. `residuals`: float64 (r,), mated density on `RESIDUALS`, sums to
    1. `impostors`: int64 (bins,), comparisons of different people in each bin of `COSINES`.
    """

    means: tuple[float, float, float]
    expected_range: tuple[float, float]
    spread: float
    residuals: Bits
    impostors: Int64s


def biometric_model(
    fits: Sequence[PairingFit], calibration: CalibrationMap, mark_calibration: CalibrationMap
) -> BiometricModel:
    """Return the model with these fits, which are in the order of `PAIRINGS`."""
    knots = np.array([np.linspace(*fit.expected_range, EXPECTED_KNOTS) for fit in fits])
    rows = list(zip(fits, knots, strict=True))
    return BiometricModel(
        means=np.array([fit.means for fit in fits]),
        knots=knots,
        tables=np.array([[_tables(fit, expected) for expected in row] for fit, row in rows]),
        below=np.array([[_below(fit, expected) for expected in row] for fit, row in rows]),
        calibration=calibration,
        mark_calibration=mark_calibration,
    )


def local_prints(
    fits: Sequence[PairingFit], laws: Mapping[str, StrangerLaw], *, finger_interval_bits: float
) -> LocalPrints:
    """Return the local model with these fits, which are in the order of `PAIRINGS`.

    `laws`: the distributions of strangers for "prints" and for "marks". The impostor counts in the
    fits are not used.
    """
    knots = np.array([np.linspace(*fit.expected_range, PRINT_KNOTS) for fit in fits])
    mated = [
        [mixed_density(fit, expected) for expected in row.tolist()]
        for fit, row in zip(fits, knots, strict=True)
    ]
    return LocalPrints(
        means=np.array([fit.means for fit in fits]),
        knots=knots,
        mated=np.array(mated),
        laws=(laws["prints"], laws["marks"]),
        finger_interval_bits=finger_interval_bits,
    )


def mixed_density(fit: PairingFit, expected: float) -> Bits:
    """Return float64 (bins,): mated density per unit cosine, the mean over a capture's states."""
    weights = np.array(STATE_WEIGHTS) / sum(STATE_WEIGHTS)
    states = [mated_density(fit, expected + fit.spread * offset) for offset in STATE_OFFSETS]
    return np.asarray(weights @ np.stack(states) / COSINE_STEP)


def _impostor_shares(fit: PairingFit) -> Bits:
    """Return float64 (bins,): the share of comparisons of different people in each bin."""
    # An empty bin counts as half a comparison, because the data cannot show that its rate is 0.
    return np.asarray(np.maximum(fit.impostors, 0.5) / fit.impostors.sum())


def _tables(fit: PairingFit, expected: float) -> Bits:
    """Return float64 (bins, states) for one expected closeness."""
    shares = _impostor_shares(fit)
    tails = np.cumsum(fit.impostors[::-1])[::-1] / fit.impostors.sum()
    last = int(np.flatnonzero(tails * fit.impostors.sum() >= TAIL_SUPPORT - 0.5)[-1])
    columns = []
    for offset in STATE_OFFSETS:
        mated = mated_density(fit, expected + fit.spread * offset)
        bits = np.log2(mated / shares)
        # From the last supported bin up, use one ratio of whole tails: never more than observed.
        bits[last:] = np.log2(mated[last:].sum() / tails[last])
        bits = np.minimum(bits, bits[-1])
        columns.append(non_decreasing(bits, mated + shares))
    return np.stack(columns, axis=1)


def _below(fit: PairingFit, expected: float) -> Bits:
    """Return float64 (bins, 1): bits given only that the cosine is not above each bin."""
    mated = np.cumsum(mated_density(fit, expected))
    shares = np.cumsum(_impostor_shares(fit))
    bits = np.log2(mated / shares)
    return non_decreasing(bits, shares)[:, None]


def mated_density(fit: PairingFit, expected: float) -> Bits:
    """Return float64 (bins,), which sums to 1: the share of mated cosines in each bin."""
    below = np.cumsum(fit.residuals)
    inner = closeness(COSINES[:-1] + COSINE_STEP / 2) - expected
    shares = np.interp(inner, RESIDUALS + RESIDUAL_STEP / 2, below, left=0.0, right=1.0)
    density = np.diff(shares, prepend=0.0, append=1.0)
    return np.asarray((1.0 - DENSITY_FLOOR) * density + DENSITY_FLOOR / len(COSINES))
