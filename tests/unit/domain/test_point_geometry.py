"""Pairs of points are judged by what skin can make; never by whose finger it is."""

from __future__ import annotations

import cmath
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.examination.point_geometry import BOUNDS, Places, impossible_pairs, measured
from domain.prints.prints import FingerPosition

INDEX = FingerPosition.RIGHT_INDEX
GRID = tuple(complex(3.0 * (n % 4), 3.0 * (n // 4)) for n in range(12))
BENT = (0.1 + 0.2j, -0.2j, 0.15 - 0.1j, -0.2 + 0.1j, 0.1j)


def skin(places: tuple[complex, ...], *, turn_deg: float = 20, scale: float = 1.03) -> Places:
    """Return places with their partners in another print of the same skin."""
    turn = cmath.rect(scale, math.radians(turn_deg))
    return Places(
        places, tuple(turn * at + 5 - 2j + BENT[n % len(BENT)] for n, at in enumerate(places))
    )


def test_what_skin_makes_is_possible_and_measured() -> None:
    found = measured(INDEX, skin(GRID))

    assert found.is_possible
    assert impossible_pairs(INDEX, skin(GRID)) == ()
    assert found.counted == 12
    assert found.turn_deg == pytest.approx(20, abs=1.5)
    assert found.scale == pytest.approx(1.03, abs=0.02)
    assert 0.1 < found.rms_mm < 0.3
    assert found.area_mm2 == pytest.approx(9 * 6, rel=0.15)


@given(st.floats(-180, 180), st.floats(0.93, 1.07), st.complex_numbers(max_magnitude=50))
def test_turn_shift_and_a_little_scale_change_nothing(
    turn_deg: float, scale: float, shift: complex
) -> None:
    probe, exemplar = skin(GRID, turn_deg=turn_deg, scale=scale)
    there = Places(probe, tuple(at + shift for at in exemplar))

    assert impossible_pairs(INDEX, there) == ()
    assert measured(INDEX, there).counted == 12


def test_pairs_within_a_ridge_of_an_earlier_one_count_once() -> None:
    probe, exemplar = skin(GRID[:8])
    near = Places((*probe, probe[0] + 0.1), (*exemplar, exemplar[0] + 0.1))
    one_place = Places(probe, (exemplar[0],) * 8)

    assert measured(INDEX, near).repeated == (9,)
    assert measured(INDEX, near).counted == 8
    assert measured(INDEX, one_place).counted == 1


def test_a_mirror_image_is_impossible() -> None:
    probe, exemplar = skin(GRID)
    mirrored = Places(probe, tuple(-at.conjugate() for at in exemplar))

    assert measured(INDEX, mirrored).is_mirrored
    assert impossible_pairs(INDEX, mirrored) == tuple(range(1, 13))


def test_the_pairs_that_no_finger_makes_with_the_others_are_named() -> None:
    probe, exemplar = skin(GRID)
    moved = list(exemplar)
    moved[2] += 4
    moved[7] -= 4j

    assert impossible_pairs(INDEX, Places(probe, tuple(moved))) == (3, 8)


def test_repeated_pairs_are_not_named_and_shift_no_number() -> None:
    probe, exemplar = skin(GRID)
    moved = [exemplar[0], *exemplar]
    moved[4] += 5
    doubled = Places((probe[0], *probe), tuple(moved))

    assert impossible_pairs(INDEX, doubled) == (5,)


def test_other_sizes_are_impossible() -> None:
    assert impossible_pairs(INDEX, skin(GRID, scale=1.3)) == tuple(range(1, 13))
    assert impossible_pairs(INDEX, skin(GRID, scale=0.7)) == tuple(range(1, 13))
    assert impossible_pairs(INDEX, Places((0j, 10 + 0j), (0j, 5 + 0j))) == (1, 2)


def test_a_set_that_fits_to_the_pixel_was_computed() -> None:
    """The old tool put the exemplar's cross where the fit of the earlier pairs said."""
    turn = cmath.rect(1.02, 0.3)
    computed = Places(GRID[:8], tuple(turn * at for at in GRID[:8]))

    assert measured(INDEX, computed).rms_mm < BOUNDS.least_rms_mm
    assert impossible_pairs(INDEX, computed) == tuple(range(1, 9))


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_pairs_are_possible(count: int) -> None:
    few = skin(GRID[:count])

    assert impossible_pairs(INDEX, few) == ()
    assert measured(INDEX, few).counted == count
    assert measured(INDEX, few).area_mm2 == 0


def test_points_in_a_row_have_no_area() -> None:
    row = tuple(complex(2.0 * n, 0) for n in range(8))

    assert measured(INDEX, Places(row, row)).area_mm2 == 0
