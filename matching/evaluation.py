"""Turn trials with known answers into figures, by kind of search, kind of evidence and stratum."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from domain.arrays import Bools, Int64s
from matching import metrics
from matching.fusion import supported
from matching.levels import Bits
from matching.parameters import EVALUATION_ROUNDS, RATIO_ROUNDS
from matching.scored import ScoredCandidates
from matching.scorer import Scorer
from matching.training.calibration_fit import score_trials
from matching.training.inputs import Trial, TrialSet

RANKS = (1, 2, 5, 10, 50, 100)
"""Ranks for which hit rates are reported, following NIST."""

FPIRS = (0.001, 0.005, 0.01)
"""False positive rates for which misses are reported, following NIST."""

_NOT_PROPOSED = 2**31
_OTHERS_KEPT = 6


@dataclass(frozen=True, slots=True, eq=False)
class Observations:
    """The results of n searches of one kind with one kind of evidence; row i is one search.

    `numbers`: int64 (n,), the person searched for. `is_mated`: bool (n,), whether that person is
    in the gallery. `mate_bits`: float64 (n,), the total of that person, -inf if not proposed;
    `mate_ranks`: int64 (n,). `top_bits`: float64 (n,), the strongest total of any other person.
    `ratios`: float64 (n,), the calibrated bits of the person without the prior, NaN if nothing was
    compared. `other_ratios`, `other_weights`: float64 (n, j), the ratios of some other people, and
    how many people each represents. `lead_odds`: float64 (n,), log2 odds quoted for the strongest
    candidate; `lead_is_mate`: bool (n,), whether this candidate is the person searched for.
    """

    search: str
    evidence: str
    numbers: Int64s
    is_mated: Bools
    mate_bits: Bits
    mate_ranks: Int64s
    top_bits: Bits
    ratios: Bits
    other_ratios: Bits
    other_weights: Bits
    lead_odds: Bits
    lead_is_mate: Bools

    def scores(self, stratum: Bools) -> metrics.SearchScores:
        """Return the results of the mated searches of a stratum, and of all unmated searches."""
        mated = self.is_mated & stratum
        return metrics.SearchScores(
            self.mate_bits[mated], self.mate_ranks[mated], self.top_bits[~self.is_mated]
        )

    def sample(self, stratum: Bools) -> metrics.RatioSample:
        """Return a stratum's ratios: of its people, and of others compared with them."""
        ratios = self.ratios[stratum]
        return metrics.RatioSample(
            ratios[~np.isnan(ratios)], self.other_ratios[stratum], self.other_weights[stratum]
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """A statistic, and its central 95 % range over resampled people."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class EvaluationRow:
    """The figures for one kind of search, one kind of evidence and one stratum."""

    search: str
    evidence: str
    stratum: str
    mated: int
    nonmated: int
    fnir: tuple[Figure, ...]
    """One for each of FPIRS."""
    hit_rates: tuple[float, ...]
    """One for each of RANKS."""
    cllr: Figure
    cllr_min: Figure
    cllr_cal: Figure


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    """The candidates of one search with one kind of evidence; float64 (k,) each."""

    prior: float
    totals: Bits
    ratios: Bits
    is_compared: Bools


def _views(scored: ScoredCandidates) -> dict[str, _View]:
    compared, prior = scored.is_compared, scored.prior
    whole = _View(prior, scored.total_bits, scored.calibrated_bits, compared)
    if scored.prints is None:
        return {"details": whole}
    bits = scored.print_bits
    if scored.support is not None:
        bits = supported(bits, scored.gallery_size, scored.support.rate)
    alone = _View(prior, prior + bits, bits, compared)
    return {"prints": alone} if scored.prints.is_mark else {"prints": alone, "fused": whole}


def observe(scorer: Scorer, trials: TrialSet) -> list[Observations]:
    """Return the observations of a trial set, one for each kind of evidence that it has."""
    seen: dict[str, list[dict[str, Any]]] = {}
    for trial, scored in score_trials(scorer, trials):
        for evidence, view in _views(scored).items():
            seen.setdefault(evidence, []).append(_observed(trial, view))
    return [
        Observations(
            trials.name,
            evidence,
            **{name: np.array([row[name] for row in rows]) for name in rows[0]},
        )
        for evidence, rows in seen.items()
    ]


def _observed(trial: Trial, view: _View) -> dict[str, Any]:
    """Return the row of one search, by the names of the columns of `Observations`."""
    is_mate = np.arange(len(view.totals)) == trial.mate
    others = (trial.weights == 1.0) & ~is_mate
    proposed = others | (is_mate & trial.is_mate_proposed)
    top = float(view.totals[others].max(initial=-np.inf))
    total, ratio, rank = -np.inf, np.nan, _NOT_PROPOSED
    if trial.mate >= 0:
        ratio = float(view.ratios[trial.mate]) if view.is_compared[trial.mate] else np.nan
    if trial.is_mate_proposed:
        total = float(view.totals[trial.mate])
        rank = 1 + int((view.totals[others] >= total).sum())
    lead = int(np.where(proposed, view.totals, -np.inf).argmax())
    kept, weights = _others(trial, view)
    return {
        "numbers": trial.number,
        "is_mated": trial.mate >= 0,
        "mate_bits": total,
        "mate_ranks": rank,
        "top_bits": top,
        "ratios": ratio,
        "other_ratios": kept,
        "other_weights": weights,
        "lead_odds": view.prior + float(view.ratios[lead]),
        "lead_is_mate": lead == trial.mate,
    }


def _others(trial: Trial, view: _View) -> tuple[Bits, Bits]:
    """Return ratios and weights, (j,) each, of the strongest other person and of random others."""
    places = np.flatnonzero((np.arange(len(view.ratios)) != trial.mate) & view.is_compared)
    drawn = places[trial.weights[places] > 1.0][: _OTHERS_KEPT - 1]
    proposed = places[trial.weights[places] == 1.0]
    ratios, weights = np.zeros(_OTHERS_KEPT), np.zeros(_OTHERS_KEPT)
    if len(proposed):
        ratios[0] = view.ratios[proposed].max()
        weights[0] = 1.0
    ratios[1 : 1 + len(drawn)] = view.ratios[drawn]
    # Together the random others represent everyone who was not proposed.
    weights[1 : 1 + len(drawn)] = trial.weights[places].sum() / max(len(drawn), 1)
    return ratios, weights


def evaluate(
    observations: Observations, strata: Mapping[str, Bools], *, rng: np.random.Generator
) -> list[EvaluationRow]:
    """Return the figures of each stratum. `strata`: bool (n,) by search.

    The threshold for misses comes from all unmated searches, so a stratum is measured with the
    threshold of the whole service.
    """
    tops = observations.top_bits[~observations.is_mated]
    thresholds = metrics.redrawn_thresholds(tops, FPIRS, rounds=EVALUATION_ROUNDS, rng=rng)
    return [
        _row(observations, stratum, members, thresholds=thresholds, rng=rng)
        for stratum, members in strata.items()
    ]


def _row(
    observations: Observations,
    stratum: str,
    members: Bools,
    *,
    thresholds: Bits,
    rng: np.random.Generator,
) -> EvaluationRow:
    scores, sample = observations.scores(members), observations.sample(members)
    misses = metrics.redrawn_fnirs(scores.mate_bits, thresholds, rng)
    costs = metrics.redrawn_costs(sample, rounds=RATIO_ROUNDS, rng=rng)
    whole, least = metrics.cllr(sample), metrics.least_cllr(sample)
    return EvaluationRow(
        search=observations.search,
        evidence=observations.evidence,
        stratum=stratum,
        mated=len(scores.mate_bits),
        nonmated=len(scores.top_bits),
        fnir=tuple(
            Figure(metrics.fnir_at(scores, fpir), *metrics.interval(drawn))
            for fpir, drawn in zip(FPIRS, misses.T, strict=True)
        ),
        hit_rates=tuple(metrics.hit_rate(scores, rank) for rank in RANKS),
        cllr=Figure(whole, *metrics.interval(costs[:, 0])),
        cllr_min=Figure(least, *metrics.interval(costs[:, 1])),
        cllr_cal=Figure(whole - least, *metrics.interval(costs[:, 2])),
    )
