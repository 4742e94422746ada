"""The order of minutiae: a falling order of scores in which nobody unseen loses a place."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from service.usecases.searches.by_minutiae import kept_places

scores = st.lists(st.one_of(st.just(math.nan), st.floats(0, 100)), max_size=30)


@given(values=scores)
def test_those_without_a_score_keep_their_places_and_the_others_fall(values: list[float]) -> None:
    before = np.array(values, dtype=np.float64)

    order = kept_places(before)

    after = before[order]
    assert sorted(order.tolist()) == list(range(len(values)))
    unseen = np.flatnonzero(np.isnan(before))
    assert np.array_equal(order[unseen], unseen)
    assert np.all(np.diff(after[~np.isnan(after)]) <= 0)


def test_equal_scores_stay_in_their_order() -> None:
    assert kept_places(np.array([1.0, 2.0, 1.0, math.nan, 2.0])).tolist() == [1, 4, 0, 3, 2]
