"""The cohort of an index: the same people however they came, and no erased one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from indexing.gallery_index import GalleryIndex
from indexing.manifests import Kind
from indexing.searching import cohort
from tests.unit.indexing.building import filled, opened, people

RNG = np.random.default_rng(29)
PEOPLE = people(RNG, 400)
BATCH = PEOPLE.batch(RNG, np.concatenate([np.arange(400), np.arange(200)]))
PROBE = PEOPLE.tenprint(RNG, 3, fingers=4)


def rows_of(index: GalleryIndex) -> list[int]:
    shelf = index.snapshot.shelves[Kind.TENPRINTS]
    return index.cohorts.cohort(shelf).encounter_rows.tolist()


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cohort, "COHORT_PEOPLE", 100)


def test_the_measure_is_that_of_the_cohorts_cosines(tmp_path: Path) -> None:
    index = filled(tmp_path, BATCH)
    found = index.cohorts.strangers(PROBE)
    assert found is not None
    rows = rows_of(index)
    assert len(rows) == 100
    cosines = np.einsum("nfd,fd->fn", BATCH.captures.vectors[rows], PROBE.vectors)
    compared = BATCH.captures.presence[rows].T & PROBE.presence[:, None]
    for finger in np.flatnonzero(PROBE.presence):
        own = np.sort(cosines[finger][compared[finger]])[:-1]
        assert np.allclose(found.moments()[finger], (own.mean(), own.std()), atol=2e-3)
    assert [s > 0 for s in found.spreads] == PROBE.presence.tolist()


def test_a_mark_is_measured_with_every_finger(tmp_path: Path) -> None:
    found = filled(tmp_path, BATCH).cohorts.strangers(PEOPLE.mark(RNG, 5))
    assert found is not None
    assert found.people > 900
    assert len(set(found.means)) == 1


def test_the_same_people_are_drawn_whatever_runs_they_are_in(tmp_path: Path) -> None:
    whole = filled(tmp_path / "whole", BATCH)
    parts = opened(tmp_path / "parts")
    for number, start in enumerate(range(550, -1, -50)):
        parts.add(BATCH.take(slice(start, start + 50)), cursor=number + 1)
    assert rows_of(parts) == rows_of(whole)
    parts.compact()
    assert rows_of(parts) == rows_of(whole)


def test_no_person_is_drawn_twice_and_no_staff(tmp_path: Path) -> None:
    rows = rows_of(filled(tmp_path, BATCH))
    assert len(set(BATCH.person_rows[rows])) == len(rows)
    assert set(BATCH.galleries[rows]) == {0}


def test_the_erased_leave_the_cohort_with_the_next_search(tmp_path: Path) -> None:
    index = filled(tmp_path, BATCH)
    gone = np.array(rows_of(index)[:10])
    index.erase(gone, cursor=100)
    assert index.cohorts._kept is None
    assert not np.isin(rows_of(index), gone).any()


def test_one_more_enrolment_changes_one_person_at_most(tmp_path: Path) -> None:
    index = filled(tmp_path, BATCH.take(slice(0, 399)))
    before = set(rows_of(index))
    index.add(BATCH.take(slice(399, 400)), cursor=100)
    assert len(before - set(rows_of(index))) <= 1


def test_too_few_people_are_no_measure(tmp_path: Path) -> None:
    assert filled(tmp_path / "none", BATCH.take(slice(0, 0))).cohorts.strangers(PROBE) is None
    assert filled(tmp_path / "two", BATCH.take(slice(0, 2))).cohorts.strangers(PROBE) is None
