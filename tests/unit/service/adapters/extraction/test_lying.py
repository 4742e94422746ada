"""Which way up prints lie; arches are drawn as directions, prints by the generator."""

from __future__ import annotations

import numpy as np
import pytest

from service.adapters.extraction.ridges import arches, is_turned, ridge_field
from tests.print_files import drawn

SIDE = 15
MIDDLE = SIDE // 2
EVERYWHERE = np.ones((SIDE, SIDE), dtype=np.bool_)


def arch() -> np.ndarray:
    """Ridges that rise to the middle column and fall beyond it, by up to 45 degrees."""
    slope = (MIDDLE - np.arange(SIDE)) / MIDDLE * np.pi / 4
    return np.tile(slope, (SIDE, 1))


@pytest.mark.parametrize("quarters", range(4))
def test_an_arch_is_highest_the_way_up_that_it_has(quarters: int) -> None:
    turned = np.rot90(arch() + quarters * np.pi / 2, quarters)

    found = arches(turned, EVERYWHERE)

    assert (int(found.argmax()) + quarters) % 4 == 0
    assert np.allclose(found[:2], -found[2:])


def test_level_ridges_and_few_ridges_tell_no_way_up() -> None:
    few = np.zeros_like(EVERYWHERE)
    few[0, :10] = True

    assert np.allclose(arches(np.zeros((SIDE, SIDE)), EVERYWHERE), 0)
    assert not arches(arch(), few).any()


@pytest.mark.parametrize("finger", [2, 7])
def test_an_upright_print_is_not_turned_and_one_upside_down_is(finger: int) -> None:
    for grey, expected in ((drawn(0, finger), False), (np.rot90(drawn(0, finger), 2), True)):
        field = ridge_field(np.ascontiguousarray(grey))

        assert is_turned(field.directions_rad, field.ridges(least_share=0.3)) is expected
