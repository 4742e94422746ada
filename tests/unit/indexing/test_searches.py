"""Searches of the real index against an oracle that compares everything in float32."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from domain.prints.captures import MarkProbe, TenprintProbe
from indexing.codes.batches import Gallery, GalleryBatch
from indexing.codes.filters import EVERYTHING, NO_FILTER, Filter
from indexing.gallery_index import GalleryIndex
from indexing.manifests import emptied
from indexing.searching.hits import Hits
from tests.exact_search import exact_mark_file_hits, exact_mark_hits, exact_tenprint_hits
from tests.formats import FORMAT
from tests.unit.indexing.building import (
    KEY,
    QUANTISATION_TOLERANCE,
    SMALL,
    filled,
    opened,
    people,
)

RNG = np.random.default_rng(19)
PEOPLE = people(RNG, 700)
BATCH = PEOPLE.batch(RNG, RNG.integers(0, 700, 1400))
MARKS = PEOPLE.marks(RNG, np.arange(350), first_row=5000)
GONE = RNG.choice(1400, 150, replace=False)
CROWD = people(np.random.default_rng(21), 6_000)
LEFT: GalleryBatch = BATCH.take(~np.isin(BATCH.encounter_rows, GONE))
FILTERS = [
    NO_FILTER,
    EVERYTHING,
    Filter(galleries=(Gallery.STAFF,)),
    Filter(forces=(3,)),
    Filter(forces=(1, 2, 5), earliest_year_of_birth=1980),
    Filter(earliest_year_of_birth=1990, latest_year_of_birth=1990),
    Filter(positions=(2, 3)),
    Filter(positions=(9,), forces=(4, 11)),
]


@pytest.fixture(scope="module", params=["fresh", "compacted"])
def index(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[GalleryIndex]:
    held = filled(tmp_path_factory.mktemp("index"), BATCH, MARKS, at_once=140)
    held.erase(GONE, cursor=held.cursor + 1)
    if request.param == "compacted":
        held.compact()
    yield held
    held.close()


def assert_same(found: Hits, exact: Hits) -> None:
    """Ranks may differ only where similarities are closer than the quantisation resolves."""
    assert len(found) == len(exact)
    assert found.similarities == pytest.approx(exact.similarities, abs=QUANTISATION_TOLERANCE)
    clear = np.flatnonzero(np.diff(-exact.similarities) > 3 * QUANTISATION_TOLERANCE)
    if len(clear):
        head = clear[-1] + 1
        assert set(found.person_rows[:head]) == set(exact.person_rows[:head])


@pytest.mark.parametrize("where", FILTERS)
@pytest.mark.parametrize("fingers", [1, 3, 10])
def test_tenprint_searches_find_what_brute_force_finds(
    index: GalleryIndex, where: Filter, fingers: int
) -> None:
    for probe, k, exact in exact_tenprints(where, fingers):
        assert_same(index.search_tenprint(probe, k=k, where=where), exact)


@cache
def exact_tenprints(where: Filter, fingers: int) -> Sequence[tuple[TenprintProbe, int, Hits]]:
    """Return what brute force finds, which the states of the index are held against."""
    rng = np.random.default_rng(fingers)
    probes = [PEOPLE.tenprint(rng, person, fingers=fingers) for person in range(0, 60, 5)]
    return [
        (probe, k, exact_tenprint_hits(LEFT, probe, k=k, where=where))
        for probe in probes
        for k in (1, 25)
    ]


@pytest.mark.parametrize("where", FILTERS[:6])
@pytest.mark.parametrize("positions", [(), (4,), (2, 4, 7)])
def test_mark_searches_find_what_brute_force_finds(
    index: GalleryIndex, where: Filter, positions: tuple[int, ...]
) -> None:
    for mark, exact in exact_marks(where, positions):
        assert_same(index.search_mark(mark, k=20, where=where), exact)


@cache
def exact_marks(where: Filter, positions: tuple[int, ...]) -> Sequence[tuple[MarkProbe, Hits]]:
    """Return what brute force finds of marks."""
    rng = np.random.default_rng(len(positions))
    marks = [PEOPLE.mark(rng, person, finger=3, positions=positions) for person in range(0, 60, 5)]
    return [(mark, exact_mark_hits(LEFT, mark, k=20, where=where)) for mark in marks]


@pytest.mark.parametrize("where", [NO_FILTER, Filter(forces=(1, 2)), Filter(positions=(1, 5))])
def test_the_unsolved_mark_file_is_searched_like_brute_force(
    index: GalleryIndex, where: Filter
) -> None:
    rng = np.random.default_rng(23)
    for person in range(0, 60, 5):
        tenprint = PEOPLE.tenprint(rng, person, fingers=6)
        mark = PEOPLE.mark(rng, person)
        known = MarkProbe(mark.vector, (4, 8))
        for probe in (tenprint, mark, known):
            found = index.search_mark_file(probe, k=10, where=where)
            assert_same(found, exact_mark_file_hits(MARKS, probe, k=10, where=where))


def test_asking_for_everybody_gives_everybody(index: GalleryIndex) -> None:
    persons = set(LEFT.person_rows.tolist())
    tenprint = index.search_tenprint(PEOPLE.tenprint(RNG, 1), k=5000, where=EVERYTHING)
    mark = index.search_mark(PEOPLE.mark(RNG, 1), k=5000, where=EVERYTHING)
    marks = index.search_mark_file(PEOPLE.mark(RNG, 1), k=5000)
    assert set(tenprint.person_rows.tolist()) == set(mark.person_rows.tolist()) == persons
    assert len(marks) == 350


def test_a_search_with_no_finger_left_by_the_filter_finds_nobody(index: GalleryIndex) -> None:
    probe = PEOPLE.tenprint(np.random.default_rng(1), 5, fingers=1)
    other = tuple(p for p in range(1, 11) if not probe.presence[p - 1])
    assert len(index.search_tenprint(probe, k=5, where=Filter(positions=other))) == 0


def test_a_mate_outside_the_filter_does_not_hide_those_inside(index: GalleryIndex) -> None:
    rng = np.random.default_rng(2)
    for person in range(20):
        hits = index.search_tenprint(PEOPLE.tenprint(rng, person), k=10, where=Filter(forces=(7,)))
        covered = LEFT.person_rows[(LEFT.forces == 7) & (LEFT.galleries == 0)]
        assert len(hits) == min(10, len(np.unique(covered)))
        assert np.isin(hits.person_rows, covered).all()


def test_the_same_search_gives_the_same_bits(index: GalleryIndex) -> None:
    probe = PEOPLE.tenprint(np.random.default_rng(3), 8, fingers=7)
    first, second = (index.search_tenprint(probe, k=40) for _ in range(2))
    assert np.array_equal(first.similarities, second.similarities)
    assert np.array_equal(first.person_rows, second.person_rows)


@pytest.mark.dear("searches galleries of thousands exhaustively")
def test_a_person_of_thousands_of_encounters_does_not_hide_the_others(tmp_path: Path) -> None:
    rng = np.random.default_rng(43)
    crowd = people(rng, 41)
    persons = np.concatenate([np.zeros(5000, dtype=np.int64), np.arange(1, 41)])
    batch = crowd.batch(rng, persons)
    index = GalleryIndex.open(emptied(tmp_path), template_format=FORMAT.index, key=KEY, threads=1)
    index.add(batch, cursor=1)
    probe, mark = crowd.tenprint(rng, 0), crowd.mark(rng, 0, positions=(4,))
    covered = batch.person_rows[batch.galleries == 0]
    tenprint = index.search_tenprint(probe, k=41)
    assert sorted(tenprint.person_rows.tolist()) == np.unique(covered).tolist()
    assert_same(tenprint, exact_tenprint_hits(batch, probe, k=41, where=NO_FILTER))
    single = index.search_mark(mark, k=41)
    assert_same(single, exact_mark_hits(batch, mark, k=41, where=NO_FILTER))
    index.close()


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[GalleryIndex, GalleryBatch]]:
    batch = CROWD.batch(np.random.default_rng(20), np.arange(6_000))
    limits = replace(SMALL, segment=8_192)
    held = opened(tmp_path_factory.mktemp("crowd"), limits=limits)
    held.add(batch, cursor=1)
    held.compact()
    yield held, batch
    held.close()


@pytest.mark.dear("fills an index of thousands")
@pytest.mark.parametrize("fingers", [1, 2, 10])
def test_the_nearest_stranger_is_the_one_of_brute_force(
    crowd: tuple[GalleryIndex, GalleryBatch], fingers: int
) -> None:
    """A rehearsal compares a part of the gallery exactly, and hardly ever misses the nearest."""
    held, batch = crowd
    where, rng, lost = Filter(ends_at_leader=False), np.random.default_rng(fingers), []
    for person in range(80):
        probe = CROWD.tenprint(rng, person, fingers=fingers)
        found = held.search_tenprint(probe, k=9, where=where)
        exact = exact_tenprint_hits(batch, probe, k=9, where=where)
        lost.append(exact.similarities[1] - found.similarities[1])
    assert sum(one > 3 * QUANTISATION_TOLERANCE for one in lost) <= 1
    assert max(lost) < 0.05
