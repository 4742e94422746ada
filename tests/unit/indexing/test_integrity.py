"""Suspicions about the gallery: raised when planted, silent when not."""

from pathlib import Path

import numpy as np

from indexing.batches import EncounterBatch
from indexing.integrity import probable_duplicates, probable_swaps
from tests.unit.indexing.building import filled, people, with_columns

RNG = np.random.default_rng(31)
PEOPLE = people(RNG, 300)


def swapped(batch: EncounterBatch, row: int, first: int, second: int) -> EncounterBatch:
    """Return a batch in which two fingers (0-9) of one encounter have changed places."""
    vectors = batch.vectors.copy()
    vectors[row, [first, second]] = vectors[row, [second, first]]
    presence = batch.presence.copy()
    presence[row, [first, second]] = presence[row, [second, first]]
    return with_columns(batch, vectors=vectors, presence=presence)


def test_one_person_enrolled_under_two_names_is_noticed_once(tmp_path: Path) -> None:
    batch = PEOPLE.batch(RNG, np.arange(300))
    vectors = batch.vectors.copy()
    again = PEOPLE.batch(RNG, np.full(300, 7))
    vectors[250] = again.vectors[0] * batch.presence[250][:, None]
    vectors[250] /= np.linalg.norm(vectors[250], axis=1, keepdims=True).clip(1e-9)
    presence = batch.presence & (np.linalg.norm(vectors, axis=2) > 0.5)
    index = filled(tmp_path, with_columns(batch, vectors=vectors, presence=presence))
    suspicions = probable_duplicates(index, np.arange(300))
    assert [one.person_rows for one in suspicions] == [(7, 250)]
    assert suspicions[0].encounter_rows == (7, 250)
    assert suspicions[0].similarity > 1.5
    assert probable_duplicates(index, np.array([7])) == suspicions
    assert probable_duplicates(index, np.array([8, 9999])) == ()


def test_other_encounters_of_one_person_are_no_duplicates(tmp_path: Path) -> None:
    index = filled(tmp_path, PEOPLE.batch(RNG, np.repeat(np.arange(100), 2)))
    assert probable_duplicates(index, np.arange(200)) == ()


def test_exchanged_fingers_are_noticed_and_named(tmp_path: Path) -> None:
    batch = swapped(PEOPLE.batch(RNG, np.repeat(np.arange(100), 2)), row=41, first=1, second=2)
    batch = with_columns(batch, presence=batch.presence)
    index = filled(tmp_path, batch)
    suspicions = probable_swaps(index, np.arange(100))
    expected = [(20, (40, 41), (2, 3))] if batch.presence[40:42, 1:3].all() else []
    found = [(one.person_row, one.encounter_rows, one.positions) for one in suspicions]
    assert found == expected == [(20, (40, 41), (2, 3))]
    assert min(suspicions[0].crossed_cosines) > 0.5 > max(suspicions[0].straight_cosines)


def test_erased_encounters_raise_no_suspicion(tmp_path: Path) -> None:
    batch = swapped(PEOPLE.batch(RNG, np.repeat(np.arange(100), 2)), row=41, first=1, second=2)
    index = filled(tmp_path, batch)
    index.erase(np.array([41]), cursor=100)
    assert probable_swaps(index, np.arange(100)) == ()
