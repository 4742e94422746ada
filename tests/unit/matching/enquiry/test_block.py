from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.enquiry.block import build_block
from tests.unit.matching.enquiry.test_leading import random_block

BOUNDS = st.lists(st.tuples(st.integers(1970, 1990), st.integers(0, 5)), max_size=6)


@given(st.integers(0, 2**32 - 1), st.integers(1, 80), BOUNDS)
def test_entries_of_ranges_of_dates_come_once_and_in_order(
    seed: int, size: int, bounds: list[tuple[int, int]]
) -> None:
    block = random_block(np.random.default_rng(seed), size)
    lows = np.array([year * 10000 for year, _ in bounds], dtype=np.int64)
    highs = np.array([(year + more) * 10000 for year, more in bounds], dtype=np.int64)

    found = block.by_date(lows, highs)

    dates = block.entries.dates[:, None]
    is_in = ((dates >= lows) & (dates <= highs)).any(axis=1)
    assert found.tolist() == np.flatnonzero(is_in).tolist()


def areas_held(*areas: int) -> np.ndarray:
    block = random_block(np.random.default_rng(2), len(areas))
    entries = replace(block.entries, areas=np.array(areas, dtype=np.int32))
    return build_block(entries, block.tags).entries.areas


@pytest.mark.parametrize(
    ("most", "type_"), [(3, np.uint16), (65_534, np.uint16), (65_535, np.int32)]
)
def test_areas_take_two_bytes_where_their_numbers_allow_it(most: int, type_: type) -> None:
    areas = areas_held(0, 1, most)

    assert areas.dtype == type_
    assert sorted(areas.tolist()) == sorted([0, 1, most])
