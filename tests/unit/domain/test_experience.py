"""Counts of strangers: put together, thinned, stored and read again."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.searches.models import Counted, Experience, Kind

STEPS = st.dictionaries(st.integers(-200, 400), st.integers(1, 50), min_size=1, max_size=40)


def test_galleries_of_several_sizes_count_with_their_mean_size() -> None:
    found = Counted.of([(1_000, {80: 10}), (3_000, {90: 30})])
    assert (found.searches, found.persons) == (40, 2_500)


@given(STEPS)
def test_the_most_alike_keep_their_steps_and_no_count_is_lost(steps: dict[int, int]) -> None:
    found, all_of_them = Counted.of([(100, steps)]), Counted(sum(steps.values()), 100, ())
    assert sum(count for _, count in found.tops) == found.searches == all_of_them.searches
    for step in steps:
        true = sum(count for at, count in steps.items() if at >= step)
        # Never fewer than there were; exact among the most alike of twenty.
        assert found.at_least(step) >= true
        if true <= found.searches / 20:
            assert found.at_least(step) == true


@given(STEPS)
def test_what_is_stored_is_read_again(steps: dict[int, int]) -> None:
    met = Experience(Kind.FEW, Counted.of([(100, steps)]), Counted())
    data: Any = asdict(met)
    assert Experience.from_data(data) == met


@pytest.mark.parametrize(
    "wrong",
    [
        {"searches": 2, "persons": 1, "tops": [[3, 1]]},
        {"searches": 2, "persons": 1, "tops": [[3, 1], [2, 1]]},
        {"searches": 0, "persons": -1, "tops": []},
        {"searches": 0, "persons": 1, "tops": [[3, -1], [4, 1]]},
        {"searches": 1, "persons": 1, "tops": [[10**9, 1]]},
    ],
)
def test_counts_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Counted.from_data(wrong)
