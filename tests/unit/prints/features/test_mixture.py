"""Mixtures: densities as they are defined, and known parameters found again."""

from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks.vectors import fitted_mixture
from prints.features.vector_model import Mixture

TWO = Mixture(
    np.array([0.3, 0.7]), np.array([[-2.0, 0.0], [2.0, 1.0]]), np.array([[0.5, 1.0], [1.0, 0.4]])
)


def drawn(n: int, rng: np.random.Generator) -> np.ndarray:
    words = rng.choice(2, n, p=TWO.shares)
    return np.asarray(TWO.means[words] + TWO.sds[words] * rng.normal(size=(n, 2)))


def test_the_density_of_one_component_is_the_normal_one() -> None:
    one = Mixture(np.ones(1), np.array([[1.0, -1.0]]), np.array([[2.0, 0.5]]))
    expected = -math.log(2 * math.pi) - 0.5 * (0.5**2 + 1.0**2)

    assert one.mean_log_density(np.array([[2.0, -0.5]])) == pytest.approx(expected)


def test_responsibilities_sum_to_one_even_far_away() -> None:
    points = np.array([[0.0, 0.0], [1e4, -1e4], [-2.0, 0.0]])
    shares = TWO.responsibilities(points)

    assert shares.sum(axis=1) == pytest.approx(np.ones(3))
    assert shares[2, 0] > 0.99


def test_known_parameters_are_found_again() -> None:
    rng = np.random.default_rng(5)
    found = fitted_mixture(drawn(8000, rng), 2, rng)
    order = np.argsort(found.means[:, 0])

    assert found.shares[order] == pytest.approx(TWO.shares, abs=0.02)
    assert found.means[order] == pytest.approx(TWO.means, abs=0.05)
    assert found.sds[order] == pytest.approx(TWO.sds, abs=0.05)


def test_the_same_generator_gives_the_same_mixture() -> None:
    points = drawn(500, np.random.default_rng(6))
    one, again = (fitted_mixture(points, 3, np.random.default_rng(1)) for _ in range(2))

    assert np.array_equal(one.means, again.means)
    assert np.array_equal(one.sds, again.sds)
