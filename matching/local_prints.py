"""Local ratios: each finger against its search's own strangers, and nothing beyond what counts say.

bits(c) = log2 m(c | qualities) - log2 u(z) + log2 s, with z = (c - mu) / s for mean mu and standard
deviation s of the probe finger's own strangers; then the running maximum over c, so that a higher
cosine is never worth less. m: density of mated cosines, fitted, with a share allowed anywhere
above the strangers. u: an upper bound on the density of strangers, from counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from matching.biometric import COSINES, PAIRINGS, PrintBits, look_up, seen_fingers
from matching.parameters import COSINE_STEP, FAILED_MATES, OTHER_MATES, STRANGER_STEP
from matching.strangers import DEVIATIONS, moments_of

if TYPE_CHECKING:
    from domain.strangers import Strangers
    from matching.biometric import FingerPairs
    from matching.levels import Bits

_LATENT = np.array(["latent" in pairing for pairing in PAIRINGS])


@dataclass(frozen=True, slots=True, eq=False)
class StrangerLaw:
    """What was counted of strangers of one kind.

    `density`: float64 (z,), log2, on `DEVIATIONS`: an upper bound. `moments`: float64 (2,), mean
    and standard deviation of the cosines counted. `comparisons`: how many independent ones the
    counts are worth.
    """

    density: Bits
    moments: Bits
    comparisons: int


@dataclass(frozen=True, slots=True, eq=False)
class LocalPrints:
    """The fitted local ratios.

    `means`, `knots`: as in `BiometricModel`. `mated`: float64 (pairings, knots, bins), the density
    of mated cosines per unit cosine at each of `COSINES`. `finger_interval_bits`: half the width
    of a 95 % interval of one finger's bits, by drawing the training people anew.
    """

    means: Bits
    knots: Bits
    mated: Bits
    prints: StrangerLaw
    marks: StrangerLaw
    finger_interval_bits: float

    def law(self, *, is_mark: bool) -> StrangerLaw:
        """Return the strangers of marks, or of controlled prints."""
        return self.marks if is_mark else self.prints


def local_bits(
    model: LocalPrints, pairs: FingerPairs, strangers: Strangers | None, *, fingers_tried: int
) -> PrintBits:
    """Return the bits of k candidates; `fingers_tried` is 0 unless the probe is a mark.

    Fingers in known positions add up: strangers' cosines of two fingers are independent (measured
    correlation .0007). For a mark the ratio is a mean over the fingers tried.
    """
    seen = seen_fingers(model.means, pairs)
    kinds = seen.fingers * len(PAIRINGS) + seen.pairings
    used, groups = np.unique(kinds, return_inverse=True)
    own = model.law(is_mark=fingers_tried > 0).moments
    fingers = np.full(pairs.cosines.shape, np.nan)
    if len(used):
        columns, pairings = np.divmod(used, len(PAIRINGS))
        tables = _tables(model, pairings, moments_of(strangers, own)[columns])
        found = look_up(model.knots[pairings], tables, replace(seen, pairings=groups))
        fingers[seen.candidates, seen.fingers] = found[:, 0]
    # A product with ones: summing along a short axis is slower.
    summed = np.nan_to_num(fingers) @ np.ones(fingers.shape[1])
    if not fingers_tried:
        return PrintBits(fingers=fingers, joint=summed, dependence=None)
    compared = ~np.isnan(fingers)
    ratios = np.exp2(np.where(compared, fingers, -np.inf))
    # A finger tried but not compared agreed less than the best one, so it is worth no more than
    # that one, nor more than nothing.
    unseen = np.maximum(fingers_tried - compared.sum(axis=1), 0)
    mean = (ratios.sum(axis=1) + unseen * np.minimum(ratios.max(axis=1), 1.0)) / fingers_tried
    joint = np.log2(np.where(compared.any(axis=1), mean, 1.0))
    return PrintBits(fingers=fingers, joint=joint, dependence=joint - summed)


def _tables(model: LocalPrints, pairings: npt.NDArray[np.intp], moments: Bits) -> Bits:
    """Return float64 (g, knots, bins, 1): bits of g kinds of finger, given their strangers.

    `pairings`: intp (g,); `moments`: float64 (g, 2).
    """
    means, spreads = moments[:, :1], moments[:, 1:]
    deviations = (COSINES - means) / spreads
    places = (deviations - DEVIATIONS[0]) / STRANGER_STEP
    bounded = np.clip(places, 0.0, len(DEVIATIONS) - 1.0)
    densities = np.stack([model.prints.density, model.marks.density])[
        _LATENT[pairings].astype(int)
    ]
    grid = np.arange(len(DEVIATIONS), dtype=np.float64)
    strangers = np.stack(
        [np.interp(at, grid, one) for at, one in zip(bounded, densities, strict=True)]
    ) - np.log2(spreads)
    ramp = np.clip((deviations - 1.0) / 3.0, 0.0, 1.0)
    ramp = ramp / np.maximum(1.0 - means - 2.5 * spreads, 0.1)
    spared = 1.0 - OTHER_MATES - FAILED_MATES
    anywhere = OTHER_MATES * ramp + FAILED_MATES / 2.0
    mated = spared * model.mated[pairings] + anywhere[:, None, :]
    bits = np.log2(mated) - strangers[:, None, :]
    return np.asarray(np.maximum.accumulate(bits, axis=2)[..., None])
