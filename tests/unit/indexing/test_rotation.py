"""The secret rotation: the effect of a key, and of a wrong key."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import InvalidInputError
from indexing.codes.rotation import key_check, orthonormal_matrix, rotated, secret_rotation
from tests.unit.indexing.building import KEY, random_vectors

KEYS = st.binary(min_size=16, max_size=64)


@given(KEYS)
@settings(max_examples=20)  # each example makes an orthonormal matrix
def test_every_key_gives_an_orthonormal_matrix(key: bytes) -> None:
    matrix = secret_rotation(key, 192)
    assert matrix is not None
    assert np.abs(matrix @ matrix.T - np.eye(192)).max() < 1e-12


def test_the_same_key_gives_the_same_matrix_forever() -> None:
    matrix = secret_rotation(KEY, 192)
    assert matrix is not None
    expected = [0.0748859459, 0.0664425633, 0.0241732587]
    assert matrix[0, :3].tolist() == pytest.approx(expected, abs=1e-7)


@given(KEYS, KEYS)
@settings(max_examples=20)  # each example makes an orthonormal matrix
def test_under_another_key_the_same_finger_is_a_stranger(one: bytes, other: bytes) -> None:
    if one == other:
        return
    vectors = random_vectors(np.random.default_rng(1), 200)
    here = rotated(vectors, secret_rotation(one, 192))
    there = rotated(vectors, secret_rotation(other, 192))
    assert abs(np.einsum("nd,nd->n", here, there).mean()) < 0.05


def test_no_key_is_no_rotation() -> None:
    assert secret_rotation(None, 192) is None
    assert key_check(None) == ""


@pytest.mark.parametrize("key", [b"", b"fifteen bytes.."])
def test_a_short_key_is_refused(key: bytes) -> None:
    with pytest.raises(InvalidInputError):
        secret_rotation(key, 192)


def test_the_key_check_tells_keys_apart_and_holds_neither() -> None:
    assert key_check(KEY) != key_check(KEY + b"x")
    assert KEY.hex() not in key_check(KEY)
    assert len(key_check(KEY)) == 32


def test_numbers_name_different_matrices() -> None:
    assert not np.allclose(orthonormal_matrix(1, 8), orthonormal_matrix(2, 8))
