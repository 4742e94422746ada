from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from data.synthetic.ridges.fields import smooth_noise
from data.synthetic.ridges.reading import crossing_numbers, neighbour_codes, thin
from domain.arrays import Bools


def pieces(mask: Bools) -> int:
    """Return the number of 8-connected pieces, by flooding."""
    left = set(map(tuple, np.argwhere(mask).tolist()))
    count = 0
    while left:
        count += 1
        front = [left.pop()]
        while front:
            row, column = front.pop()
            near = {(row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)} & left
            left -= near
            front.extend(near)
    return count


@settings(deadline=None)
@given(seed=st.integers(0, 500))
def test_thinning_keeps_the_pieces_and_stays_inside(seed: int) -> None:
    blobs = smooth_noise(np.random.default_rng(seed), 40, 2.0) > 0.4
    blobs[[0, -1], :] = False
    blobs[:, [0, -1]] = False

    lines = thin(blobs)

    assert pieces(lines) == pieces(blobs)
    assert not np.any(lines & ~blobs)
    assert np.array_equal(thin(lines), lines)


def test_a_bar_thins_to_its_middle_line() -> None:
    bar = np.zeros((15, 30), dtype=bool)
    bar[5:10, 3:27] = True

    lines = thin(bar)

    assert lines.sum(axis=0).max() == 1
    assert set(np.nonzero(lines)[0].tolist()) == {7}
    assert bar.sum() == 5 * 24


def test_crossing_numbers_tell_ends_from_lines_and_forks() -> None:
    fork = np.zeros((9, 9), dtype=bool)
    fork[4, 1:5] = True
    fork[[3, 2, 1], [5, 6, 7]] = True
    fork[[5, 6, 7], [5, 6, 7]] = True

    crossings = crossing_numbers()[neighbour_codes(fork)]

    assert crossings[4, 1] == 1
    assert crossings[4, 2] == 2
    assert crossings[4, 4] == 3
    assert crossings[1, 7] == 1
