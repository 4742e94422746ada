from __future__ import annotations

import pytest

from tests.house.walk import WALK_FUNCTIONS, WALK_MOVES, followed


@pytest.mark.full
@pytest.mark.dear("traces every function of a served search")
def test_a_served_search_passes_few_functions_and_moves_little() -> None:
    trail = followed()

    assert "service/api" in trail.path
    assert len(trail.functions) <= WALK_FUNCTIONS
    assert trail.moves <= WALK_MOVES
