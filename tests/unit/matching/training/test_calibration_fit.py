"""Known distortions are drawn, and the map must undo them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.metrics import RatioSample, cllr, least_cllr
from matching.training.calibration_fit import (
    PairBits,
    TrialBits,
    fit_map,
    pair_bits,
    threshold,
)


def drawn(*, shift: float = 0.0, scale: float = 1.0, people: int = 4000) -> PairBits:
    """Pairs whose true bits are known (two normal distributions), shifted and scaled."""
    rng = np.random.default_rng(9)
    mated, others = rng.normal(2, 1, people), rng.normal(-2, 1, people)
    true = np.concatenate([mated, others]) * 4 / np.log(2)
    is_mated = np.arange(2 * people) < people
    return PairBits(scale * true + shift, is_mated, np.ones(2 * people))


def loss(pairs: PairBits, bits: np.ndarray) -> float:
    others = bits[~pairs.is_mated][:, None]
    sample = RatioSample(bits[pairs.is_mated], others, np.ones_like(others))
    return cllr(sample) - least_cllr(sample)


@pytest.mark.parametrize(("shift", "scale"), [(0.0, 1.0), (2.0, 1.0), (-3.0, 0.8), (1.0, 1.4)])
def test_a_distorted_ratio_is_set_right(shift: float, scale: float) -> None:
    pairs = drawn(shift=shift, scale=scale)
    assert loss(pairs, fit_map(pairs)(pairs.bits)) < 0.006


def test_true_ratios_are_left_nearly_alone() -> None:
    inside = np.linspace(-8, 8, 9)
    assert np.abs(fit_map(drawn())(inside) - inside).max() < 0.8


def test_nothing_below_one_in_n_mated_pairs_is_claimed() -> None:
    lowest = fit_map(drawn(people=1000))(np.array([-1e4]))[0]
    assert lowest == pytest.approx(-np.log2(1001), abs=1e-3)


def test_where_the_classes_do_not_overlap_the_ratio_stands() -> None:
    bits = np.concatenate([np.full(300, 22.0), np.full(300, -8.0)])
    fitted = fit_map(PairBits(bits, bits > 0, np.ones(600)))
    assert fitted(np.array([22.0]))[0] == pytest.approx(22.0, abs=3.0)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_map_rises_above_its_floor(seed: int) -> None:
    rng = np.random.default_rng(seed)
    bits = np.concatenate([rng.normal(6, 8, 200), rng.normal(-8, 6, 400)])
    fitted = fit_map(PairBits(bits, np.arange(600) < 200, rng.uniform(1, 50, 600)))
    assert np.all(np.diff(fitted.statistic) > 0)
    assert np.all(np.diff(fitted.calibrated) > 0)


def test_pairs_take_the_weight_of_the_people_they_stand_for() -> None:
    search = TrialBits(
        total=np.array([5.0, -1.0, 0.0]),
        weights=np.array([1.0, 40.0, 0.0]),
        mate=0,
    )
    pairs = pair_bits([search], [search.total])
    assert pairs.bits.tolist() == [5.0, -1.0]
    assert pairs.is_mated.tolist() == [True, False]
    assert pairs.weights.tolist() == [1.0, 40.0]


def test_the_threshold_keeps_the_target_on_the_searches_it_was_chosen_on() -> None:
    tops = np.random.default_rng(1).normal(size=5000)
    for rate in (0.001, 0.01, 0.05):
        assert (tops >= threshold(tops, rate)).mean() <= rate
        assert (tops >= threshold(tops, rate) - 0.05).mean() >= rate * 0.8
