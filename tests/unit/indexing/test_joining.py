"""A leader stands out from the impostors of its own list, whatever their law."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexing.parameters import STANDOUT_PERSONS, STANDOUT_SPREADS
from indexing.searching.hits import _stands_out

IMPOSTORS = np.linspace(0.4, 0.25, STANDOUT_PERSONS - 1)
LEAST = 0.1


def _list(leader: float, *, mean: float = 0.0, scale: float = 1.0) -> np.ndarray:
    return (mean + scale * np.append(leader, IMPOSTORS)).astype(np.float32)


@given(st.floats(0.0, 2.0), st.floats(0.2, 5.0))
def test_it_does_not_depend_on_where_impostors_lie_nor_on_how_far_they_spread(
    mean: float, scale: float
) -> None:
    enough = 0.4 + STANDOUT_SPREADS * (0.4 - 0.25)

    assert _stands_out(_list(enough + 0.01, mean=mean, scale=scale), LEAST)
    assert not _stands_out(_list(enough - 0.01, mean=mean, scale=scale), LEAST)


@pytest.mark.parametrize(
    "similarities",
    [_list(3.0)[:-1], _list(0.09, mean=-0.5), np.zeros(0, np.float32)],
    ids=["too few persons to tell", "below the least of the format", "nobody"],
)
def test_it_does_not_stand_out(similarities: np.ndarray) -> None:
    assert not _stands_out(similarities, LEAST)
