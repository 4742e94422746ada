"""Codes of neighbourhoods: the same wherever a print lies, and near for the same finger."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.prints.templates import CODE_BYTES
from prints.features.codes import codes_of
from prints.features.parameters import CODE
from tests.unit.prints.features.builders import columns, moved, random_set, reordered, seen_again


def bits_apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return in how many bits each code differs from each of the others."""
    sides = [np.unpackbits(codes, axis=1).astype(int) for codes in (one, other)]
    return (sides[0][:, None] != sides[1][None]).sum(axis=2)


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1), st.integers(2, 70))
def test_the_best_minutiae_are_coded_in_whatever_order_they_come(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    minutiae = random_set(rng, count)

    codes = codes_of(minutiae)

    assert len(codes) <= CODE.minutiae
    assert count < 45 or len(codes) >= 40
    assert (codes.shape[1], codes.dtype) == (CODE_BYTES, np.uint8)
    assert np.array_equal(codes_of(reordered(minutiae, rng.permutation(count))), codes)


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1), st.floats(-math.pi, math.pi))
def test_moved_and_turned_minutiae_have_nearly_the_same_codes(seed: int, turn_rad: float) -> None:
    minutiae = random_set(np.random.default_rng(seed), 30)

    apart = bits_apart(codes_of(minutiae), codes_of(moved(minutiae, turn_rad, (31.0, -17.0))))

    # Pixels are rounded to float32, so that a side may change where a plane is met closely.
    assert apart.min(axis=1).max() <= 3


def test_minutiae_of_one_finger_are_near_and_of_two_are_not() -> None:
    rng = np.random.default_rng(3)
    alike, strange = [], []
    for _ in range(20):
        finger, other = (random_set(rng, 45) for _ in range(2))
        again = codes_of(seen_again(finger, rng))
        alike.append(bits_apart(again, codes_of(finger)).min(axis=1))
        strange.append(bits_apart(again, codes_of(other)).min(axis=1))

    near = [np.mean(np.concatenate(one) <= CODE.near_bits) for one in (alike, strange)]
    assert near[0] > 0.5
    assert near[1] < 0.1


def test_minutiae_without_neighbours_have_no_code() -> None:
    alone = np.array([[100.0, 100.0], [1000.0, 100.0], [100.0, 1000.0]])

    assert len(codes_of(columns(alone[:0], np.zeros(0)))) == 0
    assert len(codes_of(columns(alone[:1], np.zeros(1)))) == 0
    assert len(codes_of(columns(alone, np.zeros(3)))) == 0
    pair = np.concatenate([alone, [[120.0, 110.0]]])
    assert len(codes_of(columns(pair, np.zeros(4)))) == 2
