"""Later impressions to search for: which are taken, and that there are any."""

import numpy as np
import pytest

from benchmarks.printing.probing import Picture, demand_later


def _pictures(impressions: int) -> list[Picture]:
    grey = np.zeros((8, 8), dtype=np.uint8)
    return [
        (("one", finger, number), grey, 500.0)
        for finger in range(1, 5)
        for number in range(1, impressions + 1)
    ]


def test_two_impressions_of_a_few_fingers_may_leave_nothing_to_search_for() -> None:
    with pytest.raises(SystemExit, match="nothing to search for"):
        demand_later(_pictures(2), 1)

    demand_later(_pictures(2), 7)
    demand_later(_pictures(8), 1)
