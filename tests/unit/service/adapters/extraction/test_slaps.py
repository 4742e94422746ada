"""Slaps cut into fingers, touching ones too; all prints are drawn here."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from PIL import Image

from benchmarks.printing.probing import Slap, in_place, slap_of
from service.adapters.extraction.ridges import STEP_PX
from service.adapters.extraction.slaps import CutFinger, fingers_of
from tests.print_files import drawn


@lru_cache
def pasted(fingers: int) -> Slap:
    return slap_of([drawn(0, 2 + at) for at in range(fingers)], np.random.default_rng(1))


@lru_cache
def cut() -> tuple[CutFinger, ...]:
    return fingers_of(pasted(4).grey, 500, 4)


@pytest.mark.dear("draws and pastes four fingers, and cuts them")
def test_four_fingers_are_cut_from_left_to_right() -> None:
    assert in_place(cut(), pasted(4)) == (True, 4)


def test_what_lies_beyond_a_cut_is_paper() -> None:
    slap, fingers = pasted(4), cut()

    dark = [int((one.pixels < 128).sum()) for one in fingers]

    # Boxes of slanting fingers overlap; no ridge is in two pictures.
    assert sum(dark) <= int((slap.grey < 128).sum())
    for one in fingers:
        left, top, right, bottom = one.box
        whole = slap.grey[top:bottom, left:right]
        changed = one.pixels != whole
        assert set(np.unique(one.pixels[changed])) <= {int(np.median(slap.grey[0]))}
        assert np.mean(changed) < 0.5


@pytest.mark.parametrize(("shown", "stated"), [(3, 4), (4, 3), (1, 2)])
def test_another_number_of_fingers_than_stated_is_not_cut(shown: int, stated: int) -> None:
    assert fingers_of(pasted(shown).grey, 500, stated) == ()


def test_paper_has_no_fingers() -> None:
    assert fingers_of(np.full((600, 800), 255, dtype=np.uint8), 500, 4) == ()


def test_boxes_are_of_the_picture_at_its_own_resolution() -> None:
    slap = pasted(2)
    height, width = slap.grey.shape
    large = np.asarray(Image.fromarray(slap.grey).resize((2 * width, 2 * height)))

    plain, fine = fingers_of(slap.grey, 500, 2), fingers_of(large, 1000, 2)

    assert len(plain) == len(fine) == 2
    for one, other in zip(plain, fine, strict=True):
        assert np.abs(np.array(other.box) - 2 * np.array(one.box)).max() <= 2 * 32
        assert other.pixels.shape == (other.box[3] - other.box[1], other.box[2] - other.box[0])


@pytest.mark.dear("looks at a hand in each lie")
@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_hand_upside_down_or_on_its_side_is_put_upright_first(quarters: int) -> None:
    turned = np.ascontiguousarray(np.rot90(pasted(4).grey, quarters))

    upright, found = cut(), fingers_of(turned, 500, 4)

    assert len(found) == 4
    for one, other in zip(found, upright, strict=True):
        assert (one.quarters + quarters) % 4 == 0
        assert other.quarters == 0
        assert np.abs(np.array(one.box) - np.array(other.box)).max() <= 2 * STEP_PX
