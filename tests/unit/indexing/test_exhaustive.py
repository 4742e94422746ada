"""A comparison with everybody but some finds the same as brute force, in any parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import GalleryIncompleteError, InvalidInputError
from domain.prints.captures import MarkProbe, PrintProbe, TenprintProbe
from indexing.codes.batches import Gallery, GalleryBatch
from indexing.codes.filters import NO_FILTER
from indexing.codes.rotation import secret_rotation
from indexing.gallery_index import GalleryIndex
from indexing.manifests import Kind
from indexing.parts.replicated import PartsSearcher, PassedError
from indexing.searching import exhaustive
from indexing.searching.exhaustive import ComparedAt, LeftOut, Tally, tally_of
from indexing.searching.questions import about_everybody
from tests.exact_search import exact_mark_file_hits, exact_mark_hits, exact_tenprint_hits
from tests.formats import FORMAT
from tests.unit.indexing.building import (
    DIMENSION,
    KEY,
    QUANTISATION_TOLERANCE,
    SMALL,
    filled,
    people,
    with_columns,
)
from tests.unit.indexing.replicas import History, LocalReplica, replicas_of

RNG = np.random.default_rng(91)
PEOPLE = people(RNG, 400)
ALL = PEOPLE.batch(RNG, RNG.integers(0, 400, 900))
VECTORS, PRESENCE = ALL.captures.vectors.copy(), ALL.captures.presence.copy()
VECTORS[40:60], PRESENCE[40:60] = VECTORS[40], PRESENCE[40]
BATCH = with_columns(ALL, vectors=VECTORS, presence=PRESENCE)
"""Some of which tie."""
MARKS = PEOPLE.marks(RNG, np.arange(200), first_row=2000)
GONE = np.concatenate([RNG.choice(900, 60, replace=False), np.arange(2000, 2015)])
NOTHING = LeftOut(1 << 40, np.zeros(0, dtype=np.int64))
SOME = LeftOut(2150, np.unique(np.concatenate([GONE[:20], RNG.integers(0, 2150, 300)])))
FEW = LeftOut(55, np.arange(0, 50, 2))


def probes() -> list[PrintProbe]:
    rng = np.random.default_rng(3)
    return [
        PEOPLE.tenprint(rng, 7),
        PEOPLE.tenprint(rng, 8, fingers=1),
        TenprintProbe(VECTORS[41], PRESENCE[41], np.full(10, 50, dtype=np.uint8)),
        PEOPLE.mark(rng, 9),
        PEOPLE.mark(rng, 10, positions=(4, 2)),
    ]


CASES = [
    (probe, among, left_out)
    for probe in probes()
    for among in Kind
    for left_out in (NOTHING, SOME, FEW)
]


def compared_of(among: Kind, left_out: LeftOut) -> GalleryBatch:
    """Return the captures that a question is about, each as a person of its own."""
    batch = BATCH if among is Kind.TENPRINTS else MARKS
    kept = (batch.encounter_rows <= left_out.above) & ~np.isin(
        batch.encounter_rows, np.concatenate([left_out.rows, GONE])
    )
    return batch.take(kept & (batch.galleries != Gallery.STAFF))


def each_for_itself(batch: GalleryBatch) -> GalleryBatch:
    return replace(batch, person_rows=batch.encounter_rows)


def brute(probe: PrintProbe, among: Kind, batch: GalleryBatch) -> dict[int, float]:
    """Return the similarity of every capture that has one, in float32."""
    own, k = each_for_itself(batch), max(1, len(batch))
    if among is Kind.MARKS:
        hits = exact_mark_file_hits(own, probe, k=k, where=NO_FILTER)
    elif isinstance(probe, MarkProbe):
        hits = exact_mark_hits(own, probe, k=k, where=NO_FILTER)
    else:
        hits = exact_tenprint_hits(own, probe, k=k, where=NO_FILTER)
    return dict(zip(hits.encounter_rows.tolist(), hits.similarities.tolist(), strict=True))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GalleryIndex]:
    held = filled(tmp_path_factory.mktemp("whole"), BATCH.take(slice(0, 870)), MARKS)
    held.compact()
    held.add(BATCH.take(slice(870, None)), cursor=held.cursor + 1)
    held.erase(GONE, cursor=held.cursor + 1)
    yield held
    held.close()


@pytest.mark.parametrize(("probe", "among", "left_out"), CASES)
def test_everybody_but_those_left_out_is_compared(
    whole: GalleryIndex, probe: PrintProbe, among: Kind, left_out: LeftOut
) -> None:
    wanted = compared_of(among, left_out)
    truth = brute(probe, among, wanted)

    found = whole.compare_all(probe, among, left_out=left_out, count=2000)

    rows = found.nearest.encounter_rows.tolist()
    expected = [truth[row] for row in rows]
    assert set(rows) == set(truth)
    assert np.allclose(found.nearest.similarities, expected, atol=QUANTISATION_TOLERANCE)
    assert found.tally == tally_of(wanted.encounter_rows, wanted.person_rows)
    assert found.cursor == whole.cursor


@pytest.mark.parametrize("among", list(Kind))
def test_a_short_answer_is_the_start_of_a_long_one(whole: GalleryIndex, among: Kind) -> None:
    for probe in probes():
        every = whole.compare_all(probe, among, left_out=SOME, count=2000).nearest
        order = np.lexsort((every.encounter_rows, -every.similarities))
        assert np.array_equal(order, np.arange(len(every)))
        for count in (1, 13, 45):
            some = whole.compare_all(probe, among, left_out=SOME, count=count).nearest
            assert np.array_equal(some.encounter_rows, every.encounter_rows[:count])
            assert some.similarities.tobytes() == every.similarities[:count].tobytes()


def test_ties_go_to_the_lower_row(whole: GalleryIndex) -> None:
    tied = [
        row for row in range(40, 60) if row in compared_of(Kind.TENPRINTS, NOTHING).encounter_rows
    ]
    found = whole.compare_all(probes()[2], Kind.TENPRINTS, left_out=NOTHING, count=5)
    assert found.nearest.encounter_rows.tolist() == tied[:5]


@pytest.mark.parametrize("captures_at_once", [1, 7, 100])
def test_steps_change_nothing(
    whole: GalleryIndex, monkeypatch: pytest.MonkeyPatch, captures_at_once: int
) -> None:
    for probe, among, left_out in CASES[::4]:
        expected = whole.compare_all(probe, among, left_out=left_out, count=30)
        with monkeypatch.context() as small:
            small.setattr(exhaustive, "CAPTURES_AT_ONCE", captures_at_once)
            found = whole.compare_all(probe, among, left_out=left_out, count=30)
        assert_equal(found, expected)


def test_threads_and_files_change_nothing(whole: GalleryIndex, tmp_path: Path) -> None:
    threaded = GalleryIndex.open(
        tmp_path,
        template_format=FORMAT.index,
        key=KEY,
        threads=3,
        limits=replace(SMALL, sliced=100),
    )
    threaded.add(BATCH, cursor=1)
    threaded.add(MARKS, cursor=2)
    threaded.compact()
    threaded.erase(GONE, cursor=whole.cursor)
    for probe, among, left_out in CASES:
        expected = whole.compare_all(probe, among, left_out=left_out, count=30)
        found = threaded.compare_all(probe, among, left_out=left_out, count=30)
        assert_equal(found, expected)
    threaded.close()


def assert_equal(found: ComparedAt, expected: ComparedAt) -> None:
    assert np.array_equal(found.nearest.encounter_rows, expected.nearest.encounter_rows)
    assert found.nearest.similarities.tobytes() == expected.nearest.similarities.tobytes()
    assert (found.tally, found.cursor) == (expected.tally, expected.cursor)


class Parted:
    """The same content in parts of two replicas each."""

    def __init__(self, directory: Path, whole: GalleryIndex, parts: int) -> None:
        self.history = History(FORMAT.index)
        for batch in (BATCH, MARKS):
            self.history.add(batch)
        self.history.erase(GONE.tolist())
        self.parts = replicas_of(directory, FORMAT.index, whole.codec, parts=parts)
        for replica in self.replicas:
            self.history.send(replica, self.history.last)
        self.searcher = PartsSearcher(FORMAT.index, 8)

    @property
    def replicas(self) -> list[LocalReplica]:
        return [replica for part in self.parts for replica in part]

    def compare_all(
        self, probe: PrintProbe, among: Kind, left_out: LeftOut, *, count: int = 30
    ) -> ComparedAt:
        rotation = secret_rotation(KEY, DIMENSION)
        question = about_everybody(probe, among, rotation, left_out)
        return self.searcher.compare_all(self.parts, question, count=count, at=self.history.last)

    def close(self) -> None:
        self.searcher.close()
        for replica in self.replicas:
            replica.part.close()


@pytest.fixture(params=[1, 2, 4])
def parted(
    request: pytest.FixtureRequest, whole: GalleryIndex, tmp_path: Path
) -> Iterator[Parted]:
    made = Parted(tmp_path, whole, request.param)
    yield made
    made.close()


def test_parts_answer_as_one_index(whole: GalleryIndex, parted: Parted) -> None:
    for probe, among, left_out in CASES:
        expected = whole.compare_all(probe, among, left_out=left_out, count=30)
        found = parted.compare_all(probe, among, left_out)
        assert_equal(replace(found, cursor=whole.cursor), expected)


def test_a_dead_replica_changes_nothing_and_a_dead_part_gives_no_answer(
    whole: GalleryIndex, parted: Parted
) -> None:
    probe, among, left_out = CASES[1]
    expected = parted.compare_all(probe, among, left_out)
    parted.parts[-1][0].is_dead = True
    for _ in range(2):  # each replica is asked first in its turn
        assert_equal(parted.compare_all(probe, among, left_out), expected)
    parted.parts[-1][1].is_dead = True
    with pytest.raises(GalleryIncompleteError):
        parted.compare_all(probe, among, left_out)


def test_parts_answer_at_one_state_or_not_at_all(whole: GalleryIndex, parted: Parted) -> None:
    at = parted.history.last
    parted.history.erase([3])
    for replica in parted.parts[0]:
        parted.history.send(replica, at + 1)  # and keeps no state before the erasure
    question = about_everybody(
        probes()[0], Kind.TENPRINTS, secret_rotation(KEY, DIMENSION), NOTHING
    )
    with pytest.raises(PassedError):
        parted.searcher.compare_all(parted.parts, question, count=5, at=at)
    if len(parted.parts) > 1:  # of one part alone, that is the whole
        with pytest.raises(GalleryIncompleteError):
            parted.searcher.compare_all(parted.parts, question, count=5, at=at + 1)


def test_a_missing_part_is_no_shorter_answer(whole: GalleryIndex, parted: Parted) -> None:
    question = about_everybody(
        probes()[0], Kind.TENPRINTS, secret_rotation(KEY, DIMENSION), NOTHING
    )
    with pytest.raises(GalleryIncompleteError):
        parted.searcher.compare_all(parted.parts[1:], question, count=5, at=parted.history.last)


def test_an_index_that_lost_a_capture_has_another_tally(
    whole: GalleryIndex, tmp_path: Path
) -> None:
    other = filled(tmp_path, BATCH, MARKS)
    other.erase(np.append(GONE, 100), cursor=whole.cursor)
    tallies = [
        index.compare_all(probes()[0], Kind.TENPRINTS, left_out=NOTHING, count=1).tally
        for index in (whole, other)
    ]
    other.close()
    assert tallies[0].count == tallies[1].count + 1
    assert tallies[0].total != tallies[1].total


rows_of_some = st.lists(st.integers(0, 2**40), max_size=40, unique=True)


@given(rows=rows_of_some, left=rows_of_some, above=st.integers(0, 2**40))
def test_rows_are_left_out_as_sets_say(rows: list[int], left: list[int], above: int) -> None:
    out = LeftOut(above, _array(sorted(left)))
    kept = out.keeps(_array(rows)).tolist()
    assert kept == [row <= above and row not in set(left) for row in rows]


@given(rows=rows_of_some, cut=st.integers(0, 40))
def test_a_tally_is_the_sum_of_its_parts_in_any_order(rows: list[int], cut: int) -> None:
    persons = [row // 3 for row in rows]
    whole = tally_of(_array(rows), _array(persons))
    back, front = slice(cut, None), slice(0, cut)
    parts = [tally_of(_array(rows[each]), _array(persons[each])) for each in (back, front)]
    assert sum(parts, Tally()) == whole


def test_a_tally_knows_whose_a_capture_is() -> None:
    rows = np.arange(5)
    owners = [np.array([1, 2, 3, 4, 5]), np.array([2, 1, 3, 4, 5])]
    assert tally_of(rows, owners[0]) != tally_of(rows, owners[1])


def test_rows_to_leave_out_must_rise() -> None:
    with pytest.raises(InvalidInputError):
        LeftOut(9, np.array([2, 1]))


def _array(values: list[int]) -> npt.NDArray[np.int64]:
    return np.array(values, dtype=np.int64)
