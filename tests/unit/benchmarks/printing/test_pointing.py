"""Sets of pairs for the benchmark of the rule of an identification, on made-up minutiae."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.points import RULE
from benchmarks.printing.pointing import (
    FALSE_PAIRS,
    TRUE_PAIRS,
    Marked,
    entered_sets,
    passed,
    random_sets,
    true_sets,
)
from data.synthetic.ridges.impressions import render_impression
from data.synthetic.ridges.streams import Appearance, FingerIdentity
from domain.examination.point_geometry import BOUNDS, measured
from domain.prints.minutiae import minutiae_set
from domain.prints.prints import FingerPosition, ImpressionType


@pytest.fixture(scope="module")
def prints() -> list[Marked]:
    """Return two impressions of each of two fingers."""
    return [_drawn(finger, capture) for finger in (1, 2) for capture in (0, 1)]


def _drawn(finger: int, capture: int) -> Marked:
    identity = FingerIdentity(7, finger, FingerPosition.RIGHT_INDEX)
    drawn = render_impression(identity, Appearance(ImpressionType.ROLLED, 80, capture))
    height_px, width_px = drawn.image.shape
    found = minutiae_set(drawn.minutiae, width_px=width_px, height_px=height_px, ppi=500)
    return Marked("drawn", finger, found)


def test_true_sets_pass_and_random_ones_do_not(prints: list[Marked]) -> None:
    true = list(true_sets(prints, np.random.default_rng(1)))
    others = list(random_sets(prints, 50, np.random.default_rng(2)))

    assert [len(one.probe_mm) for one in true] == [TRUE_PAIRS] * 2
    assert {len(one.exemplar_mm) for one in others} == {FALSE_PAIRS}
    assert passed(iter(true), RULE).passed == 2
    assert passed(iter(others), RULE).passed == 0


def test_entered_sets_fit_as_the_page_put_them(prints: list[Marked]) -> None:
    """From the third pair on the exemplar's point was where the fit of the earlier pairs said."""
    entered = list(entered_sets(prints, 100, np.random.default_rng(3), is_shuffled=True))

    found = [measured(FingerPosition.RIGHT_INDEX, one) for one in entered]
    assert sum(one.rms_mm < BOUNDS.least_rms_mm for one in found) > 10
    assert passed(iter(entered), RULE).passed <= 2
