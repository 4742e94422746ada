"""Masks of blocks: parts, holes, growing and shrinking."""

from __future__ import annotations

import numpy as np

from service.adapters.extraction.masks import filled, grown, parts_of, separate, shrunk


def mask(*rows: str) -> np.ndarray:
    return np.array([[letter == "#" for letter in row] for row in rows])


def test_holes_are_filled_and_bays_are_not() -> None:
    given = mask("#####.", "#...#.", "#####.", "#.#.#.", "###.#.")

    assert np.array_equal(filled(given), mask("#####.", "#####.", "#####.", "###.#.", "###.#."))


def test_parts_that_do_not_touch_come_one_by_one() -> None:
    given = mask("##..", "....", "..##", "...#")

    found = list(separate(given))

    assert [int(part.sum()) for part in found] == [2, 3]
    assert np.array_equal(found[0] | found[1], given)


def test_shrinking_takes_off_what_growing_added() -> None:
    given = np.zeros((9, 9), dtype=np.bool_)
    given[3:6, 3:6] = True

    assert np.array_equal(shrunk(grown(given)), given)
    assert grown(given).sum() == 9 + 4 * 3


def test_small_parts_are_left_out() -> None:
    given = np.zeros((12, 12), dtype=np.bool_)
    given[1:7, 1:7] = True
    given[10, 10] = True

    kept = parts_of(given, 10.0)

    assert kept[1:7, 1:7].all()
    assert not kept[8:].any()
