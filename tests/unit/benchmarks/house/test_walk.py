from __future__ import annotations

import pytest

from benchmarks.house.measures import WALK_FUNCTIONS, WALK_MOVES
from benchmarks.house.walk import followed


@pytest.mark.slow
def test_a_served_search_passes_few_functions_and_moves_little() -> None:
    trail = followed()

    assert "service/api" in trail.path
    assert len(trail.functions) <= WALK_FUNCTIONS
    assert trail.moves <= WALK_MOVES
