from __future__ import annotations

import numpy as np

from data.synthetic.ridges.inking import draw_contact, draw_placement
from data.synthetic.ridges.parameters import FRAME_PX
from domain.prints.prints import ImpressionType


def contact_of(kind: ImpressionType, draw: int, scale: float = 1.0) -> np.ndarray:
    rng = np.random.default_rng(draw)
    return draw_contact(kind, draw_placement(kind, rng), scale=scale, rng=rng)


def test_rolled_prints_cover_more_than_plain_and_plain_more_than_latent() -> None:
    area = {
        kind: np.mean([contact_of(kind, draw).mean() for draw in range(8)])
        for kind in ImpressionType
    }

    assert area[ImpressionType.ROLLED] > 1.5 * area[ImpressionType.PLAIN]
    assert area[ImpressionType.PLAIN] > 1.3 * area[ImpressionType.LATENT]


def test_contact_runs_from_none_to_full() -> None:
    contact = contact_of(ImpressionType.PLAIN, 1)

    assert contact.shape == (FRAME_PX, FRAME_PX)
    assert contact.min() < 0.01
    assert contact.max() > 0.99
    assert contact[:8].max() < 0.05


def test_a_smaller_finger_touches_less() -> None:
    little, thumb = (contact_of(ImpressionType.PLAIN, 1, scale) for scale in (0.8, 1.1))

    assert little.sum() < 0.75 * thumb.sum()
