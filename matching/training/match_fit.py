"""Fits the model of print matches on sets of fingers; each set is left out once.

Sets differ in their reader. A model fitted on some readers claims too much on another reader. So
its weights are shrunk until the sets left out support its claims.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from domain.arrays import Bools, Float64s
from domain.errors import InvalidInputError
from matching.match_bits import LEAST_BITS, MOST_BITS, bounded_bits, features

_RIDGE = 1e-3
_ROUNDS = 50
_SHRINKAGES = np.arange(1.0, 0.29, -0.05)
"""Parts of the fitted weights that are tried, the whole first."""
_MATED_ALLOWED, _OTHERS_ALLOWED = float(np.exp2(LEAST_BITS)), float(np.exp2(-MOST_BITS))
LEAST_MATED = 10
"""Pairs of one finger that a set must have to be left out by itself."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelledMatches:
    """The comparisons of all pairs of prints of one set, each labelled as one finger or two."""

    statistics: Float64s
    """float64 (n, 3), as `MatchModel.finger_bits` takes them."""
    is_mated: Bools
    """bool (n,): whether both prints are of one finger."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The results, on one set, of a model that was fitted on the other sets."""

    mated: int
    others: int
    cllr: float
    """The cost of believing the bits, 0 to 1 and more: `matching.metrics`."""
    mated_at_least: float
    """Share of pairs of one finger at the lower bound; 2^LEAST_BITS bears it out."""
    others_at_most: float
    """Share of pairs of two fingers at the upper bound; 2^-MOST_BITS bears it out."""

    @property
    def keeps_bounds(self) -> bool:
        """Whether the results on the set are within both bounds."""
        return self.mated_at_least <= _MATED_ALLOWED and self.others_at_most <= _OTHERS_ALLOWED


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A model fitted on all sets, and the results on each set of a model fitted on the others."""

    weights: Float64s
    shrinkage: float
    left_out: Mapping[str, LeftOut]

    @property
    def mean_cllr(self) -> float:
        """The mean Cllr of the sets."""
        return float(np.mean([one.cllr for one in self.left_out.values()]))


def fit_matches(sets: Mapping[str, LabelledMatches]) -> Fit:
    """Return the fit of two or more sets. Raises InvalidInputError for fewer.

    Of the shrinkages with which every set is within both bounds, the one with the lowest mean cost
    is used; if there is none, the lowest of all.
    """
    if len(sets) < 2 or any(one.is_mated.sum() < LEAST_MATED for one in sets.values()):
        raise InvalidInputError(
            "The model of print matches is fitted on two sets: give each at least "
            f"{LEAST_MATED} mated pairs (two prints of the same finger)."
        )
    others = {name: _weights([one for key, one in sets.items() if key != name]) for name in sets}
    tried = [_left_out(sets, others, float(part)) for part in _SHRINKAGES]
    sound = [one for one in tried if all(done.keeps_bounds for done in one.left_out.values())]
    best = min(sound or tried, key=lambda one: one.mean_cllr)
    return Fit(best.shrinkage * _weights(list(sets.values())), best.shrinkage, best.left_out)


def _left_out(
    sets: Mapping[str, LabelledMatches], others: Mapping[str, Float64s], part: float
) -> Fit:
    found = {name: measured(part * others[name], one) for name, one in sets.items()}
    return Fit(np.zeros(4), part, found)


def measured(weights: Float64s, pairs: LabelledMatches) -> LeftOut:
    """Return the results of a model with these weights on a set."""
    bits = bounded_bits(weights, pairs.statistics)
    mated, others = bits[pairs.is_mated], bits[~pairs.is_mated]
    cost = np.logaddexp2(0.0, -mated).mean() + np.logaddexp2(0.0, others).mean()
    return LeftOut(
        len(mated),
        len(others),
        float(cost) / 2,
        float((mated <= LEAST_BITS).mean()),
        float((others >= MOST_BITS).mean()),
    )


def _weights(sets: Sequence[LabelledMatches]) -> Float64s:
    """Return float64 (4,), bits: ridge logistic regression; both kinds of pairs weigh alike."""
    x = features(np.concatenate([one.statistics for one in sets]))
    y = np.concatenate([one.is_mated for one in sets])
    counts = np.where(y, 0.5 / y.sum(), 0.5 / (~y).sum()) * len(y)
    found = np.zeros(x.shape[1])
    ridge = _RIDGE * np.eye(x.shape[1])
    for _ in range(_ROUNDS):
        chances = 1 / (1 + np.exp(-np.clip(x @ found, -50, 50)))
        slope = x.T @ (counts * (y - chances)) - ridge @ found
        curvature = (x * (counts * chances * (1 - chances))[:, None]).T @ x + ridge
        step = np.linalg.solve(curvature, slope)
        found += step
        if np.abs(step).max() < 1e-9:
            break
    return np.asarray(found / np.log(2))


def model_card(fit: Fit, *, note: str) -> dict[str, Any]:
    """Return the card of a model of print matches, as plain data for JSON."""
    rows = {
        name: {
            "mated": one.mated,
            "others": one.others,
            "cllr": round(one.cllr, 4),
            "mated_at_least": round(one.mated_at_least, 4),
            "others_at_most": round(one.others_at_most, 4),
        }
        for name, one in fit.left_out.items()
    }
    return {
        "fitted_on": note,
        "bounds_bits": [LEAST_BITS, MOST_BITS],
        "shrinkage": round(fit.shrinkage, 2),
        "left_out": rows,
        "mean_cllr": round(fit.mean_cllr, 4),
        "must_not": list(MUST_NOT),
    }


MUST_NOT = (
    "To weigh marks: no marks took part in the fit.",
    "To weigh prints of another extractor, or prints that two extractors read.",
    "To decide, or to state before a court: it tells examiners, after their decisions, how much "
    "such agreement is worth among the fingers that it was fitted on.",
)
