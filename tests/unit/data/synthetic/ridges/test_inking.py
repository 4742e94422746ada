from __future__ import annotations

import numpy as np

from data.synthetic.ridges.inking import Inking, draw_inking, draw_placement
from data.synthetic.ridges.master import master_print
from domain.prints.prints import ImpressionType
from tests.unit.data.synthetic.ridges.builders import a_finger, an_appearance


def inking_at(quality: int, kind: ImpressionType = ImpressionType.PLAIN) -> Inking:
    placement = draw_placement(kind, np.random.default_rng(1))
    appearance = an_appearance(kind, quality)
    return draw_inking(master_print(a_finger()), placement, appearance, np.random.default_rng(2))


def test_ink_is_a_share() -> None:
    ink = inking_at(50).ink

    assert 0.0 <= ink.min() < 0.05
    assert 0.95 < ink.max() <= 1.0 + 1e-6


def test_good_prints_lose_nothing_and_bad_ones_lose_patches() -> None:
    good, bad = inking_at(95), inking_at(5)

    assert good.kept.min() == 1.0
    assert 0.05 < np.mean(bad.kept < 0.5) < 0.4


def test_ridges_stand_out_less_as_quality_falls() -> None:
    contrast = [float(inking_at(quality).ink.std()) for quality in (95, 50, 5)]

    assert contrast == sorted(contrast, reverse=True)


def test_pressure_varies_more_as_quality_falls() -> None:
    spread = [float(inking_at(quality).level.std()) for quality in (95, 50, 5)]

    assert spread == sorted(spread)
