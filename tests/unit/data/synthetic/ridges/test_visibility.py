from __future__ import annotations

import math

import numpy as np
import pytest

from data.synthetic.ridges.fields import random_warp
from data.synthetic.ridges.impressions import visible_minutiae
from data.synthetic.ridges.inking import Inking, Placement
from data.synthetic.ridges.parameters import FRAME_PX
from domain.prints.minutiae import Minutia
from tests.unit.data.synthetic.ridges.builders import a_minutia

FULL = np.ones((FRAME_PX, FRAME_PX), dtype=np.float32)
NONE = np.zeros((FRAME_PX, FRAME_PX), dtype=np.float32)
MANY = tuple(
    a_minutia(float(x), float(y)) for x in range(140, 380, 24) for y in range(140, 380, 24)
)


def set_down(rotation_rad: float = 0.0, shift_px: tuple[float, float] = (0.0, 0.0)) -> Placement:
    still = random_warp(np.random.default_rng(0), FRAME_PX, 0.0)
    return Placement(rotation_rad, shift_px, (0.0, 0.0), still)


def seen(
    minutiae: tuple[Minutia, ...],
    placement: Placement,
    *,
    contact: np.ndarray = FULL,
    inking: Inking | None = None,
    quality: int = 100,
) -> tuple[Minutia, ...]:
    return visible_minutiae(
        minutiae,
        placement,
        contact=contact,
        inking=inking or Inking(ink=FULL, level=NONE, kept=FULL),
        quality=quality,
        rng=np.random.default_rng(7),
    )


def test_a_turn_of_the_finger_turns_place_and_direction() -> None:
    middle = (FRAME_PX - 1) / 2
    minutia = a_minutia(middle + 100.0, middle, angle_rad=0.0)

    (shown,) = seen((minutia,), set_down(rotation_rad=math.pi / 2))

    assert (shown.x_px, shown.y_px) == pytest.approx((middle, middle - 100.0), abs=2.0)
    assert shown.angle_rad == pytest.approx(math.pi / 2, abs=0.1)
    assert shown.kind is minutia.kind


def test_a_shift_moves_minutiae_with_it() -> None:
    (shown,) = seen((a_minutia(200.0, 200.0),), set_down(shift_px=(15.0, -20.0)))

    assert (shown.x_px, shown.y_px) == pytest.approx((215.0, 180.0), abs=2.0)


def test_minutiae_off_the_contact_are_not_seen() -> None:
    contact = FULL.copy()
    contact[:, :256] = 0.0

    shown = seen(MANY, set_down(), contact=contact)

    assert 0 < len(shown) <= len(MANY) / 2
    assert all(minutia.x_px > 250.0 for minutia in shown)


def test_minutiae_in_lost_patches_or_blots_are_not_seen() -> None:
    lost = Inking(ink=FULL, level=NONE, kept=NONE)
    blotted = Inking(ink=FULL, level=NONE - 1.0, kept=FULL)

    assert seen(MANY, set_down(), inking=lost) == ()
    assert seen(MANY, set_down(), inking=blotted) == ()


def test_minutiae_outside_the_image_are_not_seen() -> None:
    assert seen((a_minutia(20.0, 20.0),), set_down(shift_px=(-60.0, 0.0))) == ()


def test_poor_prints_show_fewer_minutiae_and_rate_them_lower() -> None:
    good, bad = seen(MANY, set_down(), quality=95), seen(MANY, set_down(), quality=5)

    assert len(bad) < len(good)
    assert max(minutia.quality for minutia in bad) < min(minutia.quality for minutia in good)


def test_a_finger_without_minutiae_shows_none() -> None:
    assert seen((), set_down()) == ()
