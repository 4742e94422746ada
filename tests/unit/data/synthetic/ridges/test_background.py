from __future__ import annotations

import numpy as np
import pytest

from data.synthetic.ridges.fields import smooth_noise
from data.synthetic.ridges.inking import draw_grain, draw_surface, smear


def test_grain_has_the_strength_asked_for() -> None:
    grain = draw_grain(np.random.default_rng(1), 5.0)

    assert grain.std() == pytest.approx(5.0, rel=1e-3)


def test_a_surface_is_uneven_but_no_louder_than_a_print() -> None:
    spreads = [float(draw_surface(np.random.default_rng(draw)).std()) for draw in range(6)]

    assert all(6.0 < spread < 30.0 for spread in spreads)
    assert len(set(spreads)) == len(spreads)


def test_smearing_smooths_along_its_direction_alone() -> None:
    noise = smooth_noise(np.random.default_rng(1), 128, 0.8)

    level = smear(noise, 0.0, 6.0)

    along = np.abs(np.diff(level, axis=1)).mean()
    across = np.abs(np.diff(level, axis=0)).mean()
    assert across > 4 * along
