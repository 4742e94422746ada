from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.synthetic.ridges.fields import as_field
from data.synthetic.ridges.inking import draw_placement
from domain.prints.prints import ImpressionType


@settings(deadline=None)
@given(kind=st.sampled_from(ImpressionType), draw=st.integers(0, 5_000))
def test_picking_up_undoes_setting_down(kind: ImpressionType, draw: int) -> None:
    placement = draw_placement(kind, np.random.default_rng(draw))
    x, y = as_field([60.0, 250.0, 430.0]), as_field([400.0, 256.0, 90.0])

    back_x, back_y = placement.image_at(*placement.finger_at(x, y))

    assert back_x == pytest.approx(x, abs=0.05)
    assert back_y == pytest.approx(y, abs=0.05)


def test_the_grid_agrees_with_single_points() -> None:
    placement = draw_placement(ImpressionType.PLAIN, np.random.default_rng(5))
    grid_x, grid_y = placement.finger_grid()

    x, y = placement.finger_at(as_field([100.0]), as_field([300.0]))

    assert x[0] == pytest.approx(grid_x[300, 100], abs=1e-2)
    assert y[0] == pytest.approx(grid_y[300, 100], abs=1e-2)


def test_latents_turn_more_than_rolled_prints() -> None:
    rng = np.random.default_rng(6)
    spread = {
        kind: np.std([draw_placement(kind, rng).rotation_rad for _ in range(200)])
        for kind in (ImpressionType.ROLLED, ImpressionType.LATENT)
    }

    assert spread[ImpressionType.LATENT] > 4 * spread[ImpressionType.ROLLED]
