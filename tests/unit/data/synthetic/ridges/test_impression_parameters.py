from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.synthetic.ridges.impression_parameters import by_quality


@settings(deadline=None)
@given(good=st.floats(-10, 10), bad=st.floats(-10, 10), quality=st.integers(0, 100))
def test_values_lie_between_their_ends(good: float, bad: float, quality: int) -> None:
    value = by_quality((good, bad), quality)

    assert min(good, bad) - 1e-9 <= value <= max(good, bad) + 1e-9


def test_the_ends_are_reached() -> None:
    assert by_quality((2.0, 5.0), 100) == 2.0
    assert by_quality((2.0, 5.0), 0) == pytest.approx(5.0)


@settings(deadline=None)
@given(quality=st.integers(0, 99))
def test_a_better_print_is_nearer_the_good_end(quality: int) -> None:
    assert by_quality((0.0, 1.0), quality + 1) < by_quality((0.0, 1.0), quality)
