"""Local ratios: each finger is measured against the strangers of its own search, and has no more
bits than the counts support.

bits(c) = log2 m(c | qualities) - log2 u(z) + log2 s, with z = (c - mu) / s for mean mu and
standard deviation s of the probe finger's own strangers. Then the running maximum over c is taken,
so that a higher cosine is never worth less. m: density of mated cosines, fitted, of which a share
may be anywhere above the strangers. u: an upper bound on the density of strangers, from counts.
"""

from dataclasses import dataclass

import numpy as np

from domain.arrays import Bools, Intps
from domain.searches.strangers import TEN_THOUSANDTHS, Strangers
from matching.biometric import COSINES, PAIRINGS, FingerPairs, PrintBits, seen_fingers
from matching.levels import Bits
from matching.parameters import COSINE_STEP
from matching.print_parameters import (
    FAILED_MATES,
    LEAST_COHORT,
    OTHER_MATES,
    PRINT_KNOTS,
    STRANGER_STEP,
)

DEVIATIONS = np.round(np.arange(-8.0, 24.0 + STRANGER_STEP / 2, STRANGER_STEP), 6)
"""float64 (z,): the grid of strangers' cosines, in standard deviations above their mean."""


def moments_of(strangers: Strangers | None, own: Bits) -> Bits:
    """Return float64 (10, 2): mean and standard deviation of the strangers of each finger.

    `own`: float64 (2,), the moments of the model's strangers. A cohort of fewer than
    `LEAST_COHORT` people is filled up with the model's strangers. Without a cohort, only the
    model's strangers are used.
    """
    if strangers is None:
        return np.tile(own, (10, 1))
    found = np.array([strangers.means, strangers.spreads], dtype=np.float64).T / TEN_THOUSANDTHS
    share = np.where(found[:, 1] > 0.0, min(strangers.people / LEAST_COHORT, 1.0), 0.0)
    means = share * found[:, 0] + (1.0 - share) * own[0]
    squares = share * np.square(found).sum(axis=1) + (1.0 - share) * np.square(own).sum()
    return np.stack([means, np.sqrt(np.maximum(squares - np.square(means), 1e-6))], axis=1)


_LATENT = np.array(["latent" in pairing for pairing in PAIRINGS])


@dataclass(frozen=True, slots=True, eq=False)
class StrangerLaw:
    """The distribution of strangers of one kind, from counts.

    `density`: float64 (z,), log2, on `DEVIATIONS`: an upper bound. `moments`: float64 (2,), mean
    and standard deviation of the cosines counted. `comparisons`: the number of independent
    comparisons that the counts are worth.
    """

    density: Bits
    moments: Bits
    comparisons: int


@dataclass(frozen=True, slots=True, eq=False)
class LocalPrints:
    """The fitted local ratios.

    `means`, `knots`: as in `BiometricModel`. `mated`: float64 (pairings, knots, bins), the density
    of mated cosines per unit cosine at each of `COSINES`. `finger_interval_bits`: half the width
    of a 95 % interval of one finger's bits, found by resampling the training people.
    """

    means: Bits
    knots: Bits
    mated: Bits
    laws: tuple[StrangerLaw, StrangerLaw]
    """The distribution of strangers for controlled prints, and the one for marks."""
    finger_interval_bits: float


def local_bits(
    model: LocalPrints, pairs: FingerPairs, strangers: Strangers | None, *, fingers_tried: int
) -> PrintBits:
    """Return the bits of k candidates. `fingers_tried` is 0 unless the probe is a mark.

    The bits of fingers in known positions are added, because strangers' cosines of two fingers are
    independent (measured correlation .0007). For a mark the ratio is a mean over the fingers
    tried.
    """
    seen = seen_fingers(model.means, pairs)
    kinds = seen.fingers * len(PAIRINGS) + seen.pairings
    used, groups = np.unique(kinds, return_inverse=True)
    columns, pairings = np.divmod(used, len(PAIRINGS))
    moments = moments_of(strangers, model.laws[1 if fingers_tried else 0].moments)
    knots = model.knots[pairings]
    # Interpolated linearly in expected closeness and in observed cosine.
    steps = (knots[:, -1] - knots[:, 0]) / (PRINT_KNOTS - 1)
    rows = np.clip((seen.expected - knots[groups, 0]) / steps[groups], 0.0, PRINT_KNOTS - 1.0)
    bins = np.clip((seen.cosines + 1.0) / COSINE_STEP, 0.0, len(COSINES) - 1.0)
    row = np.minimum(rows.astype(np.intp), PRINT_KNOTS - 2)
    column = np.minimum(bins.astype(np.intp), len(COSINES) - 2)
    lower, right = rows - row, bins - column
    # Tables are made only for the knots that are needed, two for each cosine.
    met = np.zeros((len(used), PRINT_KNOTS), np.bool_)
    met[groups, row] = met[groups, row + 1] = True
    # A running maximum does not depend on higher cosines, so tables end at the highest cosine.
    width = int(column.max(initial=0)) + 2
    flat = _tables(model, pairings, moments[columns], met, width).ravel()
    places = np.cumsum(met).reshape(met.shape) - 1
    first, second = (places[groups, at] * width + column for at in (row, row + 1))
    upper_bits = flat.take(first) * (1.0 - right) + flat.take(first + 1) * right
    lower_bits = flat.take(second) * (1.0 - right) + flat.take(second + 1) * right
    fingers: Bits = np.full(pairs.cosines.shape, np.nan)
    fingers[seen.candidates, seen.fingers] = upper_bits * (1.0 - lower) + lower_bits * lower
    # Computed as a product with ones, because summing along a short axis is slower.
    summed = np.nan_to_num(fingers) @ np.ones(fingers.shape[1])
    if not fingers_tried:
        return PrintBits(fingers=fingers, joint=summed, dependence=None)
    compared = ~np.isnan(fingers)
    ratios = np.exp2(np.where(compared, fingers, -np.inf))
    # A finger that was tried but not compared agreed less than the best finger. It is therefore
    # worth no more than that finger, and no more than 0 bits.
    unseen = np.maximum(fingers_tried - compared.sum(axis=1), 0)
    mean = (ratios.sum(axis=1) + unseen * np.minimum(ratios.max(axis=1), 1.0)) / fingers_tried
    joint = np.log2(np.where(compared.any(axis=1), mean, 1.0))
    return PrintBits(fingers=fingers, joint=joint, dependence=joint - summed)


def _tables(model: LocalPrints, pairings: Intps, moments: Bits, met: Bools, width: int) -> Bits:
    """Return float64 (t, width): bits of g kinds of finger, given their strangers.

    `pairings`: intp (g,); `moments`: float64 (g, 2); `met`: bool (g, knots), the t tables wanted;
    `width`: how many of `COSINES`, from the lowest.
    """
    means, spreads = moments[:, :1], moments[:, 1:]
    deviations = (COSINES[:width] - means) / spreads
    places = (deviations - DEVIATIONS[0]) / STRANGER_STEP
    bounded = np.clip(places, 0.0, len(DEVIATIONS) - 1.0)
    densities = np.stack([law.density for law in model.laws])[_LATENT[pairings].astype(int)]
    grid = np.arange(len(DEVIATIONS), dtype=np.float64)
    found = [np.interp(at, grid, one) for at, one in zip(bounded, densities, strict=True)]
    strangers = np.reshape(found, deviations.shape) - np.log2(spreads)
    ramp = np.clip((deviations - 1.0) / 3.0, 0.0, 1.0)
    ramp = ramp / np.maximum(1.0 - means - 2.5 * spreads, 0.1)
    spared = 1.0 - OTHER_MATES - FAILED_MATES
    anywhere = OTHER_MATES * ramp + FAILED_MATES / 2.0
    kinds, knots = np.nonzero(met)
    mated = spared * model.mated[pairings[kinds], knots, :width] + anywhere[kinds]
    bits = np.log2(mated) - strangers[kinds]
    return np.asarray(np.maximum.accumulate(bits, axis=1))
