"""Error rates of known scores."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.printing.measuring import Scores, curve_of, interval


def scores(genuine: list[float], impostor: list[float]) -> Scores:
    fingers = [(0, 0)] * len(genuine) + [(0, 1)] * len(impostor)
    return Scores(np.array(genuine + impostor, dtype=float), np.array(fingers))


EVEN = np.ones(2)


def test_separate_scores_have_no_errors() -> None:
    curve = curve_of(scores([5, 6, 7], [1, 2, 3]), EVEN)

    assert curve.equal_error_rate == 0.0
    assert curve.missed_at(0.0) == 0.0


def test_one_in_four_each_way_is_an_equal_error_rate_of_a_quarter() -> None:
    curve = curve_of(scores([2, 6, 7, 8], [1, 2.5, 0, 0.5]), EVEN)

    assert curve.equal_error_rate == pytest.approx(0.25)
    assert curve.missed_at(0.0) == pytest.approx(0.25)
    assert curve.missed_at(0.25) == 0.0


def test_equal_scores_of_both_kinds_are_half_wrong() -> None:
    assert curve_of(scores([1, 1], [1, 1]), EVEN).equal_error_rate == pytest.approx(0.5)


def test_a_finger_drawn_twice_counts_its_pairs_twice() -> None:
    both = Scores(np.array([1.0, 3.0, 2.0]), np.array([(0, 0), (1, 1), (0, 1)]))

    assert curve_of(both, np.array([1.0, 1.0])).missed_at(0.0) == pytest.approx(1 / 2)
    assert curve_of(both, np.array([2.0, 1.0])).missed_at(0.0) == pytest.approx(2 / 3)


def test_an_interval_holds_the_value_and_stays_within_sets() -> None:
    groups = np.repeat([0, 1], 10)
    seen: list[np.ndarray] = []

    def share(weights: np.ndarray) -> float:
        seen.append(weights)
        return float(np.average(np.arange(20) % 4 == 0, weights=weights))

    low, high = interval(share, groups, np.random.default_rng(1))

    assert low < 0.25 < high
    assert all(weights[:10].sum() == weights[10:].sum() == 10 for weights in seen)
