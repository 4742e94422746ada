"""Trials of known answer, turned into figures: by kind of search, by evidence, by stratum."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from matching.metrics import (
    RatioSample,
    SearchScores,
    cllr,
    fnir_at,
    hit_rate,
    interval,
    least_cllr,
)
from matching.parameters import EVALUATION_ROUNDS, RATIO_ROUNDS
from matching.training.calibration_fit import score_trials

if TYPE_CHECKING:
    from matching.levels import Bits
    from matching.scored import ScoredCandidates
    from matching.scorer import Scorer
    from matching.training.inputs import Trial, TrialSet

Mask = npt.NDArray[np.bool_]
RANKS = (1, 2, 5, 10, 50, 100)
"""Ranks at which hit rates are reported, as NIST does."""

FPIRS = (0.001, 0.005, 0.01)
"""False positive rates at which misses are reported, as NIST does."""

_NOT_PROPOSED = 2**31
_OTHERS_KEPT = 6


@dataclass(frozen=True, slots=True, eq=False)
class Observations:
    """What n searches of one kind gave under one kind of evidence; row i is one search.

    `numbers`: int64 (n,), who was searched. `is_mated`: bool (n,), whether that person is in the
    gallery. `mate_bits`: float64 (n,), total of the person, -inf where not proposed; `mate_ranks`:
    int64 (n,). `top_bits`: float64 (n,), the strongest total of anybody else. `ratios`: float64
    (n,), calibrated bits of the person without the prior, NaN where there was nothing to compare.
    `other_ratios`, `other_weights`: float64 (n, j), the same of some other people.
    """

    search: str
    evidence: str
    numbers: npt.NDArray[np.int64]
    is_mated: Mask
    mate_bits: Bits
    mate_ranks: npt.NDArray[np.int64]
    top_bits: Bits
    ratios: Bits
    other_ratios: Bits
    other_weights: Bits

    def scores(self, stratum: Mask) -> SearchScores:
        """Return the results of a stratum's mated searches beside all searches that are not."""
        mated = self.is_mated & stratum
        return SearchScores(
            self.mate_bits[mated], self.mate_ranks[mated], self.top_bits[~self.is_mated]
        )

    def sample(self, stratum: Mask) -> RatioSample:
        """Return the ratios of a stratum: its people, and others against its people."""
        ratios = self.ratios[stratum]
        return RatioSample(
            ratios[~np.isnan(ratios)], self.other_ratios[stratum], self.other_weights[stratum]
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """A statistic and the central 95 % of it over people drawn anew."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class EvaluationRow:
    """The figures of one kind of search, one kind of evidence, one stratum."""

    search: str
    evidence: str
    stratum: str
    mated: int
    nonmated: int
    fnir: tuple[Figure, ...]
    """At each of FPIRS."""
    hit_rates: tuple[float, ...]
    """At each of RANKS."""
    cllr: Figure
    cllr_min: Figure
    cllr_cal: Figure


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    """One search under one kind of evidence; float64 (k,) each."""

    totals: Bits
    ratios: Bits
    is_compared: Mask


def _views(scored: ScoredCandidates) -> dict[str, _View]:
    compared = scored.is_compared
    if scored.prints is None:
        return {"details": _View(scored.total_bits, scored.calibrated_bits, compared)}
    alone = _View(scored.prior + scored.print_bits, scored.print_bits, compared)
    if scored.prints.is_mark:
        return {"prints": alone}
    fused = _View(scored.total_bits, scored.calibrated_bits, compared)
    return {"prints": alone, "fused": fused}


def observe(scorer: Scorer, trials: TrialSet) -> list[Observations]:
    """Return the observations of a trial set, one for each kind of evidence it has."""
    seen: dict[str, list[tuple[float, int, float, float, Bits, Bits]]] = {}
    people = [(trial.number, trial.mate >= 0) for trial in trials.trials]
    for trial, scored in score_trials(scorer, trials):
        for evidence, view in _views(scored).items():
            seen.setdefault(evidence, []).append(_observed(trial, view))
    return [_columns(trials.name, evidence, people, rows) for evidence, rows in seen.items()]


def _observed(trial: Trial, view: _View) -> tuple[float, int, float, float, Bits, Bits]:
    """Return total, rank, strongest other, ratio of the mate; ratios and weights of others."""
    proposed = trial.weights == 1.0
    places = np.arange(len(view.totals))
    others = proposed & (places != trial.mate)
    top = float(view.totals[others].max(initial=-np.inf))
    kept, weights = _others(trial, view)
    if trial.mate < 0:
        return -np.inf, _NOT_PROPOSED, top, np.nan, kept, weights
    total = float(view.totals[trial.mate])
    rank = 1 + int((view.totals[others] >= total).sum())
    ratio = float(view.ratios[trial.mate]) if view.is_compared[trial.mate] else np.nan
    return total, rank, top, ratio, kept, weights


def _others(trial: Trial, view: _View) -> tuple[Bits, Bits]:
    """Return ratios and weights, (j,) each, of the strongest other and some drawn at random."""
    places = np.flatnonzero((np.arange(len(view.ratios)) != trial.mate) & view.is_compared)
    drawn = places[trial.weights[places] > 1.0][: _OTHERS_KEPT - 1]
    proposed = places[trial.weights[places] == 1.0]
    ratios, weights = np.zeros(_OTHERS_KEPT), np.zeros(_OTHERS_KEPT)
    if len(proposed):
        ratios[0] = view.ratios[proposed].max()
        weights[0] = 1.0
    ratios[1 : 1 + len(drawn)] = view.ratios[drawn]
    # Together the few drawn stand for all that were not proposed.
    weights[1 : 1 + len(drawn)] = trial.weights[places].sum() / max(len(drawn), 1)
    return ratios, weights


def _columns(
    search: str,
    evidence: str,
    people: list[tuple[int, bool]],
    rows: list[tuple[float, int, float, float, Bits, Bits]],
) -> Observations:
    mate_bits, mate_ranks, top_bits, ratios, others, weights = zip(*rows, strict=True)
    return Observations(
        search=search,
        evidence=evidence,
        numbers=np.array([number for number, _ in people], dtype=np.int64),
        is_mated=np.array([is_mated for _, is_mated in people], dtype=np.bool_),
        mate_bits=np.array(mate_bits),
        mate_ranks=np.array(mate_ranks, dtype=np.int64),
        top_bits=np.array(top_bits),
        ratios=np.array(ratios),
        other_ratios=np.stack(others),
        other_weights=np.stack(weights),
    )


def evaluate(
    observations: Observations, stratum: str, members: Mask, *, rng: np.random.Generator
) -> EvaluationRow:
    """Return the figures of one stratum, `members` bool (n,) by search.

    Misses are counted against the threshold that all searches of people not on record set, so
    that a stratum is judged as the whole service would judge it.
    """
    scores, sample = observations.scores(members), observations.sample(members)

    def figure(statistic: Callable[[RatioSample], float]) -> Figure:
        return Figure(
            statistic(sample), *interval(statistic, sample, rounds=RATIO_ROUNDS, rng=rng)
        )

    return EvaluationRow(
        search=observations.search,
        evidence=observations.evidence,
        stratum=stratum,
        mated=len(scores.mate_bits),
        nonmated=len(scores.top_bits),
        fnir=tuple(_fnir(scores, fpir, rng) for fpir in FPIRS),
        hit_rates=tuple(hit_rate(scores, rank) for rank in RANKS),
        cllr=figure(cllr),
        cllr_min=figure(least_cllr),
        cllr_cal=figure(lambda one: cllr(one) - least_cllr(one)),
    )


def _fnir(scores: SearchScores, fpir: float, rng: np.random.Generator) -> Figure:
    def statistic(one: SearchScores) -> float:
        return fnir_at(one, fpir)

    bounds = interval(statistic, scores, rounds=EVALUATION_ROUNDS, rng=rng)
    return Figure(statistic(scores), *bounds)
