"""Whitening of vectors: the mean and spread of strangers count no more."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from domain.errors import ModelError
from prints.features import whitening
from prints.features.tools import feature_tools
from prints.features.vector_model import content_digest, read_arrays, to_file
from prints.features.whitening import fitted_whitening, shipped_whitening, to_arrays
from tests.unit.prints.features.builders import random_set, seen_again

Values = npt.NDArray[np.float64]

SPREAD = np.array([4.0] * 4 + [1.0] * 60)
"""People, and impressions of a finger, differ most along the same directions."""
MEAN = np.eye(64)[10] * 6


def people(rng: np.random.Generator, count: int) -> Values:
    """Return points far from 0, one for each person."""
    return np.asarray(rng.normal(size=(count, 64)) * SPREAD + MEAN)


def unit(points: Values) -> Values:
    return np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True))


def test_directions_in_which_everything_differs_count_less() -> None:
    rng = np.random.default_rng(1)
    strangers, fingers = people(rng, 2_000), people(rng, 400)
    seen = unit(fingers + rng.normal(size=fingers.shape) * SPREAD)

    def first(asked: npt.NDArray[np.floating]) -> float:
        alike = asked @ unit(fingers).T
        return float((alike.argmax(axis=1) == np.arange(len(fingers))).mean())

    assert first(seen) < 0.9
    assert first(fitted_whitening(unit(strangers))(seen)) > 0.98


def test_vectors_about_a_sphere_stay_as_they_are() -> None:
    vectors = np.concatenate([np.eye(5), -np.eye(5)])

    assert np.allclose(fitted_whitening(vectors)(vectors), vectors, atol=1e-3)


def test_a_vector_is_whitened_the_same_among_others() -> None:
    rng = np.random.default_rng(2)
    vectors = [feature_tools().vectors().vector(random_set(rng)) for _ in range(3)]

    together = shipped_whitening()(np.array(vectors))

    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-6)
    for one, row in zip(vectors, together, strict=True):
        assert np.array_equal(shipped_whitening()(one[None])[0], row)


def test_a_finger_seen_again_is_still_the_most_similar() -> None:
    rng, maker = np.random.default_rng(3), feature_tools().vectors()
    masters = [random_set(rng) for _ in range(20)]
    gallery = np.array([maker.vector(one) for one in masters])
    again = np.array([maker.vector(seen_again(one, rng)) for one in masters])

    assert (shipped_whitening()(again) @ gallery.T).argmax(axis=1).tolist() == list(range(20))


def test_a_file_keeps_a_whitening_whole_and_another_is_refused(tmp_path: Path) -> None:
    fitted = fitted_whitening(unit(people(np.random.default_rng(4), 200)))
    arrays, path = to_arrays(fitted), tmp_path / "whitening.npz"
    path.write_bytes(to_file(arrays))

    again = whitening.from_arrays(read_arrays(path, content_digest(arrays)))

    assert np.array_equal(again.inverse, fitted.inverse)
    assert np.array_equal(again.mean, fitted.mean)
    with pytest.raises(ModelError):
        read_arrays(path, whitening.SHIPPED_DIGEST)
