"""Integers keep cosines, and a pair has the same cosine however computed."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from indexing.codes.rotation import (
    lengths,
    probe_lengths,
    probe_values,
    secret_rotation,
    stored_values,
)
from tests.unit.indexing.building import KEY, random_vectors, recaptured, unit

SEEDS = st.integers(0, 2**32 - 1)


def cosines(stored: np.ndarray, probe: np.ndarray) -> np.ndarray:
    values = stored.astype(np.float32)
    return (values @ probe) / (lengths(values) * probe_lengths(probe))


def assert_rounded_only(errors: np.ndarray, rotated: np.ndarray) -> None:
    """Demand that cosines differ by what rounding can do, and by .0015 in the mean.

    A component is rounded by half a step at most, its largest being 127 steps; by Cauchy and
    Schwarz a cosine with a unit vector moves by half a step times the root of the dimension, and
    by no more again because the length of the rounded vector differs.
    """
    steps = np.abs(rotated).max(axis=1) / 127
    assert np.all(np.abs(errors) <= steps * np.sqrt(rotated.shape[1]))
    assert np.sqrt(np.mean(errors**2)) < 1.5e-3


@given(SEEDS)
def test_cosines_survive_quantisation(seed: int) -> None:
    rng = np.random.default_rng(seed)
    stored = random_vectors(rng, 50)
    probe = recaptured(rng, stored[0], 0.7)
    exact = stored @ probe
    quantised = cosines(stored_values(stored, None), probe_values(probe, None))
    assert_rounded_only(quantised - exact, stored)


@given(SEEDS)
@settings(max_examples=20)  # each example makes an orthonormal matrix
def test_a_rotation_keeps_cosines(seed: int) -> None:
    rng = np.random.default_rng(seed)
    stored, rotation = random_vectors(rng, 50), secret_rotation(KEY, 192)
    probe = recaptured(rng, stored[0], 0.7)
    quantised = cosines(stored_values(stored, rotation), probe_values(probe, rotation))
    assert_rounded_only(quantised - stored @ probe, stored @ rotation.astype(np.float32))


@given(SEEDS)
def test_a_cosine_does_not_depend_on_the_order_of_summation(seed: int) -> None:
    rng = np.random.default_rng(seed)
    stored = stored_values(random_vectors(rng, 20), None).astype(np.float32)
    probe = probe_values(random_vectors(rng), None)
    order = rng.permutation(192)
    exact = stored.astype(np.int64) @ probe.astype(np.int64)
    assert np.array_equal((stored @ probe).astype(np.int64), exact)
    assert np.array_equal(stored[:, order] @ probe[order], stored @ probe)
    assert np.array_equal(lengths(stored[:, order]), lengths(stored))


@given(SEEDS)
def test_the_length_of_a_probe_is_exact_before_it_is_rounded(seed: int) -> None:
    rng = np.random.default_rng(seed)
    probe = probe_values(random_vectors(rng), None)
    squares = probe.astype(np.int64) @ probe.astype(np.int64)
    assert squares > 2**24  # beyond what float32 adds exactly
    assert probe_lengths(probe) == np.float32(math.sqrt(int(squares)))


def test_the_largest_possible_sums_are_exact_in_float32() -> None:
    flat = unit(np.ones(192))
    stored = stored_values(flat, None).astype(np.float32)
    probe = probe_values(flat, None)
    assert stored @ probe < 2**24
    assert float(stored @ probe) == float(stored.astype(np.int64) @ probe.astype(np.int64))


def test_integers_do_not_depend_on_how_many_are_converted_together() -> None:
    rng = np.random.default_rng(3)
    vectors, rotation = random_vectors(rng, 300), secret_rotation(KEY, 192)
    together = stored_values(vectors, rotation)
    apart = np.concatenate([stored_values(v[None], rotation) for v in vectors])
    assert np.array_equal(together, apart)


def test_a_missing_finger_stays_zero() -> None:
    nothing = np.zeros((1, 10, 192), dtype=np.float32)
    assert not stored_values(nothing, secret_rotation(KEY, 192)).any()
    assert not probe_values(nothing[0], secret_rotation(KEY, 192)).any()


def test_inputs_are_left_alone() -> None:
    vectors = random_vectors(np.random.default_rng(4), 5)
    before = vectors.copy()
    stored_values(vectors, None)
    probe_values(vectors, None)
    assert np.array_equal(vectors, before)
