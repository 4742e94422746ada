"""What is taken off people who are alike with everybody."""

from __future__ import annotations

import json

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.searches.strangers import LEAST_PEOPLE, OwnStrangers

PEOPLE, DIMENSION = 400, 48
BOTH_SHARE, LEADS = 0.4, 0.9
"""How much of everybody's fingers is one direction, and how much of a finger alike with all."""


def unit(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(values / np.linalg.norm(values, axis=-1, keepdims=True))


def leaning(
    rng: np.random.Generator, toward: npt.NDArray[np.float64], share: float, n: int
) -> npt.NDArray[np.float64]:
    """Return (10, n, d): fingers that share so much of a direction, and nothing else."""
    own = rng.standard_normal((10, n, DIMENSION))
    own = unit(own - (own @ toward)[..., None] * toward)
    return np.asarray(share * toward + np.sqrt(1 - share**2) * own)


def measured() -> tuple[OwnStrangers, np.random.Generator, npt.NDArray[np.float64]]:
    rng = np.random.default_rng(5)
    toward = unit(rng.standard_normal(DIMENSION))
    cohort = leaning(rng, toward, BOTH_SHARE, PEOPLE)
    return OwnStrangers.of(cohort, np.ones((10, PEOPLE), dtype=np.bool_)), rng, toward


def excess_of(own: OwnStrangers, fingers: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    return own.excess(np.einsum("fnd,fd->nf", fingers, own.units.astype(np.float64)))


def test_the_excess_of_a_finger_alike_with_everybody_is_recovered() -> None:
    own, rng, toward = measured()
    alike = leaning(rng, toward, LEADS, 50)
    usual = BOTH_SHARE**2
    spread = np.sqrt((1 - BOTH_SHARE**2) / DIMENSION * (1 - BOTH_SHARE**2) / PEOPLE)

    found = excess_of(own, alike)

    assert found.mean() == pytest.approx(LEADS * BOTH_SHARE - usual - 4 * spread, abs=0.01)


@given(st.integers(0, 2**32 - 1))
def test_nothing_is_taken_off_below_what_is_usual(seed: int) -> None:
    own, _, _ = measured()
    near = np.random.default_rng(seed).uniform(-1e-5, 1e-5, (200, 10))
    cosines = np.array(own.limits) / own.lengths + near
    found = own.excess(cosines.astype(np.float32))
    assert (found > 0).any()
    assert (cosines.astype(np.float32) > own.usual())[found > 0].all()


def test_fingers_that_are_not_compared_are_usual() -> None:
    own, _, _ = measured()
    assert not (own.only(np.zeros(10, dtype=np.bool_)).usual() < 1).any()


def test_hardly_anything_is_taken_off_others() -> None:
    own, rng, toward = measured()

    found = excess_of(own, leaning(rng, toward, BOTH_SHARE, 5_000))

    assert (found > 0).mean() < 0.001
    assert found.max() < 0.01


def test_the_values_of_the_fingers_compared_read_back_exactly() -> None:
    own, rng, toward = measured()
    fingers = np.arange(10) % 3 == 0
    cosines = np.einsum(
        "fnd,fd->nf", leaning(rng, toward, LEADS, 20), own.units.astype(np.float64)
    )

    kept = OwnStrangers.from_data(json.loads(json.dumps(own.only(fingers).data)))

    assert np.array_equal(kept.directions, own.only(fingers).directions)
    assert np.array_equal(kept.excess(cosines), own.only(fingers).excess(cosines))
    assert not kept.excess(cosines)[:, ~fingers].any()
    assert kept.excess(cosines)[:, fingers].all()


def test_a_few_people_do_not_show_what_is_usual() -> None:
    rng = np.random.default_rng(6)
    toward = unit(rng.standard_normal(DIMENSION))
    presence = np.ones((10, LEAST_PEOPLE), dtype=np.bool_)
    presence[3, 0] = False

    own = OwnStrangers.of(leaning(rng, toward, BOTH_SHARE, LEAST_PEOPLE), presence)

    assert own.fingers.tolist() == [finger != 3 for finger in range(10)]


def test_a_finger_that_is_missing_has_no_excess() -> None:
    own, _, _ = measured()
    assert not own.excess(np.full((2, 10), np.nan)).any()


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_the_excess_never_raises_a_similarity_and_rises_no_faster(
    first: float, second: float
) -> None:
    own, _, _ = measured_once()
    less, more = sorted((first, second))
    low, high = own.excess(np.array([[less] * 10, [more] * 10]))
    assert (low >= 0).all()
    assert (low <= high).all()
    assert (high - low <= more - less + 1e-6).all()


_KEPT: list[tuple[OwnStrangers, np.random.Generator, npt.NDArray[np.float64]]] = []


def measured_once() -> tuple[OwnStrangers, np.random.Generator, npt.NDArray[np.float64]]:
    if not _KEPT:
        _KEPT.append(measured())
    return _KEPT[0]


@pytest.mark.parametrize("name", ["fingers", "directions", "lengths", "limits"])
def test_malformed_values_are_refused(name: str) -> None:
    data = measured_once()[0].data
    with pytest.raises((ValueError, TypeError, KeyError)):
        OwnStrangers.from_data({key: value for key, value in data.items() if key != name})
    with pytest.raises((ValueError, TypeError)):
        OwnStrangers.from_data(data | {name: data[name][:-1]})
