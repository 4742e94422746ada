"""The matcher: what moves with a print, what does not matter, and what hostile input costs."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from prints.features.describing import describe
from prints.features.matching import Match, match
from tests.unit.prints.features.builders import (
    columns,
    moved,
    random_set,
    reordered,
    seen_again,
)

seeds = st.integers(0, 10_000)


def of(seed: int, n: int = 40):
    return random_set(np.random.default_rng(seed), n)


def bytes_of(found: Match) -> tuple[object, ...]:
    return (
        found.match_score,
        found.pairs.tolist(),
        found.weights.tolist(),
        found.rotation_rad,
        found.shift_px,
        found.overlap,
    )


@given(seeds, st.floats(-1.0, 1.0), st.floats(-200, 200), st.floats(-200, 200))
@settings(max_examples=25)
def test_a_moved_print_matches_itself_and_tells_how_it_moved(
    seed: int, turn_rad: float, right_px: float, down_px: float
) -> None:
    print_a = of(seed)
    found = match(describe(print_a), describe(moved(print_a, turn_rad, (right_px, down_px))))

    assert found.pairs.tolist() == [[number, number] for number in range(40)]
    assert found.rotation_rad == pytest.approx(turn_rad, abs=1e-3)
    assert found.overlap == (40, 40)


@given(seeds, st.floats(-1.0, 1.0), st.floats(-200, 200))
@example(505, 0.04738049042218684, 82.07893238132311).via("a minutia at the edge of the overlap")
@example(848, 0.3039068877280642, 98.11442467595754).via("as many minutiae in either print")
@settings(max_examples=25)
def test_the_score_does_not_change_when_either_print_moves(
    seed: int, turn_rad: float, right_px: float
) -> None:
    rng = np.random.default_rng(seed)
    print_a = random_set(rng)
    print_b = seen_again(print_a, rng)
    still = match(describe(print_a), describe(print_b), rotation_limit_rad=math.pi)
    turned = match(
        describe(moved(print_a, turn_rad, (right_px, 30.0))),
        describe(print_b),
        rotation_limit_rad=math.pi,
    )

    assert turned.match_score == pytest.approx(still.match_score, rel=0.02)


@given(seeds, seeds)
@settings(max_examples=25)
def test_exchanging_the_prints_exchanges_the_result(one: int, other: int) -> None:
    a, b = describe(of(one, 30)), describe(of(other, 35))
    there, back = match(a, b), match(b, a)

    assert back.match_score == there.match_score
    assert sorted(map(tuple, back.pairs[:, ::-1].tolist())) == list(
        map(tuple, there.pairs.tolist())
    )
    assert back.rotation_rad == -there.rotation_rad
    assert back.overlap == there.overlap[::-1]


def test_an_exchanged_result_undoes_the_placement() -> None:
    rng = np.random.default_rng(3)
    print_a = random_set(rng)
    a, b = describe(print_a), describe(moved(seen_again(print_a, rng), 0.3, (40.0, -25.0)))
    there, back = match(a, b), match(b, a)
    point = complex(500.0, -600.0)  # y upwards

    on_b = point * np.exp(1j * there.rotation_rad) + complex(there.shift_px[0], -there.shift_px[1])
    again = on_b * np.exp(1j * back.rotation_rad) + complex(back.shift_px[0], -back.shift_px[1])

    assert again == pytest.approx(point)


@given(seeds)
@settings(max_examples=25)
def test_the_order_of_minutiae_changes_nothing_but_their_numbers(seed: int) -> None:
    rng = np.random.default_rng(seed)
    print_a, order = random_set(rng), rng.permutation(40)
    b = describe(seen_again(print_a, rng))
    straight, shuffled = match(describe(print_a), b), match(describe(reordered(print_a, order)), b)

    assert shuffled.match_score == straight.match_score
    renamed = sorted((int(order[one]), two) for one, two in shuffled.pairs.tolist())
    assert renamed == sorted(map(tuple, straight.pairs.tolist()))


def test_equal_prints_give_equal_bits() -> None:
    a = describe(of(1))

    assert bytes_of(match(a, a)) == bytes_of(match(a, describe(of(1))))


@given(seeds, seeds)
@settings(max_examples=25)
def test_no_other_print_matches_better_than_the_print_itself(one: int, other: int) -> None:
    a, b = describe(of(one)), describe(of(other))

    assert match(a, b).match_score <= match(a, a).match_score


def test_another_reading_matches_far_better_than_another_finger() -> None:
    rng = np.random.default_rng(9)
    prints = [random_set(rng) for _ in range(20)]
    described = [describe(one) for one in prints]
    again = [describe(seen_again(one, rng)) for one in prints]
    genuine = [match(a, b).match_score for a, b in zip(described, again, strict=True)]
    impostor = [
        match(described[i], again[j]).match_score for i in range(20) for j in range(20) if i != j
    ]

    assert min(genuine) > 2 * max(impostor)


def test_each_minutia_has_one_partner() -> None:
    rng = np.random.default_rng(4)
    print_a = random_set(rng, 80)
    found = match(describe(print_a), describe(seen_again(print_a, rng)))

    assert len(set(found.pairs[:, 0].tolist())) == len(found.pairs)
    assert len(set(found.pairs[:, 1].tolist())) == len(found.pairs)
    assert np.all(found.weights > 0)


def test_a_print_turned_beyond_the_limit_is_found_when_any_rotation_is_allowed() -> None:
    print_a = of(5)
    a, b = describe(print_a), describe(moved(print_a, 2.5, (0.0, 0.0)))

    assert match(a, b, rotation_limit_rad=math.pi).pair_count == 40
    assert match(a, b).match_score < 0.2 * match(a, a).match_score


def test_resolution_is_taken_out() -> None:
    print_a = of(6)
    scaled = columns(
        print_a.places_px * 0.8, print_a.angles_rad, qualities=print_a.qualities, ppi=400.0
    )
    found = match(describe(print_a), describe(scaled))

    assert found.pair_count == 40
    assert found.match_score == pytest.approx(
        match(describe(print_a), describe(print_a)).match_score
    )


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_prints_of_hardly_any_minutiae_are_compared_without_an_error(count: int) -> None:
    few, many = describe(of(7, count)), describe(of(8))

    for found in (match(few, many), match(many, few), match(few, few)):
        assert 0 <= found.match_score < 10
        assert found.pair_count <= count


def test_copies_of_one_minutia_count_once() -> None:
    once = of(9, 30)
    doubled = columns(
        np.concatenate([once.places_px] * 5),
        np.concatenate([once.angles_rad] * 5),
        qualities=np.concatenate([once.qualities] * 5),
    )

    assert len(describe(doubled)) == 30
    assert match(describe(doubled), describe(once)).match_score == pytest.approx(
        match(describe(once), describe(once)).match_score
    )


def test_minutiae_in_one_place_are_compared_without_an_error() -> None:
    heap = columns(np.full((60, 2), 500.0), np.linspace(0, 6.0, 60))

    found = match(describe(heap), describe(heap))

    assert np.isfinite(found.match_score)


def test_thousands_of_minutiae_are_compared_quickly() -> None:
    crowded = of(10, 20_000)
    began = time.process_time()
    description = describe(crowded)
    match(description, description)

    assert len(description) == 128
    assert time.process_time() - began < 2.0
