"""Two-point plans against published values and against their own definition."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.conversion.acceptance import (
    PLANS,
    accepted_errors,
    binomial_sum,
    counts_within,
    draw,
    interval,
    two_point_plan,
    undetected_share,
)
from domain.conversion.form import ErrorClass
from domain.errors import InvalidInputError

RATES = st.tuples(st.floats(0.001, 0.02), st.floats(2.5, 8.0))


@pytest.mark.parametrize(
    ("good", "bad", "sample", "accept"),
    [
        (0.001, 0.005, 1_335, 3),
        (0.001, 0.01, 531, 2),
        (0.0025, 0.01, 926, 5),
        (0.005, 0.02, 462, 5),
        (0.01, 0.03, 390, 7),
        (0.01, 0.05, 132, 3),
    ],
)
def test_plans_are_the_known_ones(good: float, bad: float, sample: int, accept: int) -> None:
    plan = two_point_plan(good, bad)

    assert (plan.sample, plan.accept) == (sample, accept)


def test_the_plan_of_a_regulation_passes_a_bad_lot_too_often() -> None:
    # 7 CFR 42.140, acceptable quality level .25: 500 read, 3 accepted.
    assert binomial_sum(3, 500, 0.01) == pytest.approx(0.264, abs=0.0005)


def test_no_error_in_300_bounds_the_share_at_one_in_a_hundred() -> None:
    assert interval(0, 300, confidence=0.9)[1] == pytest.approx(0.00994, abs=1e-5)
    assert interval(0, 3_000, confidence=0.9)[1] == pytest.approx(0.000998, abs=1e-6)


@given(RATES)
def test_a_plan_keeps_both_risks_and_no_smaller_one_does(rates: tuple[float, float]) -> None:
    good, bad = rates[0], rates[0] * rates[1]
    plan = two_point_plan(good, bad)

    assert plan.passes(good) >= 1 - plan.producer_risk
    assert plan.passes(bad) <= plan.consumer_risk
    assert binomial_sum(plan.accept, plan.sample - 1, bad) > plan.consumer_risk


@given(st.integers(0, 60), st.integers(1, 60), st.floats(0, 1))
def test_sums_are_those_of_the_exact_terms(most: int, trials: int, share: float) -> None:
    exact = sum(
        math.comb(trials, count) * share**count * (1 - share) ** (trials - count)
        for count in range(min(most, trials) + 1)
    )

    assert binomial_sum(most, trials, share) == pytest.approx(min(exact, 1.0), abs=1e-9)


@given(st.integers(1, 400), st.data())
def test_an_interval_holds_the_observed_share(units: int, data: st.DataObject) -> None:
    errors = data.draw(st.integers(0, units))
    low, high = interval(errors, units)

    assert 0.0 <= low <= errors / units <= high <= 1.0


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(3)
    counts = rng.binomial(200, 0.03, size=2_000)
    intervals = {int(one): interval(int(one), 200) for one in np.unique(counts)}

    covered = np.mean([intervals[int(one)][0] <= 0.03 <= intervals[int(one)][1] for one in counts])

    assert covered >= 0.94


@given(st.integers(1, 5_000), st.floats(0, 0.05))
def test_counts_within_hold_nearly_all_of_the_distribution(trials: int, share: float) -> None:
    low, high = counts_within(trials, share)

    assert binomial_sum(high, trials, share) - binomial_sum(low - 1, trials, share) >= 0.99


def test_undetected_errors_are_the_square_times_the_equal_slips() -> None:
    assert undetected_share(0.01, 0.1) == pytest.approx(1e-5)


@given(st.integers(0, 2**62 - 1), st.integers(0, 300), st.integers(0, 400))
def test_a_draw_repeats_and_takes_no_unit_twice(seed: int, units: int, count: int) -> None:
    population = list(range(units))
    drawn = draw(population, count, seed)

    assert drawn == draw(population, count, seed)
    assert len(set(drawn)) == len(drawn) == min(units, count)


def test_every_unit_is_drawn_equally_often() -> None:
    drawn = [one for seed in range(4_000) for one in draw(range(10), 3, seed)]

    counts = np.bincount(drawn, minlength=10)

    assert abs(counts - 1_200).max() < 5 * math.sqrt(1_200)


def test_a_small_lot_is_read_whole_and_held_to_the_good_rate() -> None:
    plan = PLANS[ErrorClass.CRITICAL]

    assert accepted_errors(plan, plan.sample) == 0
    assert accepted_errors(plan, plan.sample + 1) == plan.accept


@pytest.mark.parametrize(("good", "bad"), [(0.0, 0.1), (0.1, 0.1), (0.2, 0.1), (0.1, 1.0)])
def test_impossible_rates_are_refused(good: float, bad: float) -> None:
    with pytest.raises(InvalidInputError):
        two_point_plan(good, bad)
