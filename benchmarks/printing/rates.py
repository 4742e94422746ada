"""Error rates of match scores and their intervals, and bits fitted on the other sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

REPLICATES = 200
LEVEL = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Match scores of n pairs of prints, with the fingers they come from."""

    values: Doubles
    """float64 (n,)."""
    fingers: Indices
    """int64 (n, 2): numbers of the fingers over all sets. They are equal if both prints are of one
    finger."""

    @property
    def genuine(self) -> npt.NDArray[np.bool_]:
        """bool (n,): whether both prints are of the same finger."""
        return np.asarray(self.fingers[:, 0] == self.fingers[:, 1])


@dataclass(frozen=True, slots=True, eq=False)
class MatchedPairs:
    """All pairs of the prints of one set."""

    scores: Scores
    features: npt.NDArray[np.float64]
    """float64 (n, 3): the sample on which bits are fitted; see `cllr_by_set`."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The two error rates at every threshold. Weights represent repeated pairs."""

    false_matches: Doubles
    """float64 (t,): falling, 1 to 0."""
    false_non_matches: Doubles
    """float64 (t,): rising, 0 to 1."""

    @property
    def equal_error_rate(self) -> float:
        """The mean of both rates at the threshold where they are closest."""
        nearest = int(np.abs(self.false_matches - self.false_non_matches).argmin())
        return float(self.false_matches[nearest] + self.false_non_matches[nearest]) / 2

    def missed_at(self, false_match_rate: float) -> float:
        """Return the lowest share of genuine pairs missed if the false match rate
        is at most this.
        """
        allowed = self.false_matches <= false_match_rate
        return float(self.false_non_matches[allowed].min())


def curve_of(scores: Scores, finger_weights: Doubles) -> Curve:
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
    statistic: Callable[[Doubles], float], groups: Indices, rng: np.random.Generator
) -> tuple[float, float]:
    """Return the LEVEL interval of a statistic of finger weights, float64 (f,).

    `groups`: int64 (f,), the set of each finger. Fingers are resampled within their sets.
    """
    drawn = [statistic(_drawn_again(groups, rng)) for _ in range(REPLICATES)]
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _drawn_again(groups: Indices, rng: np.random.Generator) -> Doubles:
    """Return how often each finger is drawn. At least two fingers of a set are drawn, so that it
    has pairs of both kinds.
    """
    weights = np.zeros(len(groups))
    for group in np.unique(groups):
        members = np.flatnonzero(groups == group)
        drawn = rng.choice(members, len(members))
        while len(members) > 1 and len(np.unique(drawn)) == 1:
            drawn = rng.choice(members, len(members))
        np.add.at(weights, drawn, 1.0)
    return weights


_RIDGE = 1e-3
_ROUNDS = 50


def cllr_by_set(sets: Mapping[str, MatchedPairs]) -> dict[str, float]:
    """Return Cllr of each set for a model fitted on all other sets. Empty for a single set."""
    if len(sets) < 2:
        return {}
    return {
        name: _cllr(pairs, _fitted([other for key, other in sets.items() if key != name]))
        for name, pairs in sets.items()
    }


def _cllr(pairs: MatchedPairs, coefficients: Doubles) -> float:
    log2_ratio = _columns(pairs.features) @ coefficients / np.log(2)
    genuine = pairs.scores.genuine
    missed = np.logaddexp2(0.0, -log2_ratio[genuine]).mean()
    false = np.logaddexp2(0.0, log2_ratio[~genuine]).mean()
    return float(missed + false) / 2


def _fitted(sets: list[MatchedPairs]) -> Doubles:
    """Return the coefficients, float64 (4,), by Newton's method with a slight ridge."""
    x = _columns(np.concatenate([pairs.features for pairs in sets]))
    y = np.concatenate([pairs.scores.genuine for pairs in sets])
    weights = np.where(y, 0.5 / y.sum(), 0.5 / (~y).sum()) * len(y)
    coefficients = np.zeros(x.shape[1])
    ridge = _RIDGE * np.eye(x.shape[1])
    for _ in range(_ROUNDS):
        chances = 1 / (1 + np.exp(-np.clip(x @ coefficients, -50, 50)))
        slope = x.T @ (weights * (y - chances)) - ridge @ coefficients
        curvature = (x * (weights * chances * (1 - chances))[:, None]).T @ x + ridge
        step = np.linalg.solve(curvature, slope)
        coefficients += step
        if np.abs(step).max() < 1e-9:
            break
    return coefficients


def _columns(features: Doubles) -> Doubles:
    return np.column_stack([np.ones(len(features)), features])
