"""Suspicions about the gallery: raised for planted faults, and for nothing else."""

from pathlib import Path

import numpy as np
import pytest

from indexing.codes.batches import GalleryBatch
from indexing.integrity import probable_duplicates, probable_swaps
from tests.unit.indexing.building import filled, people, with_columns

PEOPLE = people(np.random.default_rng(31), 300)


@pytest.fixture(name="rng")
def _rng() -> np.random.Generator:
    """Return a generator of the test's own, so that tests may run in any order."""
    return np.random.default_rng(32)


def swapped(batch: GalleryBatch, row: int, first: int, second: int) -> GalleryBatch:
    """Return a batch in which two fingers (0-9) of one encounter have changed places."""
    vectors = batch.captures.vectors.copy()
    vectors[row, [first, second]] = vectors[row, [second, first]]
    presence = batch.captures.presence.copy()
    presence[row, [first, second]] = presence[row, [second, first]]
    return with_columns(batch, vectors=vectors, presence=presence)


def test_one_person_enrolled_under_two_names_is_noticed_once(
    tmp_path: Path, rng: np.random.Generator
) -> None:
    batch = PEOPLE.batch(rng, np.arange(300))
    vectors = batch.captures.vectors.copy()
    again = PEOPLE.batch(rng, np.full(300, 7))
    vectors[250] = again.captures.vectors[0] * batch.captures.presence[250][:, None]
    vectors[250] /= np.linalg.norm(vectors[250], axis=1, keepdims=True).clip(1e-9)
    presence = batch.captures.presence & (np.linalg.norm(vectors, axis=2) > 0.5)
    index = filled(tmp_path, with_columns(batch, vectors=vectors, presence=presence))
    suspicions = probable_duplicates(index, np.arange(300))
    assert [one.person_rows for one in suspicions] == [(7, 250)]
    assert suspicions[0].encounter_rows == (7, 250)
    assert suspicions[0].similarity > 1.5
    assert probable_duplicates(index, np.array([7])) == suspicions
    assert probable_duplicates(index, np.array([8, 9999])) == ()


def test_other_encounters_of_one_person_are_no_duplicates(
    tmp_path: Path, rng: np.random.Generator
) -> None:
    index = filled(tmp_path, PEOPLE.batch(rng, np.repeat(np.arange(100), 2)))
    assert probable_duplicates(index, np.arange(200)) == ()


def clear_person(batch: GalleryBatch) -> int:
    """Return the first person (two encounters each) whose fingers 2 and 3 plainly agree."""
    cosines = np.einsum("nfd,nfd->nf", batch.captures.vectors[0::2], batch.captures.vectors[1::2])
    return int(np.flatnonzero((cosines[:, 1:3] > 0.6).all(axis=1))[0])


def test_exchanged_fingers_are_noticed_and_named(tmp_path: Path, rng: np.random.Generator) -> None:
    batch = PEOPLE.batch(rng, np.repeat(np.arange(100), 2))
    person = clear_person(batch)
    index = filled(tmp_path, swapped(batch, row=2 * person + 1, first=1, second=2))

    suspicions = probable_swaps(index, np.arange(100))

    found = [(one.person_row, one.encounter_rows, one.positions) for one in suspicions]
    assert found == [(person, (2 * person, 2 * person + 1), (2, 3))]
    assert min(suspicions[0].crossed_cosines) > 0.45 > max(suspicions[0].straight_cosines)


def test_erased_encounters_raise_no_suspicion(tmp_path: Path, rng: np.random.Generator) -> None:
    batch = swapped(PEOPLE.batch(rng, np.repeat(np.arange(100), 2)), row=41, first=1, second=2)
    index = filled(tmp_path, batch)
    index.erase(np.array([41]), cursor=100)
    assert probable_swaps(index, np.arange(100)) == ()
