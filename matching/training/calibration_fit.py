"""Calibration of evidence on people who were not used for fitting, and thresholds from targets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from domain.arrays import Bools
from domain.searches.searches import NOTHING_COUNTED
from matching.calibration import CalibrationMap
from matching.fusion import supported
from matching.levels import Bits
from matching.parameters import (
    CALIBRATION_HINGES,
    CALIBRATION_REACH,
    CALIBRATION_ROUNDS,
    LONGEST_STEP,
    OFFSET_SPREAD,
    SLOPE_RANGE,
    SLOPE_SPREAD,
)
from matching.prepared import PreparedDetails
from matching.scored import ScoredCandidates
from matching.scorer import Scorer
from matching.training.inputs import Trial, TrialSet


@dataclass(frozen=True, slots=True, eq=False)
class TrialBits:
    """One search of a trial set in bits, before calibration; all float64 (k,).

    `total`: the bits of prints and details together, without the prior. `prints`: the bits of
    prints only, limited in the same way as the total; None in a names enquiry. `weights`: the
    number of people each candidate represents, 0 for a candidate who was not compared. `mate`: the
    index of the true person, -1 if there is none.
    """

    total: Bits
    weights: Bits
    mate: int
    prints: Bits | None = None


@dataclass(frozen=True, slots=True, eq=False)
class PairBits:
    """n pairs of probe and person: their bits, whether they are one person, their weights."""

    bits: Bits
    is_mated: Bools
    weights: Bits


def score_trials(scorer: Scorer, trials: TrialSet) -> Iterator[tuple[Trial, ScoredCandidates]]:
    """Yield each trial with its scored candidates."""
    gallery = [scorer.prepare(details) for details in trials.gallery]
    for trial in trials.trials:
        yield trial, _score(scorer, trial, gallery)


def _score(scorer: Scorer, trial: Trial, gallery: Sequence[PreparedDetails]) -> ScoredCandidates:
    held = [gallery[row] for row in trial.candidates.tolist()]
    if trial.comparisons is None:
        return scorer.score_details(
            trial.probe.details,
            held,
            gallery_size=len(gallery),
            words=trial.probe.words or NOTHING_COUNTED,
        )
    return scorer.score_prints(trial.probe, trial.comparisons, held, gallery_size=len(gallery))


def trial_bits(scorer: Scorer, trials: TrialSet) -> list[TrialBits]:
    """Return every search of a trial set in bits."""
    return [
        TrialBits(
            total=scored.total_bits - scored.prior,
            weights=trial.weights * scored.is_compared,
            mate=trial.mate,
            prints=_bounded_prints(scored),
        )
        for trial, scored in score_trials(scorer, trials)
    ]


def _bounded_prints(scored: ScoredCandidates) -> Bits | None:
    if scored.prints is None or scored.support is None:
        return None
    return supported(scored.print_bits, scored.gallery_size, scored.support.rate)


def pair_bits(searches: Sequence[TrialBits], bits: Sequence[Bits]) -> PairBits:
    """Return all pairs that were compared. `bits`: (k,) for each search."""
    mated = [np.arange(len(one)) == s.mate for one, s in zip(bits, searches, strict=True)]
    weights = np.concatenate([one.weights for one in searches])
    kept = weights > 0
    return PairBits(np.concatenate(bits)[kept], np.concatenate(mated)[kept], weights[kept])


def fit_map(pairs: PairBits) -> CalibrationMap:
    """Return the best-calibrated piecewise linear map, limited to what the pairs support.

    A rising line keeps the order of candidates, which the steps of isotonic regression do not.
    Below one in n, which is the resolution of n mated pairs, no further evidence is claimed.
    """
    slopes, offset = broken_line(pairs)
    hinges = np.array(CALIBRATION_HINGES)
    ends = np.array([hinges[0] - CALIBRATION_REACH, *hinges, hinges[-1] + CALIBRATION_REACH])
    heights = _design(ends, hinges) @ np.append(slopes, offset)
    low = -np.log2(1.0 + pairs.is_mated.sum())
    above = heights > low
    knots, levels = ends[above], heights[above]
    if not above.all():
        knots = np.append(np.interp(low, heights, ends), knots)
        levels = np.append(low, levels)
    return CalibrationMap(statistic=np.round(knots, 4), calibrated=np.round(levels, 4))


def _design(bits: Bits, hinges: Bits) -> Bits:
    """Return float64 (n, hinges + 2): the design matrix. Each row says how far a statistic extends
    into each linear piece, followed by a constant 1.
    """
    edges = np.array([-np.inf, *hinges, np.inf])
    pieces = [
        np.clip(bits, low, high) - (high if np.isinf(low) else low)
        for low, high in pairwise(edges.tolist())
    ]
    return np.stack([*pieces, np.ones_like(bits)], axis=1)


def broken_line(pairs: PairBits) -> tuple[Bits, float]:
    """Return the slope of each piece and the height at the first hinge, in bits.

    Logistic regression by Newton's method. It starts from the identity and is shrunk towards it:
    if mated and other pairs do not overlap, any steep line would fit, and the ratios as fitted are
    the better guess. Two kinds of odds count, because the line is used at both: even odds, at
    which most ratios are measured, and the odds of a search of many people, which apply to the
    strongest candidates.
    """
    hinges = np.array(CALIBRATION_HINGES)
    reach = np.clip(pairs.bits, hinges[0] - CALIBRATION_REACH, hinges[-1] + CALIBRATION_REACH)
    design = _design(reach, hinges) * np.log(2.0)
    start = np.append(np.ones(len(hinges) + 1), hinges[0])
    precision = np.append(np.full(len(hinges) + 1, SLOPE_SPREAD**-2), OFFSET_SPREAD**-2)
    found = start
    for _ in range(CALIBRATION_ROUNDS):
        gradient, curvature = -precision * (found - start), np.diag(precision)
        for log_odds, weights in _operating_points(pairs):
            chance = 1.0 / (1.0 + np.exp(np.clip(-design @ found - log_odds, -500.0, 500.0)))
            gradient = gradient + design.T @ (weights * (pairs.is_mated - chance))
            curvature = curvature + (design.T * (weights * chance * (1.0 - chance))) @ design
        step = np.linalg.solve(curvature, gradient)
        # Steps are short: a full step may overshoot where most probabilities are near 0 or 1.
        found = found + step * min(1.0, LONGEST_STEP / np.abs(step).max())
        found[:-1] = np.clip(found[:-1], *SLOPE_RANGE)
    return found[:-1], float(found[-1])


def _operating_points(pairs: PairBits) -> tuple[tuple[float, Bits], tuple[float, Bits]]:
    """Return prior log odds and weights (n,) for even odds and for those of the searches."""
    mated = pairs.weights[pairs.is_mated].sum()
    odds = mated / pairs.weights[~pairs.is_mated].sum()
    evened = np.where(pairs.is_mated, pairs.weights, pairs.weights * odds)
    return (0.0, evened), (float(np.log(odds)), pairs.weights)


def threshold(tops: Bits, false_positive_rate: float) -> float:
    """Return the total bits that no more than this share of searches reach.

    `tops`: float64 (n,), the strongest total of each search for a person who is not on record.
    """
    allowed = int(np.floor(false_positive_rate * len(tops)))
    falling = np.sort(tops)[::-1]
    # A hundredth of a bit above the highest value that must stay below the threshold.
    return float(np.round(falling[min(allowed, len(tops) - 1)] + 0.01, 2))
