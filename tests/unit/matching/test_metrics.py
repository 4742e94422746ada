from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from matching.metrics import (
    RatioSample,
    SearchScores,
    cllr,
    det_curve,
    fnir_at,
    hit_rate,
    interval,
    least_cllr,
    redrawn_costs,
    redrawn_fnirs,
    redrawn_thresholds,
    reliability,
    threshold_at,
    tippett,
    zero_error_bound,
)


def calibration_loss(sample: RatioSample) -> float:
    """Cllr_cal: the cost above the minimum."""
    return cllr(sample) - least_cllr(sample)


def _gaussian(shift: float = 0.0, scale: float = 1.0, n: int = 20_000) -> RatioSample:
    """Scores of two normal distributions whose true ratio is known, shifted and scaled."""
    rng = np.random.default_rng(5)
    mated, others = rng.normal(2, 1, n), rng.normal(-2, 1, n)
    bits = [scale * 4 * x / np.log(2) + shift for x in (mated, others)]
    return RatioSample(bits[0], bits[1][:, None], np.ones((n, 1)))


def _scores() -> SearchScores:
    return SearchScores(
        mate_bits=np.array([9.0, 5.0, 1.0, 8.0]),
        mate_ranks=np.array([1, 1, 3, 2]),
        top_bits=np.arange(100.0) / 20,
    )


def test_the_threshold_lets_through_no_more_than_the_rate() -> None:
    tops = np.arange(1000.0)
    assert (tops > threshold_at(tops, 0.01)).mean() == 0.01
    assert (tops > threshold_at(tops, 0.0)).sum() == 0


def test_a_mate_counts_as_found_above_the_threshold() -> None:
    assert fnir_at(_scores(), 0.01) == 0.25
    assert det_curve(_scores(), [0.01, 0.99]).tolist() == [0.25, 0.0]


def test_hit_rates_rise_with_the_rank() -> None:
    assert [hit_rate(_scores(), rank) for rank in (1, 2, 3)] == [0.5, 0.75, 1.0]


def test_knowing_nothing_costs_one_bit() -> None:
    nothing = RatioSample(np.zeros(3), np.zeros((5, 1)), np.ones((5, 1)))
    assert cllr(nothing) == pytest.approx(1.0)
    assert least_cllr(nothing) == pytest.approx(1.0)


def test_perfect_ratios_cost_nothing() -> None:
    perfect = RatioSample(np.full(3, 50.0), np.full((1, 3), -50.0), np.ones((1, 3)))
    assert cllr(perfect) == pytest.approx(0.0, abs=1e-12)


def test_true_ratios_lose_nothing_by_calibration() -> None:
    assert calibration_loss(_gaussian()) == pytest.approx(0.0, abs=0.003)


@pytest.mark.parametrize(("shift", "scale"), [(3.0, 1.0), (0.0, 2.5), (-2.0, 0.4)])
def test_shifted_or_stretched_ratios_cost_more_and_could_be_worth_the_same(
    shift: float, scale: float
) -> None:
    changed, true = _gaussian(shift, scale), _gaussian()
    assert calibration_loss(changed) > 0.02
    assert least_cllr(changed) == pytest.approx(least_cllr(true))


@given(
    st.lists(st.floats(-30, 30), min_size=1, max_size=20),
    st.lists(st.floats(-30, 30), min_size=1, max_size=20),
)
@example([0.0], [0.0, 0.0, 1.0])
def test_calibration_loss_is_never_negative(mated: list[float], others: list[float]) -> None:
    sample = RatioSample(np.array(mated), np.array([others]), np.ones((1, len(others))))
    assert calibration_loss(sample) >= -1e-9


def test_weights_stand_for_as_many_pairs() -> None:
    weighted = RatioSample(np.array([2.0]), np.array([[-1.0, 3.0]]), np.array([[3.0, 1.0]]))
    spelt_out = RatioSample(np.array([2.0]), np.array([[-1.0] * 3 + [3.0]]), np.ones((1, 4)))
    assert cllr(weighted) == pytest.approx(cllr(spelt_out))
    assert least_cllr(weighted) == pytest.approx(least_cllr(spelt_out))


def test_tippett_gives_the_shares_above() -> None:
    sample = RatioSample(np.array([1.0, 3.0]), np.array([[-1.0, 2.0]]), np.array([[3.0, 1.0]]))
    mated, others = tippett(sample, np.array([0.0, 2.5]))
    assert mated.tolist() == [1.0, 0.5]
    assert others.tolist() == [0.25, 0.0]


def test_reliability_sets_what_was_quoted_beside_what_came_true() -> None:
    found = reliability(
        np.array([0.1, 0.2, 0.9]), np.array([False, True, True]), np.array([0.0, 0.5, 1.0])
    )
    assert [(round(b.posterior, 2), b.observed, b.count) for b in found] == [
        (0.15, 0.5, 2),
        (0.9, 1.0, 1),
    ]


def test_intervals_of_misses_hold_the_rate_and_are_the_same_for_the_same_seed() -> None:
    def drawn() -> tuple[float, float]:
        rng = np.random.default_rng(3)
        thresholds = redrawn_thresholds(_scores().top_bits, [0.01], rounds=200, rng=rng)
        return interval(redrawn_fnirs(_scores().mate_bits, thresholds, rng))

    low, high = drawn()
    assert low <= fnir_at(_scores(), 0.01) <= high
    assert drawn() == (low, high)


def test_intervals_of_costs_hold_the_cost_and_its_parts_add_up() -> None:
    sample = _gaussian(n=400)
    costs = redrawn_costs(sample, rounds=50, rng=np.random.default_rng(3))
    low, high = interval(costs[:, 0])
    assert low < cllr(sample) < high
    assert np.allclose(costs[:, 0], costs[:, 1] + costs[:, 2])


def test_no_error_in_n_trials_bounds_the_rate_by_three_over_n() -> None:
    assert zero_error_bound(3000) == 0.001
    assert zero_error_bound(0) == 1.0
