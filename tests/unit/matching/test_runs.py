from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.levels import run_starts


@given(st.lists(st.integers(0, 3)))
def test_a_run_starts_where_a_value_differs_from_the_one_before(values: list[int]) -> None:
    expected = [
        place for place, value in enumerate(values) if not place or value != values[place - 1]
    ]

    found = run_starts(np.array(values, dtype=np.int64))

    assert found.tolist() == expected
