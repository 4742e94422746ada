from __future__ import annotations

import numpy as np
import pytest

from benchmarks.evidencing.rehearsing import met_below
from benchmarks.evidencing.stranger_laws import FRESH, LAWS

PEOPLE = 1_000_000


@pytest.mark.parametrize("law", [*LAWS, *FRESH])
def test_with_no_number_of_fingers_are_strangers_more_alike_than_in_its_rehearsals(
    law: str,
) -> None:
    strangers = {**LAWS, **FRESH}[law]
    for fingers in range(1, 11):
        met = 1.0 - met_below(strangers, fingers, PEOPLE)
        own = 1.0 - strangers.top_below(fingers, PEOPLE)
        rare = (met > 1e-5) & (met < 0.01)
        assert np.all(own[rare] <= 1.02 * met[rare]), fingers


@pytest.mark.parametrize(("law", "at", "fingers"), [("dependent .3", 2, 4), ("Gumbel", 10, 5)])
def test_one_end_of_a_kind_would_not_be_enough(law: str, at: int, fingers: int) -> None:
    here, there = (1.0 - LAWS[law].top_below(count, PEOPLE) for count in (at, fingers))
    step = int(np.argmax(here <= 0.001))
    assert there[step] > 10 * here[step]
