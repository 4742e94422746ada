from __future__ import annotations

import numpy as np
import pytest

from benchmarks.evidencing.rehearsing import met_below
from benchmarks.evidencing.stranger_laws import FRESH, LAWS
from domain.searches.experience import Kind, kind_of

PEOPLE = 1_000_000


@pytest.mark.parametrize("law", [*LAWS, *FRESH])
def test_with_no_number_of_fingers_are_strangers_more_alike_than_at_both_ends(law: str) -> None:
    strangers = {**LAWS, **FRESH}[law]
    for fingers in range(1, 11):
        met = 1.0 - met_below(strangers, kind_of((), fingers), PEOPLE)
        own = 1.0 - strangers.top_below(fingers, PEOPLE)
        rare = (met > 1e-5) & (met < 0.01)
        assert np.all(own[rare] <= 1.02 * met[rare]), fingers


def test_the_least_of_a_kind_would_not_be_enough() -> None:
    two, four = (1.0 - LAWS["dependent .3"].top_below(fingers, PEOPLE) for fingers in (2, 4))
    met = 1.0 - met_below(LAWS["dependent .3"], Kind.FEW, PEOPLE)
    at = int(np.argmax(two <= 0.001))
    assert four[at] > 100 * two[at]
    assert met[at] == four[at]
