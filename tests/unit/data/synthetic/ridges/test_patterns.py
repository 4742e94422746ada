from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from data.synthetic.ridges.parameters import PATTERN_RATES, WHORL_SHARES, PatternClass
from data.synthetic.ridges.patterns import (
    digit,
    field_plan,
    mirrored,
    opens_right,
    pattern_class,
)
from data.synthetic.ridges.streams import FingerIdentity
from domain.prints.prints import FINGERS, FingerPosition

LOOPS = {PatternClass.ULNAR_LOOP, PatternClass.RADIAL_LOOP}
WHORLS = {PatternClass.PLAIN_WHORL, PatternClass.CENTRAL_POCKET, PatternClass.DOUBLE_LOOP}


def test_rates_of_every_digit_sum_to_one() -> None:
    sums = [
        rates.plain_arch + rates.tented_arch + rates.radial_loop + rates.ulnar_loop + rates.whorl
        for rates in PATTERN_RATES
    ]

    assert sums == pytest.approx([1.0] * 5)
    assert sum(share for _, share in WHORL_SHARES) == pytest.approx(1.0)


def test_mean_rates_are_the_published_natural_frequencies() -> None:
    arch = np.mean([rates.plain_arch for rates in PATTERN_RATES])
    tented = np.mean([rates.tented_arch for rates in PATTERN_RATES])
    loops = np.mean([rates.radial_loop + rates.ulnar_loop for rates in PATTERN_RATES])
    whorls = np.mean([rates.whorl for rates in PATTERN_RATES])

    assert (arch, tented, loops, whorls) == pytest.approx((0.037, 0.029, 0.655, 0.279))


def test_drawn_classes_have_their_rates() -> None:
    persons = 1_500
    fingers = [
        FingerIdentity(2, number, finger) for number in range(persons) for finger in FINGERS
    ]

    counts = Counter(pattern_class(finger) for finger in fingers)

    share = {pattern: count / len(fingers) for pattern, count in counts.items()}
    assert sum(share[loop] for loop in LOOPS) == pytest.approx(0.655, abs=0.03)
    assert sum(share[whorl] for whorl in WHORLS) == pytest.approx(0.279, abs=0.03)
    assert share[PatternClass.ULNAR_LOOP] > 9 * share[PatternClass.RADIAL_LOOP]
    assert set(counts) == set(PatternClass)


def test_fingers_of_one_person_are_alike() -> None:
    persons = 800
    whorled = np.array(
        [
            [pattern_class(FingerIdentity(2, number, finger)) in WHORLS for finger in FINGERS]
            for number in range(persons)
        ],
        dtype=float,
    )

    correlation = np.corrcoef(whorled.T)

    assert 0.1 < correlation[np.triu_indices(10, 1)].mean() < 0.5


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        (FingerPosition.RIGHT_THUMB, 0),
        (FingerPosition.RIGHT_LITTLE, 4),
        (FingerPosition.LEFT_THUMB, 0),
        (FingerPosition.LEFT_RING, 3),
    ],
)
def test_digit_counts_from_the_thumb_on_both_hands(
    position: FingerPosition, expected: int
) -> None:
    assert digit(position) == expected


@pytest.mark.parametrize(
    ("pattern", "position", "expected"),
    [
        (PatternClass.ULNAR_LOOP, FingerPosition.RIGHT_INDEX, True),
        (PatternClass.ULNAR_LOOP, FingerPosition.LEFT_INDEX, False),
        (PatternClass.RADIAL_LOOP, FingerPosition.RIGHT_INDEX, False),
        (PatternClass.RADIAL_LOOP, FingerPosition.LEFT_INDEX, True),
    ],
)
def test_loops_open_to_the_side_that_their_name_says(
    pattern: PatternClass, position: FingerPosition, expected: bool
) -> None:
    assert opens_right(pattern, position) is expected


@pytest.mark.parametrize("pattern", PatternClass)
def test_a_plan_has_the_singular_points_of_its_class(pattern: PatternClass) -> None:
    expected = {
        PatternClass.PLAIN_ARCH: 0,
        PatternClass.TENTED_ARCH: 1,
        PatternClass.RADIAL_LOOP: 1,
        PatternClass.ULNAR_LOOP: 1,
    }.get(pattern, 2)

    plan = field_plan(pattern, FingerPosition.RIGHT_RING, np.random.default_rng(4))

    assert (len(plan.cores), len(plan.deltas)) == (expected, expected)


def test_the_delta_of_a_loop_lies_opposite_its_opening() -> None:
    right = field_plan(
        PatternClass.ULNAR_LOOP, FingerPosition.RIGHT_RING, np.random.default_rng(4)
    )
    left = field_plan(PatternClass.ULNAR_LOOP, FingerPosition.LEFT_RING, np.random.default_rng(4))

    assert right.deltas[0].real < right.cores[0].real
    assert left.deltas[0].real > left.cores[0].real


@pytest.mark.parametrize("pattern", PatternClass)
def test_mirroring_twice_changes_nothing(pattern: PatternClass) -> None:
    plan = field_plan(pattern, FingerPosition.RIGHT_RING, np.random.default_rng(4))

    assert mirrored(mirrored(plan)) == plan
