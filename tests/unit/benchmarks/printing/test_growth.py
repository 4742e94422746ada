"""What a growing gallery leaves of a mark's finger, on minutiae made up for it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks.printing.extracting import Costs, as_print
from benchmarks.printing.growth import SIZES, Voters, growth_of, tail_share, told
from domain.prints.minutiae import MinutiaeSet
from prints.features.tools import feature_tools
from tests.unit.prints.features.builders import moved, random_set, reordered, seen_again

VECTORS = feature_tools().vectors()


def part_of(whole: MinutiaeSet, rng: np.random.Generator) -> MinutiaeSet:
    """A mark: a part of a print, read again, and turned."""
    shown = whole.places_px[:, 0] < np.quantile(whole.places_px[:, 0], 0.7)
    return moved(seen_again(reordered(whole, np.flatnonzero(shown)), rng), 0.5, (20.0, -9.0))


def test_a_mark_without_minutiae_comes_after_everybody() -> None:
    nothing = reordered(random_set(np.random.default_rng(2)), np.zeros(0, dtype=int))
    known = [as_print(("one", 0, 1), random_set(np.random.default_rng(1)), VECTORS, Costs())]

    shares = growth_of(known, [], Costs()).shares(("one", 0, 2), nothing, Costs())
    assert (shares.vector, shares.score, shares.codes) == (1.0, 1.0, 1.0)


def test_the_tail_of_known_scores_is_recovered() -> None:
    scores = np.random.default_rng(3).exponential(2.0, 4_000)

    for own in (1.0, 6.0, 20.0):
        assert math.log(tail_share(scores, own)) == pytest.approx(-own / 2.0, rel=0.15)


def test_the_list_holds_what_its_people_and_its_fingers_allow() -> None:
    assert Voters(2_000, 6_000).share == 1.0
    assert Voters(20_000, 6_000).share == pytest.approx(0.3)  # 6,000 fingers of all 2,000 people
    # Of 100,000 people 2,000 are listed: one in fifty has a finger as similar as the last.
    assert 1 - (1 - Voters(1_000_000, 6_000).share) ** 10 == pytest.approx(0.02)


def test_a_finger_that_is_easily_found_is_held_by_every_list() -> None:
    rng = np.random.default_rng(6)
    sets = [random_set(rng, 50) for _ in range(2)]
    known = [as_print(("one", at, 1), one, VECTORS, Costs()) for at, one in enumerate(sets)]
    growth = growth_of(known, [random_set(rng, 50) for _ in range(30)], Costs())

    found = [growth.shares(("one", at, 2), part_of(sets[at], rng), Costs()) for at in (0, 1)]
    rows = told(found)

    assert [row["fingers"] for row in rows] == list(SIZES)
    assert [one.codes for one in found] == [0.0, 0.0]
    assert all(one.score < 1e-3 for one in found)
    first = rows[0]
    assert (first["marks"], first["likely_first"], first["codes_matched"]) == (2, 2, 2)
    assert first["list"] == first["nearest_6000"] == 2
    assert first["full_first"] >= rows[-1]["full_first"]
