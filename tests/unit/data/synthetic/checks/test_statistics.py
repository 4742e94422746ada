"""Tails, intervals and correlations are recovered from data with known ones."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.synthetic.checks.templates import (
    BIN_WIDTH,
    Histogram,
    counted,
    fit_tail,
    histogram,
    tetrachoric,
    wilson,
)

RNG_SEED = 11


def _normal_histogram(deviation: float, count: int = 2_000_000) -> tuple[np.ndarray, float]:
    rng = np.random.default_rng(RNG_SEED)
    return rng.standard_normal(count) * deviation, deviation


def test_histogram_has_the_moments_of_its_sample() -> None:
    values, deviation = _normal_histogram(0.11)

    mean, measured, kurtosis = counted(histogram(-1.0, 1.0), values).moments()

    assert mean == pytest.approx(0.0, abs=5e-4)
    assert measured == pytest.approx(deviation, rel=0.01)
    assert kurtosis == pytest.approx(3.0, abs=0.05)


def test_histogram_counts_in_parts_as_in_one() -> None:
    values, _ = _normal_histogram(0.2, 1_000)
    whole = counted(histogram(-1.0, 1.0), values)

    parts = counted(counted(histogram(-1.0, 1.0), values[:300]), values[300:])

    assert parts.counts.tolist() == whole.counts.tolist()
    assert parts.total == 1_000


def test_outliers_go_to_the_end_bins() -> None:
    found = counted(histogram(0.0, 1.0), np.array([-5.0, 5.0]))

    assert found.counts[0] == found.counts[-1] == 1


def test_quantile_is_where_the_share_is_exceeded() -> None:
    values = np.linspace(0.0, 0.9999, 10_000)

    found = counted(histogram(0.0, 1.0), values).quantile(0.01)

    assert found == pytest.approx(0.99, abs=2 * BIN_WIDTH)


def test_tail_beyond_the_sample_is_that_of_the_distribution() -> None:
    deviation, pairs = 0.11, 10**8
    empty = histogram(-1.0, 1.0)
    edges = (empty.centres - BIN_WIDTH / 2.0).tolist()
    below = np.array([NormalDist(0.0, deviation).cdf(edge) for edge in edges])
    expected_counts = np.diff(np.rint(below * pairs), append=pairs).astype(np.int64)

    tail = fit_tail(Histogram(empty.lowest, expected_counts))

    for share in (1e-6, 1e-8, 1e-10):
        expected = -NormalDist(0.0, deviation).inv_cdf(share)
        assert tail.threshold(share) == pytest.approx(expected, rel=0.02)


def test_sample_without_a_bend_still_has_a_tail() -> None:
    values = np.random.default_rng(RNG_SEED).pareto(3.0, 200_000) * 0.1

    tail = fit_tail(counted(histogram(0.0, 4.0), values))

    assert tail.curvature == 0.0
    assert tail.threshold(1e-6) > tail.threshold(1e-5) > tail.start


@given(errors=st.integers(0, 50), more=st.integers(1, 5_000))
def test_interval_holds_the_share(errors: int, more: int) -> None:
    trials = errors + more

    low, high = wilson(errors, trials)

    assert 0.0 <= low <= errors / trials <= high <= 1.0


def test_no_error_in_n_trials_means_about_four_over_n() -> None:
    assert wilson(0, 10_000)[1] == pytest.approx(3.84 / 10_000, rel=0.01)


@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.5, 0.8])
def test_tetrachoric_correlation_is_recovered(correlation: float) -> None:
    rng = np.random.default_rng(RNG_SEED)
    first = rng.standard_normal(400_000)
    second = correlation * first + np.sqrt(1 - correlation**2) * rng.standard_normal(400_000)

    found = tetrachoric(first > 1.6, second > 1.6)

    assert found == pytest.approx(correlation, abs=0.02)
