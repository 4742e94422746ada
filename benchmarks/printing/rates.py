"""Error rates of match scores and their intervals, and bits fitted on other sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.training.match_fit import Fit, LabelledMatches, fit_matches

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
    statistics: npt.NDArray[np.float64]
    """float64 (n, 3), as `matching.match_bits` has them."""

    @property
    def labelled(self) -> LabelledMatches:
        """The pairs as a model of print matches is fitted on them."""
        return LabelledMatches(self.statistics, self.scores.genuine)


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


def fit_of(sets: Mapping[str, MatchedPairs]) -> Fit | None:
    """Return the model of print matches, each set left out in its turn; None of a single set."""
    if len(sets) < 2:
        return None
    return fit_matches({name: pairs.labelled for name, pairs in sets.items()})
