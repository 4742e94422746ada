"""Fitting: a map that finds the directions in which fingers differ, and a model that is whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.vectors import discriminant_map, fitted_model
from domain.errors import ModelError
from prints.features.describing import Description, describe
from prints.features.parameters import VectorParameters
from prints.features.vector_model import (
    VectorModel,
    content_digest,
    from_arrays,
    read_model,
    to_arrays,
    to_file,
)
from prints.features.vectors import vector
from tests.unit.prints.features.builders import random_set, seen_again

FINGERS = 60
SMALL = VectorParameters(values=32, components=8, words=4)


@pytest.fixture(scope="module")
def fingers() -> list[list[Description]]:
    rng = np.random.default_rng(1)
    masters = [random_set(rng, 15) for _ in range(FINGERS)]
    return [[describe(seen_again(one, rng)) for _ in range(2)] for one in masters]


@pytest.fixture(scope="module")
def model(fingers: list[list[Description]]) -> VectorModel:
    return fitted_model(fingers, np.random.default_rng(2), SMALL)


def test_the_map_finds_the_direction_in_which_fingers_differ() -> None:
    rng = np.random.default_rng(3)
    owners = np.repeat(np.arange(200), 4)
    vectors = rng.normal(0, [3.0, 0.5, 1.0], (800, 3))
    vectors[:, 1] += rng.normal(0, 2.0, 200)[owners]
    centre, directions = discriminant_map(vectors, owners, values=1, shrinkage=0.0)

    assert centre == pytest.approx(vectors.mean(axis=0))
    along = np.abs(directions[:, 0]) * [3.0, 0.5, 1.0]
    assert along[1] > 20 * max(along[0], along[2])


def test_vectors_of_one_finger_are_nearer_than_those_of_others(
    fingers: list[list[Description]], model: VectorModel
) -> None:
    first, second = (np.array([vector(views[n], model) for views in fingers]) for n in (0, 1))
    cosines = first @ second.T

    assert np.diag(cosines).mean() > 0.6
    assert abs(cosines[~np.eye(FINGERS, dtype=bool)].mean()) < 0.1
    assert np.linalg.norm(first, axis=1) == pytest.approx(np.ones(FINGERS), abs=1e-5)
    assert first.dtype == np.float32


def test_a_model_comes_back_from_its_file_to_the_bit(model: VectorModel, tmp_path: Path) -> None:
    path = tmp_path / "vectors.npz"
    path.write_bytes(to_file(to_arrays(model)))
    again = read_model(path, model.digest)

    assert content_digest(to_arrays(again)) == model.digest
    print_ = describe(random_set(np.random.default_rng(4)))
    assert np.array_equal(vector(print_, again), vector(print_, model))


def test_the_same_fingers_give_the_same_model(
    fingers: list[list[Description]], model: VectorModel
) -> None:
    assert fitted_model(fingers, np.random.default_rng(2), SMALL).digest == model.digest


def test_a_file_of_another_digest_is_refused(model: VectorModel, tmp_path: Path) -> None:
    path = tmp_path / "vectors.npz"
    path.write_bytes(to_file(to_arrays(model)))

    with pytest.raises(ModelError, match="another version"):
        read_model(path, "0" * 64)


def test_a_damaged_or_missing_file_is_refused(model: VectorModel, tmp_path: Path) -> None:
    path = tmp_path / "vectors.npz"
    with pytest.raises(ModelError, match="cannot be read"):
        read_model(path, model.digest)
    path.write_bytes(to_file(to_arrays(model))[:-100])
    with pytest.raises(ModelError, match="cannot be read"):
        read_model(path, model.digest)


def test_arrays_that_are_no_model_are_refused() -> None:
    with pytest.raises(ModelError, match="damaged"):
        from_arrays({"heading": np.frombuffer(b"{}", dtype=np.uint8)})
