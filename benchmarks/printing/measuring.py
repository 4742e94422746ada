"""Measures sets of prints: a row for each set, and one for all sets.

All rates are fractions of 1. Intervals are found by resampling fingers.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.printing.extracting import Costs, Print
from benchmarks.printing.ranking import Ranks, ranked
from domain.arrays import Bools, Float64s, Int64s
from matching.training.match_fit import Fit, LabelledMatches, fit_matches
from prints.features.matching import match
from prints.features.whitening import Whitening
from service.cli.training.print_sets import match_statistics

REPLICATES = 200
LEVEL = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Match scores of n pairs of prints, with the fingers they come from."""

    values: Float64s
    """float64 (n,)."""
    fingers: Int64s
    """int64 (n, 2): numbers of the fingers over all sets, equal for prints of one finger."""

    @property
    def genuine(self) -> Bools:
        """bool (n,): whether both prints are of the same finger."""
        return np.asarray(self.fingers[:, 0] == self.fingers[:, 1])

    @property
    def equal_error_rate(self) -> float:
        """The equal error rate, each finger counted once."""
        return curve_of(self, np.ones(self.fingers.max() + 1)).equal_error_rate


@dataclass(frozen=True, slots=True, eq=False)
class MatchedPairs:
    """All pairs of the prints of one set."""

    scores: Scores
    statistics: Float64s
    """float64 (n, 3), as `matching.match_bits` has them."""

    @property
    def labelled(self) -> LabelledMatches:
        """The pairs in the form in which a model of print matches is fitted."""
        return LabelledMatches(self.statistics, self.scores.genuine)


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The two error rates at every threshold. Weights represent repeated pairs."""

    false_matches: Float64s
    """float64 (t,): descending from 1 to 0."""
    false_non_matches: Float64s
    """float64 (t,): ascending from 0 to 1."""

    @property
    def equal_error_rate(self) -> float:
        """The mean of both rates at the threshold where they are closest."""
        nearest = int(np.abs(self.false_matches - self.false_non_matches).argmin())
        return float(self.false_matches[nearest] + self.false_non_matches[nearest]) / 2

    def missed_at(self, false_match_rate: float) -> float:
        """Return the lowest share of genuine pairs missed up to this false match rate."""
        allowed = self.false_matches <= false_match_rate
        return float(self.false_non_matches[allowed].min())


def curve_of(scores: Scores, finger_weights: Float64s) -> Curve:
    """Return the curve. `finger_weights`, float64 (f,): how often each finger counts."""
    first, second = finger_weights[scores.fingers].T
    genuine = scores.genuine
    weights = np.where(genuine, first, first * second)
    order = np.argsort(scores.values, kind="stable")
    _, ends = np.unique(scores.values[order], return_index=True)
    below = np.stack(
        [
            np.concatenate([[0.0], np.cumsum((weights * chosen)[order])])[
                np.append(ends, len(order))
            ]
            for chosen in (genuine, ~genuine)
        ]
    )
    shares = below / np.maximum(below[:, -1:], 1e-300)
    return Curve(1.0 - shares[1], shares[0])


def interval(
    statistic: Callable[[Float64s], float], groups: Int64s, rng: np.random.Generator
) -> tuple[float, float]:
    """Return the LEVEL interval of a statistic of finger weights, float64 (f,).

    `groups`: int64 (f,), the set of each finger. Fingers are resampled within their sets.
    """
    drawn = [statistic(_drawn_again(groups, rng)) for _ in range(REPLICATES)]
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _drawn_again(groups: Int64s, rng: np.random.Generator) -> Float64s:
    """Return how often each finger is drawn: of a set at least two, for pairs of both kinds."""
    weights = np.zeros(len(groups))
    for group in np.unique(groups):
        members = np.flatnonzero(groups == group)
        drawn = rng.choice(members, len(members))
        while len(members) > 1 and len(np.unique(drawn)) == 1:
            drawn = rng.choice(members, len(members))
        np.add.at(weights, drawn, 1.0)
    return weights


def fit_of(sets: Mapping[str, MatchedPairs]) -> Fit | None:
    """Return the model of print matches with each set left out once; None for only one set."""
    if len(sets) < 2:
        return None
    return fit_matches({name: pairs.labelled for name, pairs in sets.items()})


ALL = "all"
"""The row for all sets: the mean of their error rates, and ranks over all probes."""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Everything from which rows are made."""

    names: tuple[str, ...]
    """The sets, in order."""
    groups: Int64s
    """int64 (f,): the set to which each finger belongs."""
    pairs: Mapping[str, MatchedPairs]
    ranks: Ranks


def measured(
    prints: Sequence[Print],
    distractors: Sequence[Print],
    whitenings: Mapping[str, Whitening],
    *,
    depth: int,
    costs: Costs,
) -> Measured:
    """Return all pairs of each set. The probes are all prints except the first of each finger."""
    enrolled = _first_of_each(prints)
    pairs = pairs_by_set(prints, costs)
    names = tuple(pairs)
    first = {id(one) for one in enrolled}
    probes = [one for one in prints if id(one) not in first]
    ranks = ranked(probes, enrolled, distractors, whitenings, depth=depth, costs=costs)
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
    """Return the rows; if there are several sets, the row for all sets is last."""
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
    statistics: dict[str, Callable[[Float64s], float]] = {
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


_HITS = {
    "rank1": ("by_minutiae", 1),
    "rank1_in_depth": ("in_depth", 1),
    "hit20_in_depth": ("in_depth", 20),
    "hit20": ("by_vector", 20),
    "hit20_in_turns": ("in_turns", 20),
    "hit20_whitened": ("whitened", 20),
    "hit100": ("by_vector", 100),
    "hit100_in_turns": ("in_turns", 100),
    "hit100_whitened": ("whitened", 100),
    "rank1_by_vector": ("by_vector", 1),
}
"""Shares of probes, by the order in which their finger is among so many first."""


def _rank_statistics(
    found: Measured, names: tuple[str, ...]
) -> dict[str, Callable[[Float64s], float]]:
    chosen = _of_sets(found, names)
    fingers = found.ranks.fingers[chosen]
    hits = {
        name: found.ranks.places[order][chosen] < most for name, (order, most) in _HITS.items()
    }

    def share(hit: Any) -> Callable[[Float64s], float]:
        return lambda weights: float(np.average(hit, weights=weights[fingers]))

    better = hits["hit20_whitened"] * 1.0 - hits["hit20_in_turns"]
    return {name: share(hit) for name, hit in hits.items()} | {"whitening_gain": share(better)}


def _of_sets(found: Measured, names: tuple[str, ...]) -> Any:
    numbers = [found.names.index(name) for name in names]
    return np.isin(found.groups[found.ranks.fingers], numbers)


def matched_pairs(prints: Sequence[Print], fingers: Sequence[int], costs: Costs) -> MatchedPairs:
    """Return pairs of prints. `fingers`: the number of each print's finger, over all sets."""
    pairs = list(itertools.combinations(range(len(prints)), 2))
    with costs.of("match", len(pairs)):
        found = [match(prints[one].description, prints[other].description) for one, other in pairs]
    owners = np.array([(fingers[one], fingers[other]) for one, other in pairs], dtype=np.int64)
    values = np.array([one.match_score for one in found])
    return MatchedPairs(Scores(values, owners), np.array([match_statistics(one) for one in found]))


def _bits(fit: Fit | None, name: str) -> dict[str, Any]:
    """Return the Cllr and the bounds of one set's bits, by a model fitted on the other sets."""
    if fit is None:
        return {"cllr": None}
    one = fit.left_out[name]
    bounds = {"mated_at_least": one.mated_at_least, "others_at_most": one.others_at_most}
    return {"cllr": one.cllr, **bounds, "shrinkage": fit.shrinkage}
