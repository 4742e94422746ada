"""The distributions of mated cosines: expected value, shared state, and residual."""

import numpy as np

from domain.arrays import Intps
from matching import parameters
from matching.biometric import closeness
from matching.biometric_tables import RESIDUALS, PairingFit, mixed_density
from matching.levels import Bits
from matching.print_parameters import INTERVAL_QUALITIES, INTERVAL_ROUNDS
from matching.training.inputs import MatedFingers, PairingSample


def fit_pairing(sample: PairingSample) -> PairingFit:
    """Return the fit of one pair of impression types."""
    mated = sample.mated
    means = _fit_means(mated)
    expected = means[0] + means[1] * mated.first_qualities + means[2] * mated.second_qualities
    residuals = closeness(mated.cosines.astype(np.float64)) - expected
    spread = shared_spread(residuals)
    low, high = np.quantile(expected[~np.isnan(residuals)], parameters.EXPECTED_QUANTILES)
    return PairingFit(
        means=(float(means[0]), float(means[1]), float(means[2])),
        expected_range=(float(low), float(max(high, low + parameters.RESIDUAL_STEP))),
        spread=spread,
        residuals=residual_density(residuals, spread),
        impostors=sample.impostors,
    )


def _fit_means(mated: MatedFingers) -> Bits:
    """Fit the expected closeness to the qualities of both captures, by least squares.

    Higher quality never lowers the expected closeness.
    """
    seen = ~np.isnan(mated.cosines)
    observed = closeness(mated.cosines[seen].astype(np.float64))
    first = mated.first_qualities[seen].astype(np.float64)
    second = mated.second_qualities[seen].astype(np.float64)
    design = np.stack([np.ones_like(first), first, second], axis=1)
    # A slight ridge avoids a division by zero when a quality never varies.
    ridge = np.diag([0.0, 1.0, 1.0]) * 1e-6 * len(observed)
    means = np.linalg.solve(design.T @ design + ridge, design.T @ observed)
    slopes = np.maximum(means[1:], 0.0)
    intercept = observed.mean() - slopes @ np.array([first.mean(), second.mean()])
    return np.array([intercept, *slopes])


def shared_spread(residuals: Bits) -> float:
    """Return the standard deviation of the state that the fingers of one comparison share.

    `residuals`: float64 (n, 10), NaN where missing. It is computed from the mean product over
    pairs of fingers, so that the noise of single fingers has no effect. The result is 0 if the
    fingers share nothing.
    """
    filled = np.nan_to_num(residuals)
    counts = (~np.isnan(residuals)).sum(axis=1)
    pairs = (counts * (counts - 1)).sum()
    products = (filled.sum(axis=1) ** 2 - (filled**2).sum(axis=1)).sum()
    return float(np.sqrt(max(products / pairs, 0.0))) if pairs else 0.0


def residual_density(residuals: Bits, spread: float) -> Bits:
    """Return float64 (r,) on RESIDUALS, which sums to 1: the residual density of closeness.

    It is found by expectation maximisation over the states of each comparison. The density is a
    smoothed histogram, so that heavy tails are kept.
    """
    offsets = spread * np.array(parameters.STATE_OFFSETS)
    seen = ~np.isnan(residuals)
    bins = _bins(np.nan_to_num(residuals)[..., None] - offsets)
    density = _histogram(bins[seen], np.ones(bins[seen].shape) / len(offsets))
    for _ in range(parameters.RESIDUAL_ROUNDS):
        chances = np.log(density)[bins] * seen[..., None]
        logs = chances.sum(axis=1) + np.log(np.array(parameters.STATE_WEIGHTS))
        shares = np.exp(logs - logs.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        weights = np.broadcast_to(shares[:, None, :], bins.shape)
        density = _histogram(bins[seen], weights[seen])
    return density


def _bins(residuals: Bits) -> Intps:
    places = np.rint((residuals - RESIDUALS[0]) / parameters.RESIDUAL_STEP)
    return np.asarray(places.clip(0, len(RESIDUALS) - 1), dtype=np.intp)


def _histogram(bins: Intps, weights: Bits) -> Bits:
    counts = np.bincount(bins.ravel(), weights=weights.ravel(), minlength=len(RESIDUALS))
    reach = int(4 * parameters.RESIDUAL_SMOOTHING / parameters.RESIDUAL_STEP)
    places = np.arange(-reach, reach + 1) * parameters.RESIDUAL_STEP
    kernel = np.exp(-0.5 * (places / parameters.RESIDUAL_SMOOTHING) ** 2)
    smooth = np.convolve(counts, kernel / kernel.sum(), mode="same")
    density = smooth / smooth.sum()
    return np.asarray(
        (1.0 - parameters.RESIDUAL_FLOOR) * density + parameters.RESIDUAL_FLOOR / len(RESIDUALS)
    )


def interval_bits(sample: PairingSample, rng: np.random.Generator) -> float:
    """Return half the width of a 95 % interval of one mated finger's bits.

    The people are resampled and the model fitted `INTERVAL_ROUNDS` times. The spread of log2 of
    the mated density is taken at three pairs of qualities; the result is its 90 % quantile over
    mated cosines. Strangers are not included, because their density is already an upper bound.
    """
    mated = sample.mated
    fits = [fit_pairing(sample)]
    for _ in range(INTERVAL_ROUNDS):
        rows = rng.integers(0, len(mated.cosines), len(mated.cosines))
        drawn = MatedFingers(
            mated.cosines[rows], mated.first_qualities[rows], mated.second_qualities[rows]
        )
        fits.append(fit_pairing(PairingSample(drawn)))
    spreads, weights = [], []
    for quality in INTERVAL_QUALITIES:
        densities = np.array([_density_at(fit, quality) for fit in fits])
        spreads.append(np.log2(densities[1:]).std(axis=0))
        weights.append(densities[0])
    order = np.argsort(np.concatenate(spreads))
    shares = np.cumsum(np.concatenate(weights)[order]) / np.sum(weights)
    return 1.96 * float(np.concatenate(spreads)[order][np.searchsorted(shares, 0.9)])


def _density_at(fit: PairingFit, quality: int) -> Bits:
    expected = fit.means[0] + (fit.means[1] + fit.means[2]) * quality
    return mixed_density(fit, float(np.clip(expected, *fit.expected_range)))
