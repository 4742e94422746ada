"""Blank paper in pictures of prints: told apart from ridges, however faint these are."""

from __future__ import annotations

import numpy as np
import pytest

from prints.blank_paper import Grey, is_blank

RIDGE_PX = 9


def half_a_print(*, depth: int = 100, noise: float = 0.0) -> Grey:
    """Return ridges on the left of a picture of 400 x 400 pixels, and paper on the right."""
    columns = np.arange(400)
    waves = depth * (1 + np.cos(2 * np.pi * columns / RIDGE_PX)) / 2
    level = 240 - np.where(columns < 200, waves, 0) * np.ones((400, 1))
    level += np.random.default_rng(3).normal(0, noise, (400, 400)) if noise else 0
    return np.clip(level, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("depth", "noise"), [(200, 0.0), (200, 3.0), (20, 0.0), (100, 1.0), (6, 0.0)]
)
def test_ridges_are_no_paper_and_paper_has_no_ridges(depth: int, noise: float) -> None:
    grey = half_a_print(depth=depth, noise=noise)

    on_ridges = [is_blank(grey, x, y, ppi=500) for x in (0, 60, 199) for y in (0, 200, 399)]
    on_paper = [is_blank(grey, x, y, ppi=500) for x in (240, 300, 399) for y in (0, 200, 399)]

    assert not any(on_ridges)
    assert all(on_paper)


def test_the_edge_of_the_ridges_is_within_a_millimetre_at_any_resolution() -> None:
    grey = half_a_print()

    assert [is_blank(grey, x, 200, ppi=500) for x in (215, 225)] == [False, True]
    assert [is_blank(grey, x, 200, ppi=1000) for x in (215, 225, 245)] == [False, False, True]


def test_a_picture_without_any_ridge_is_blank() -> None:
    assert is_blank(np.full((30, 20), 255, dtype=np.uint8), 10, 10, ppi=500)


def test_a_picture_smaller_than_a_tile_is_judged_whole() -> None:
    grey = np.arange(120, dtype=np.uint8).reshape(12, 10)

    assert not is_blank(grey, 5, 5, ppi=500)
