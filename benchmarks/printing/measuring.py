"""Measures sets of prints: a row for each set, and one for all sets.

All rates are fractions of 1. Intervals are found by resampling fingers (`rates`).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.printing.extracting import Costs, Print
from benchmarks.printing.ranking import SHORT_LIST, Ranks, ranked
from benchmarks.printing.rates import (
    Doubles,
    Indices,
    MatchedPairs,
    Scores,
    curve_of,
    fit_of,
    interval,
)
from matching.training.match_fit import Fit
from prints.features.matching import match
from service.cli.training.print_sets import match_statistics

ALL = "all"
"""The row for all sets: the mean of their error rates, and ranks over all probes."""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Everything from which rows are made."""

    names: tuple[str, ...]
    """The sets, in order."""
    groups: Indices
    """int64 (f,): the set to which each finger belongs."""
    pairs: Mapping[str, MatchedPairs]
    ranks: Ranks


def measured(
    prints: Sequence[Print], distractors: Sequence[Print], *, depth: int, costs: Costs
) -> Measured:
    """Return all pairs of each set, and all prints but the first of a finger as probes."""
    enrolled = _first_of_each(prints)
    pairs = pairs_by_set(prints, costs)
    names = tuple(pairs)
    first = {id(one) for one in enrolled}
    probes = [one for one in prints if id(one) not in first]
    ranks = ranked(probes, enrolled, distractors, depth=depth, costs=costs)
    groups = np.array([names.index(one.data) for one in enrolled], dtype=np.int64)
    return Measured(names, groups, pairs, ranks)


def _first_of_each(prints: Sequence[Print]) -> list[Print]:
    """Return the first print of each finger, in order."""
    return list({(one.data, one.finger): one for one in reversed(prints)}.values())[::-1]


def pairs_by_set(prints: Sequence[Print], costs: Costs) -> dict[str, MatchedPairs]:
    """Return all pairs of the prints of each set."""
    enrolled = _first_of_each(prints)
    numbers = {(one.data, one.finger): number for number, one in enumerate(enrolled)}
    pairs = {}
    for name in dict.fromkeys(one.data for one in enrolled):
        members = [one for one in prints if one.data == name]
        owners = [numbers[one.data, one.finger] for one in members]
        pairs[name] = matched_pairs(members, owners, costs)
    return pairs


def rows_of(found: Measured, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Return the rows, that of all sets last if there are several."""
    fit = fit_of(found.pairs)
    rows = [
        {"data": name, **_row(found, (name,), rng), **_bits(fit, name)} for name in found.names
    ]
    if len(found.names) > 1:
        mean = None if fit is None else fit.mean_cllr
        rows.append({"data": ALL, **_row(found, found.names, rng), "cllr": mean})
    return rows


def _row(found: Measured, names: tuple[str, ...], rng: np.random.Generator) -> dict[str, Any]:
    scores = [found.pairs[name].scores for name in names]
    statistics: dict[str, Callable[[Doubles], float]] = {
        "eer": lambda w: float(np.mean([curve_of(s, w).equal_error_rate for s in scores])),
        "fnmr_at_fmr_1": lambda w: float(
            np.mean([curve_of(s, w).missed_at(0.01) for s in scores])
        ),
        "fnmr_at_fmr_01": lambda w: float(
            np.mean([curve_of(s, w).missed_at(0.001) for s in scores])
        ),
        **_rank_statistics(found, names),
    }
    row: dict[str, Any] = {}
    for name, statistic in statistics.items():
        row[name] = statistic(np.ones(len(found.groups)))
        row[f"{name}_interval"] = interval(statistic, found.groups, rng)
    row["gallery"] = found.ranks.gallery
    row["pairs"] = {
        "genuine": int(sum(s.genuine.sum() for s in scores)),
        "impostor": int(sum((~s.genuine).sum() for s in scores)),
    }
    row["probes"] = int(_of_sets(found, names).sum())
    return row


def _rank_statistics(
    found: Measured, names: tuple[str, ...]
) -> dict[str, Callable[[Doubles], float]]:
    chosen = _of_sets(found, names)
    fingers = found.ranks.fingers[chosen]
    hits = {
        "rank1": found.ranks.by_minutiae[chosen] < 1,
        "rank1_in_depth": found.ranks.in_depth[chosen] < 1,
        f"hit{SHORT_LIST}": found.ranks.by_vector[chosen] < SHORT_LIST,
        "hit100": found.ranks.by_vector[chosen] < 100,
        "rank1_by_vector": found.ranks.by_vector[chosen] < 1,
    }

    def share(hit: Any) -> Callable[[Doubles], float]:
        return lambda weights: float(np.average(hit, weights=weights[fingers]))

    return {name: share(hit) for name, hit in hits.items()}


def _of_sets(found: Measured, names: tuple[str, ...]) -> Any:
    numbers = [found.names.index(name) for name in names]
    return np.isin(found.groups[found.ranks.fingers], numbers)


def matched_pairs(prints: Sequence[Print], fingers: Sequence[int], costs: Costs) -> MatchedPairs:
    """Return the pairs of prints. `fingers` has the number of the finger of each print, over all
    sets.
    """
    pairs = list(itertools.combinations(range(len(prints)), 2))
    with costs.of("match", len(pairs)):
        found = [match(prints[one].description, prints[other].description) for one, other in pairs]
    owners = np.array([(fingers[one], fingers[other]) for one, other in pairs], dtype=np.int64)
    values = np.array([one.match_score for one in found])
    return MatchedPairs(Scores(values, owners), np.array([match_statistics(one) for one in found]))


def _bits(fit: Fit | None, name: str) -> dict[str, Any]:
    """Return how the bits of a set do under a model that did not see it."""
    if fit is None:
        return {"cllr": None}
    one = fit.left_out[name]
    bounds = {"mated_at_least": one.mated_at_least, "others_at_most": one.others_at_most}
    return {"cllr": one.cllr, **bounds, "shrinkage": fit.shrinkage}
