from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.calibration import (
    IDENTITY,
    CalibrationMap,
    non_decreasing,
    pool_adjacent_violators,
)

MAP = CalibrationMap(np.array([-5.0, 0.0, 10.0]), np.array([-3.0, 1.0, 6.0]))


def test_between_knots_the_map_is_linear() -> None:
    assert MAP(np.array([-2.5, 5.0])).tolist() == [-1.0, 3.5]


def test_below_the_first_knot_nothing_more_is_claimed() -> None:
    assert MAP(np.array([-50.0])).tolist() == [-3.0]


def test_above_the_last_knot_its_correction_stands() -> None:
    assert MAP(np.array([30.0])).tolist() == [26.0]


@given(st.lists(st.floats(-100, 300), min_size=2, max_size=20))
def test_the_map_never_falls(bits: list[float]) -> None:
    ordered = np.sort(np.array(bits))
    assert np.all(np.diff(MAP(ordered)) >= -1e-12)


def test_identity_changes_nothing() -> None:
    assert IDENTITY(np.array([-300.0, 0.0, 12.5])).tolist() == [-300.0, 0.0, 12.5]


def test_non_decreasing_leaves_rising_values_alone_and_pools_the_others() -> None:
    assert non_decreasing(np.array([1.0, 2.0, 3.0]), np.ones(3)).tolist() == [1.0, 2.0, 3.0]
    assert non_decreasing(np.array([1.0, 4.0, 2.0]), np.ones(3)).tolist() == [1.0, 3.0, 3.0]


def test_pooling_gives_the_share_of_mated_pairs_in_each_pool() -> None:
    statistic = np.array([1.0, 2.0, 3.0, 4.0])
    chance = pool_adjacent_violators(statistic, np.array([False, True, False, True]))
    assert chance.tolist() == [0.0, 0.5, 0.5, 1.0]


def test_weights_stand_for_as_many_pairs() -> None:
    statistic, mated = np.array([1.0, 1.0]), np.array([True, False])
    assert pool_adjacent_violators(statistic, mated, np.array([1.0, 3.0])).tolist() == [0.25, 0.25]
