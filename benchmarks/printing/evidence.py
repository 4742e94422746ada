"""Bits from match scores, fitted on the other sets: the worth of evidence from minutiae.

Logistic regression with both kinds of pairs weighed alike, so that its log odds are log likelihood
ratios. Cllr is the mean cost of those (N. Brummer and J. du Preez, "Application-independent
evaluation of speaker detection", Computer Speech and Language 20, 2006): 0 is perfect, 1 says
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from benchmarks.printing.pairs import MatchedPairs

Doubles = npt.NDArray[np.float64]

_RIDGE = 1e-3
_ROUNDS = 50


def cllr_by_set(sets: Mapping[str, MatchedPairs]) -> dict[str, float]:
    """Return Cllr of each set under a model fitted on all others; nothing for a single set."""
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
    """Return float64 (4,), by Newton's method with a slight ridge."""
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
