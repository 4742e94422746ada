from __future__ import annotations

import numpy as np
import pytest

from data.synthetic.ridges.master import draw_creases, draw_pores
from data.synthetic.ridges.parameters import DETAIL, FRAME_PX


def test_pores_lie_on_the_ridges_at_their_spacing() -> None:
    skeleton = np.zeros((FRAME_PX, FRAME_PX), dtype=bool)
    skeleton[256, :] = True

    pores = draw_pores(skeleton, np.random.default_rng(1))

    peaks = np.count_nonzero(
        (pores[256, 1:-1] > pores[256, :-2])
        & (pores[256, 1:-1] >= pores[256, 2:])
        & (pores[256, 1:-1] > 0.1)
    )
    assert peaks == pytest.approx(FRAME_PX / DETAIL.pore_spacing_px, rel=0.2)
    assert pores[:240].max() < 1e-3
    assert 0.0 <= pores.min() <= pores.max() <= 1.0


def test_creases_are_few_and_thin() -> None:
    rng = np.random.default_rng(2)

    shares = [float(np.mean(draw_creases(rng) > 0.3)) for _ in range(40)]

    assert 0.0 < np.mean(shares) < 0.01
    assert min(shares) == 0.0
