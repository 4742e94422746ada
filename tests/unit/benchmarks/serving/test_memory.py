from __future__ import annotations

import math

import pytest

from benchmarks.serving.server import slope


def test_memory_that_grows_by_each_search_has_that_slope() -> None:
    samples = [(count, 1_000_000 + 40 * count) for count in range(0, 1_000, 100)]

    assert slope(samples) == pytest.approx(40.0)


def test_what_fills_at_the_start_is_no_slope() -> None:
    samples = [(0, 1_000), (100, 9_000), *((count, 9_000) for count in range(200, 1_000, 100))]

    assert slope(samples) == pytest.approx(0.0)


@pytest.mark.parametrize("samples", [[], [(0, 1_000)], [(0, 1_000), (0, 2_000)]])
def test_no_slope_is_made_up_of_too_few_samples(samples: list[tuple[int, int]]) -> None:
    assert math.isnan(slope(samples))
