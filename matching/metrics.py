"""The quality of evidence: errors of searches, and the quality of likelihood ratios.

Searches are measured as by NIST. FNIR is the share of people on record who are not proposed above
the threshold. FPIR is the share of people not on record for whom any candidate is proposed. Ratios
are measured by Cllr, the cost in bits of believing them (Brümmer and du Preez, Computer Speech and
Language 20, 2006). Cllr is divided into its minimum over all monotone maps and the rest, the
calibration loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from domain.arrays import Bools, Int64s
from matching.calibration import pool_adjacent_violators
from matching.levels import Bits


@dataclass(frozen=True, slots=True, eq=False)
class SearchScores:
    """Results of searches for n people on record and m people not on record.

    `mate_bits`: float64 (n,), the total of the true person, -inf if not proposed. `mate_ranks`:
    int64 (n,), from 1; a large number if not proposed. `top_bits`: float64 (m,), the strongest
    total of each search without a mate, -inf for an empty list.
    """

    mate_bits: Bits
    mate_ranks: Int64s
    top_bits: Bits


@dataclass(frozen=True, slots=True, eq=False)
class RatioSample:
    """Ratios by search, in bits without the prior.

    `mated_bits`: float64 (n,), one for each search whose true person was compared. `other_bits`:
    float64 (s, j), some other people of each search. `other_weights`: float64 (s, j), the number
    of people that each of them represents; 0 for an empty place.
    """

    mated_bits: Bits
    other_bits: Bits
    other_weights: Bits

    def resampled(self, rng: np.random.Generator) -> RatioSample:
        """Return a bootstrap sample of the same number of searches, drawn with replacement."""
        mated = rng.integers(len(self.mated_bits), size=len(self.mated_bits))
        others = rng.integers(len(self.other_bits), size=len(self.other_bits))
        return RatioSample(
            self.mated_bits[mated], self.other_bits[others], self.other_weights[others]
        )


def share_interval(met: int, searches: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of the share `met` / `searches`; 0 to 1 without searches."""
    if not searches:
        return 0.0, 1.0
    z, share = 1.96, met / searches
    middle = (share + z * z / (2 * searches)) / (1 + z * z / searches)
    spread = share * (1 - share) / searches + z * z / (4 * searches * searches)
    half = z / (1 + z * z / searches) * spread**0.5
    return max(0.0, middle - half), min(1.0, middle + half)


def threshold_at(top_bits: Bits, fpir: float) -> float:
    """Return the lowest total that no more than this share of searches exceed."""
    allowed = min(int(np.floor(fpir * len(top_bits))), len(top_bits) - 1)
    place = len(top_bits) - 1 - allowed
    return float(np.partition(top_bits, place)[place])


def fnir_at(scores: SearchScores, fpir: float) -> float:
    """Return the share of mates that are not above the threshold for this FPIR."""
    found = scores.mate_bits > threshold_at(scores.top_bits, fpir)
    return float(1.0 - found.mean())


def det_curve(scores: SearchScores, rates: Sequence[float]) -> Bits:
    """Return float64 (r,): the FNIR at each FPIR."""
    return np.array([fnir_at(scores, rate) for rate in rates])


def hit_rate(scores: SearchScores, rank: int) -> float:
    """Return the share of mates among the first `rank` candidates, whatever their totals (CMC)."""
    return float((scores.mate_ranks <= rank).mean())


def cllr(sample: RatioSample) -> float:
    """Return the cost, in bits, of believing the ratios; 1 is the cost of no information."""
    mated = np.logaddexp2(0.0, -sample.mated_bits).mean()
    others = np.average(np.logaddexp2(0.0, sample.other_bits), weights=sample.other_weights)
    return float((mated + others) / 2.0)


def least_cllr(sample: RatioSample) -> float:
    """Return the cost after the best monotone map, which measures discrimination."""
    return cllr(_best_map(sample))


def _best_map(sample: RatioSample) -> RatioSample:
    bits = np.concatenate([sample.mated_bits, sample.other_bits.ravel()])
    mated = np.arange(len(bits)) < len(sample.mated_bits)
    share = sample.other_weights.ravel() / sample.other_weights.sum()
    weights = np.concatenate([np.full(mated.sum(), 1.0 / mated.sum()), share])
    order = np.argsort(bits, kind="stable")
    chance = np.empty(len(bits))
    chance[order] = pool_adjacent_violators(bits[order], mated[order], weights[order])
    with np.errstate(divide="ignore"):
        best = np.log2(chance) - np.log2(1.0 - chance)
    others = best[~mated].reshape(sample.other_bits.shape)
    return RatioSample(best[mated], others, sample.other_weights)


def tippett(sample: RatioSample, at_bits: Bits) -> tuple[Bits, Bits]:
    """Return the shares of mated and of other pairs above each of `at_bits`; (b,) each."""
    mated = np.array([(sample.mated_bits > bits).mean() for bits in at_bits])
    weights = sample.other_weights / sample.other_weights.sum()
    others = np.array([weights[sample.other_bits > bits].sum() for bits in at_bits])
    return mated, others


@dataclass(frozen=True, slots=True, eq=False)
class ReliabilityBin:
    """Candidates in one bin of posteriors: mean posterior, share of true people, number."""

    posterior: float
    observed: float
    count: int


def reliability(posteriors: Bits, is_mated: Bools, edges: Bits) -> list[ReliabilityBin]:
    """Return one entry for each non-empty bin of `posteriors`, float64 (n,)."""
    places = np.digitize(posteriors, edges[1:-1])
    return [
        ReliabilityBin(
            posterior=float(posteriors[places == place].mean()),
            observed=float(is_mated[places == place].mean()),
            count=int((places == place).sum()),
        )
        for place in np.unique(places).tolist()
    ]


def interval(values: Bits) -> tuple[float, float]:
    """Return the central 95 % range of a statistic's values over bootstrap samples."""
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def redrawn_thresholds(
    top_bits: Bits, fpirs: Sequence[float], *, rounds: int, rng: np.random.Generator
) -> Bits:
    """Return float64 (rounds, fpirs): thresholds over bootstrap samples of the searches.

    Each search belongs to a different person, so sampling searches is sampling people.
    """
    draws = (top_bits[rng.integers(len(top_bits), size=len(top_bits))] for _ in range(rounds))
    return np.array([[threshold_at(drawn, fpir) for fpir in fpirs] for drawn in draws])


def redrawn_fnirs(mate_bits: Bits, thresholds: Bits, rng: np.random.Generator) -> Bits:
    """Return float64 (rounds, fpirs): the misses of resampled mates under each threshold."""
    mates = (mate_bits[rng.integers(len(mate_bits), size=len(mate_bits))] for _ in thresholds)
    rows = zip(mates, thresholds, strict=True)
    return np.array([(drawn[:, None] <= row).mean(axis=0) for drawn, row in rows])


def redrawn_costs(sample: RatioSample, *, rounds: int, rng: np.random.Generator) -> Bits:
    """Return float64 (rounds, 3): Cllr, its minimum and the difference, for each resample."""
    draws = (sample.resampled(rng) for _ in range(rounds))
    costs = np.array([(cllr(drawn), least_cllr(drawn)) for drawn in draws])
    return np.column_stack([costs, costs[:, 0] - costs[:, 1]])


def zero_error_bound(trials: int) -> float:
    """Return the upper 95 % bound of a rate after this many trials without an error: 3 / n."""
    return min(3.0 / trials, 1.0) if trials else 1.0
