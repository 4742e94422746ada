"""Searches beside enrolments, erasures and compactions: each sees one consistent state."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from indexing.codes.filters import EVERYTHING
from indexing.gallery_index import GalleryIndex
from tests.unit.indexing.building import filled, people

RNG = np.random.default_rng(41)
PEOPLE = people(RNG, 900)
BATCH = PEOPLE.batch(RNG, np.arange(900))
FIRST = 450
STEPS = 45
AT_A_TIME = 3


class Searchers:
    """Threads that search all the time and record violations."""

    def __init__(self, index: GalleryIndex, count: int) -> None:
        self.enrolled, self.erased = FIRST, 0
        self.failures: list[str] = []
        self._index = index
        self._done = threading.Event()
        self._threads = [threading.Thread(target=self._search, args=(s,)) for s in range(count)]

    def __enter__(self) -> Searchers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()

    def _search(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        while not self._done.is_set():
            low, high = self.erased, self.enrolled
            person = int(rng.integers(low, high))
            probe = PEOPLE.tenprint(rng, person)
            hits = self._index.search_tenprint(probe, k=5, where=EVERYTHING)
            is_going = person < self.erased + AT_A_TIME
            if hits.person_rows[0] != person and not is_going:
                self.failures.append("an enrolled person was not found")
            if np.any(hits.person_rows < low):
                self.failures.append("an erased person was found")


@pytest.mark.dear("searches beside every change of an index")
def test_searches_run_beside_every_change(tmp_path: Path) -> None:
    index = filled(tmp_path, BATCH.take(slice(FIRST)))
    with Searchers(index, 2) as searchers:
        for step in range(STEPS):
            start, gone = FIRST + 7 * step, AT_A_TIME * step
            index.add(BATCH.take(slice(start, start + 7)), cursor=1000 + 2 * step)
            searchers.enrolled = start + 7
            index.erase(np.arange(gone, gone + AT_A_TIME), cursor=1001 + 2 * step)
            searchers.erased = gone + AT_A_TIME
            if step % 15 == 14:
                index.compact()
    assert searchers.failures == []
    index.verify()
    assert len(index) == FIRST + STEPS * (7 - AT_A_TIME)


def test_a_compaction_keeps_what_is_enrolled_and_erased_meanwhile(tmp_path: Path) -> None:
    index = filled(tmp_path, BATCH.take(slice(FIRST)))
    compacting = threading.Thread(target=index.compact)
    compacting.start()
    cursor = 1000
    for row in range(FIRST, FIRST + 60):
        cursor += 1
        index.add(BATCH.take(slice(row, row + 1)), cursor=cursor)
        index.erase(np.array([row - FIRST]), cursor=cursor)
    compacting.join()
    assert index.snapshot.held_rows().tolist() == list(range(60, FIRST + 60))
    index.verify()
    index.compact()
    assert index.snapshot.held_rows().tolist() == list(range(60, FIRST + 60))
    index.verify()


def test_a_search_that_began_before_a_compaction_ends_on_what_it_began_with(
    tmp_path: Path,
) -> None:
    index = filled(tmp_path, BATCH.take(slice(FIRST)))
    before = index.snapshot
    index.erase(np.arange(100), cursor=1000)
    index.compact()
    held = before.shelves["tenprints"].segments
    assert sum(int(s.source.columns.vectors.any(axis=2).sum()) for s in held) > 0
    assert before.generation < index.generation
