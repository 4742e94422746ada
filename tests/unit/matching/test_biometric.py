"""Pooled ratios, as models of version 1 have them: old searches replay with these."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.prints.prints import IMPRESSION_TYPES, ImpressionType
from matching.biometric import (
    COSINES,
    BiometricModel,
    FingerPairs,
    log2_mean,
    mark_bits,
    print_bits,
)
from tests.unit.matching.builders import pooled_model


@cache
def model() -> BiometricModel:
    with TemporaryDirectory() as directory:
        found = pooled_model(Path(directory)).biometric
    assert isinstance(found, BiometricModel)
    return found


PLAIN, LATENT = (IMPRESSION_TYPES.index(t) for t in (ImpressionType.PLAIN, ImpressionType.LATENT))
QUALITIES = st.integers(0, 100)


def pairs(cosines: list[list[float]], *, quality: int = 60, probe: int = PLAIN) -> FingerPairs:
    padded = np.full((len(cosines), 10), np.nan, dtype=np.float32)
    for row, values in enumerate(cosines):
        padded[row, : len(values)] = values
    shape = padded.shape
    return FingerPairs(
        cosines=padded,
        probe_qualities=np.full(shape, quality, dtype=np.uint8),
        probe_codes=np.full(shape, probe, dtype=np.uint8),
        held_qualities=np.full(shape, 60, dtype=np.uint8),
        held_codes=np.zeros(shape, dtype=np.uint8),
    )


@given(st.floats(-1, 1), st.floats(-1, 1), QUALITIES)
def test_more_similar_fingers_never_earn_less(one: float, other: float, quality: int) -> None:
    low, high = sorted((one, other))
    bits = print_bits(model(), pairs([[low], [high]], quality=quality)).joint
    assert bits[0] <= bits[1] + 1e-9


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=10), st.data())
def test_joint_bits_rise_with_every_finger(cosines: list[float], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(cosines) - 1))
    better = list(cosines)
    better[place] = data.draw(st.floats(cosines[place], 1))
    bits = print_bits(model(), pairs([cosines, better])).joint
    assert bits[0] <= bits[1] + 1e-9


def test_ratios_are_bounded_by_what_training_supports() -> None:
    counted = np.log2(10.0**11)
    for quality in (0, 30, 60, 100):
        grid = [[float(cosine)] for cosine in COSINES]
        bits = print_bits(model(), pairs(grid, quality=quality)).fingers[:, 0]
        assert np.isfinite(bits).all()
        assert bits.max() < counted
        assert bits.min() > -counted


def test_beyond_the_impostor_tail_no_more_is_claimed() -> None:
    bits = print_bits(model(), pairs([[0.8], [0.9], [1.0]])).fingers[:, 0]
    assert bits[0] == pytest.approx(bits[1]) == pytest.approx(bits[2])


def test_a_poor_print_that_disagrees_says_less_than_a_good_one() -> None:
    poor = print_bits(model(), pairs([[0.1]], quality=15)).joint[0]
    good = print_bits(model(), pairs([[0.1]], quality=80)).joint[0]
    assert good <= poor < 0.0


def test_no_finger_compared_says_exactly_nothing() -> None:
    found = print_bits(model(), pairs([[]]))
    assert found.joint.tolist() == found.dependence.tolist() == [0.0]
    assert np.isnan(found.fingers).all()


def test_dependence_is_what_turns_the_sum_into_the_joint() -> None:
    found = print_bits(model(), pairs([[0.4, 0.35, 0.5], [0.1, -0.1, 0.2]]))
    assert np.allclose(np.nansum(found.fingers, axis=1) + found.dependence, found.joint)


def test_ten_fingers_that_disagree_say_less_than_ten_times_one() -> None:
    found = print_bits(model(), pairs([[0.05] * 10]))
    assert found.joint[0] > np.nansum(found.fingers[0])


def test_a_mark_of_unknown_finger_pays_for_the_fingers_tried() -> None:
    known = mark_bits(model(), pairs([[0.8]], probe=LATENT), fingers_tried=1).joint[0]
    unknown = mark_bits(model(), pairs([[0.8]], probe=LATENT), fingers_tried=10).joint[0]
    slope = np.diff(model().mark_calibration(np.array([known, known + 1.0])))[0]
    assert known - unknown == pytest.approx(np.log2(10) * slope, abs=0.3)


def test_a_mark_that_agrees_with_no_finger_still_may_be_of_this_person() -> None:
    low = mark_bits(model(), pairs([[0.1]], probe=LATENT), fingers_tried=10).joint[0]
    lower = mark_bits(model(), pairs([[-0.1]], probe=LATENT), fingers_tried=10).joint[0]
    assert -15.0 < lower <= low < 0.0


def test_a_mark_compared_with_nothing_says_nothing() -> None:
    assert mark_bits(model(), pairs([[]], probe=LATENT), fingers_tried=10).joint.tolist() == [0.0]


def test_equal_states_mean_themselves() -> None:
    assert log2_mean(np.full((3, 5), 7.5)) == pytest.approx(7.5)


def test_input_arrays_are_left_alone() -> None:
    given_pairs = pairs([[0.4, 0.2]])
    before = given_pairs.cosines.copy()
    print_bits(model(), given_pairs)
    assert np.array_equal(before, given_pairs.cosines, equal_nan=True)
