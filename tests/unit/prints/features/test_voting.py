"""Votes for a placement: what moves with a print, and what parts two prints."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prints.features.describing import describe, turned
from prints.features.voting import ballot, most_votes
from tests.unit.prints.features.builders import columns, moved, random_set, reordered, seen_again

seeds = st.integers(0, 10_000)


@given(seeds, st.floats(-math.pi, math.pi), st.floats(-100, 100), st.floats(-100, 100))
@settings(max_examples=25)
def test_a_print_votes_whole_for_itself_wherever_it_lies(
    seed: int, turn_rad: float, right_px: float, down_px: float
) -> None:
    mine = random_set(np.random.default_rng(seed))
    weights = ballot(mine).weights

    votes = most_votes(ballot(mine), ballot(moved(mine, turn_rad, (right_px, down_px))))

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

    votes = most_votes(mark, ballot(whole))

    assert votes > 1.2 * max(most_votes(mark, ballot(random_set(rng, 60))) for _ in range(20))


@given(seeds)
@settings(max_examples=25)
def test_the_order_of_minutiae_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    one, other = random_set(rng), random_set(rng)
    mixed = reordered(one, rng.permutation(len(one)))

    assert most_votes(ballot(mixed), ballot(other)) == pytest.approx(
        most_votes(ballot(one), ballot(other)), rel=1e-9
    )


def test_a_print_without_minutiae_has_no_votes() -> None:
    nothing = ballot(columns(np.zeros((0, 2)), np.zeros(0)))
    something = ballot(random_set(np.random.default_rng(1)))

    assert most_votes(nothing, something) == most_votes(something, nothing) == 0.0


def test_minutiae_far_beyond_any_print_are_counted_and_break_nothing() -> None:
    far = columns(np.array([[1.0, 1.0], [1190.0, 1190.0]]), np.array([0.0, 3.0]))

    assert most_votes(ballot(far), ballot(far)) > 0.0


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
