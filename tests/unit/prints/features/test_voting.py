"""Votes for a placement: what moves with a print, and what parts two prints."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prints.features.describing import describe, turned
from prints.features.parameters import VOTE
from prints.features.voting import Ballot, ballot, most_votes
from tests.unit.prints.features.builders import columns, moved, random_set, reordered, seen_again

seeds = st.integers(0, 10_000)


def votes_for(one: Ballot, other: Ballot) -> float:
    """The votes for a placement of one print on another."""
    return float(most_votes(one, [other])[0])


@given(seeds, st.floats(-math.pi, math.pi), st.floats(-100, 100), st.floats(-100, 100))
@settings(max_examples=25)
def test_a_print_votes_whole_for_itself_wherever_it_lies(
    seed: int, turn_rad: float, right_px: float, down_px: float
) -> None:
    mine = random_set(np.random.default_rng(seed))
    weights = ballot(mine).weights

    votes = votes_for(ballot(mine), ballot(moved(mine, turn_rad, (right_px, down_px))))

    # A place in a picture is a float32, so that one on the edge of a cell may fall beside it; the
    # cells are counted two by two by two.
    assert votes >= float(weights @ weights) * (1 - 1e-9)


@given(seeds)
@settings(max_examples=25)
def test_another_reading_of_a_part_has_more_votes_than_other_prints(seed: int) -> None:
    rng = np.random.default_rng(seed)
    whole = random_set(rng, 60)
    part = whole.places_px[:, 0] < np.quantile(whole.places_px[:, 0], 0.6)
    mark = ballot(seen_again(reordered(whole, np.flatnonzero(part)), rng))

    votes = votes_for(mark, ballot(whole))

    assert votes > 1.2 * max(votes_for(mark, ballot(random_set(rng, 60))) for _ in range(20))


@given(seeds)
@settings(max_examples=25)
def test_the_order_of_minutiae_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    one, other = random_set(rng), random_set(rng)
    mixed = reordered(one, rng.permutation(len(one)))

    assert votes_for(ballot(mixed), ballot(other)) == pytest.approx(
        votes_for(ballot(one), ballot(other)), rel=1e-9
    )


def test_a_print_without_minutiae_has_no_votes() -> None:
    nothing = ballot(columns(np.zeros((0, 2)), np.zeros(0)))
    something = ballot(random_set(np.random.default_rng(1)))

    assert votes_for(nothing, something) == votes_for(something, nothing) == 0.0


def test_minutiae_far_beyond_any_print_are_counted_and_break_nothing() -> None:
    far = columns(np.array([[1.0, 1.0], [1190.0, 1190.0]]), np.array([0.0, 3.0]))

    assert votes_for(ballot(far), ballot(far)) > 0.0


@given(seeds, st.floats(-math.pi, math.pi))
@settings(max_examples=25)
def test_a_turned_description_is_that_of_the_turned_print(seed: int, turn_rad: float) -> None:
    mine = random_set(np.random.default_rng(seed), 30)
    before = describe(mine)

    after = turned(before, turn_rad)

    again = describe(moved(mine, turn_rad, (0.0, 0.0)))
    spread = [one.places_px - one.places_px.mean(axis=0) for one in (after, again)]
    order = [np.lexsort(one.round(2).T) for one in spread]
    assert np.allclose(spread[0][order[0]], spread[1][order[1]], atol=0.02)
    directions = [np.exp(1j * one.angles_rad) for one in (after, again)]
    assert np.allclose(directions[0][order[0]], directions[1][order[1]], atol=1e-5)
    assert np.array_equal(after.descriptors, before.descriptors)


@given(seeds, st.lists(st.integers(1, 40), min_size=1, max_size=5))
@settings(max_examples=25)
def test_many_prints_have_the_votes_that_counting_every_block_gives(
    seed: int, sizes: list[int]
) -> None:
    rng = np.random.default_rng(seed)
    mine = ballot(random_set(rng, 20))
    others = [ballot(random_set(rng, size)) for size in sizes]

    votes = most_votes(mine, others)

    assert votes == pytest.approx([_most_by_hand(mine, other) for other in others], rel=1e-9)


def _most_by_hand(one: Ballot, other: Ballot) -> float:
    """Each pair adds its weight to the eight blocks of two by two by two cells that hold it."""
    cells = round(2 * VOTE.reach_px / VOTE.step_px)
    blocks: defaultdict[tuple[int, ...], float] = defaultdict(float)
    for a, a_rad, a_weight in zip(one.points, one.angles_rad, one.weights, strict=True):
        for b, b_rad, b_weight in zip(other.points, other.angles_rad, other.weights, strict=True):
            turn_rad = b_rad - a_rad
            shift = b - np.exp(1j * turn_rad) * a
            turn = math.floor(turn_rad * VOTE.turns / math.tau)
            row, column = (
                min(max(int(px / VOTE.step_px + cells / 2), 0), cells - 1)
                for px in (shift.imag, shift.real)
            )
            for i, j, k in product((0, 1), repeat=3):
                blocks[(turn + i) % VOTE.turns, row + j, column + k] += a_weight * b_weight
    return max(blocks.values())
