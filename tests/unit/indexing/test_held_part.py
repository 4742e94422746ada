"""Parts held in replicas answer as one index does, at exactly one state, or not at all."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from domain.errors import GalleryError, GalleryIncompleteError
from indexing.codes.columns import stored_columns
from indexing.codes.filters import EVERYTHING, NO_FILTER, Filter
from indexing.files.snapshots import Snapshot
from indexing.gallery_index import GalleryIndex
from indexing.manifests import Kind
from indexing.parameters import DEFAULT_LIMITS, IndexLimits
from indexing.parts import replicated
from indexing.parts.held_part import KEPT_STATES, HeldPart
from indexing.parts.part_protocol import SEALED_EVERY, CohortShare, Refused, Step, step_end
from indexing.parts.replicated import PartsSearcher, PassedError, Patience, demand_whole, digest_of
from indexing.searching.hits import Hits
from indexing.searching.questions import (
    Question,
    Sought,
    about_mark_file,
    about_marks,
    about_tenprints,
)
from tests.formats import FORMAT
from tests.unit.indexing.building import KEY, filled, people
from tests.unit.indexing.replicas import History, LocalReplica, replicas_of

RNG = np.random.default_rng(78)
PEOPLE = people(RNG, 1500)
BATCH = PEOPLE.batch(RNG, RNG.integers(0, 1500, 3000))
MARKS = PEOPLE.marks(RNG, np.arange(300), first_row=5000)
GONE = [*RNG.choice(3000, 200, replace=False).tolist(), *range(5000, 5030)]
NO_ROWS = np.zeros(0, dtype=np.int64)
QUICK = Patience(deadline_s=5.0, behind_s=0.05)


def told(history: History) -> History:
    history.add(BATCH.take(slice(0, 1900)))
    history.add(MARKS)
    history.add(BATCH.take(slice(1900, None)))
    history.erase(GONE)
    return history


HISTORY = told(History(FORMAT.index))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GalleryIndex]:
    """One index with the codec of all, and in memory what a part has in memory at this number."""
    trained = filled(tmp_path_factory.mktemp("trained"), BATCH, at_once=1000)
    trained.compact()
    codec = trained.codec
    assert codec is not None
    held = GalleryIndex.open(
        tmp_path_factory.mktemp("whole"),
        template_format=FORMAT.index,
        key=KEY,
        threads=1,
        limits=IndexLimits(codec_minimum=1 << 60),
    )
    held.adopt(codec)
    sealed = SEALED_EVERY - 1900 - len(MARKS)
    held.add(MARKS, cursor=1)
    held.add(BATCH.take(slice(0, 1900)), cursor=1)
    held.seal()
    held.add(BATCH.take(slice(1900, 1900 + max(sealed, 0))), cursor=SEALED_EVERY)
    held.seal()
    held.add(BATCH.take(slice(1900 + max(sealed, 0), None)), cursor=SEALED_EVERY)
    held.erase(np.array(GONE), cursor=HISTORY.last)
    yield held
    held.close()
    trained.close()


@pytest.fixture(scope="module", params=[1, 2, 4])
def replicas(
    request: pytest.FixtureRequest, whole: GalleryIndex, tmp_path_factory: pytest.TempPathFactory
) -> list[list[LocalReplica]]:
    """Replicas that were fed in different steps, one of them killed and sent the rest again."""
    held = replicas_of(
        tmp_path_factory.mktemp("parts"), FORMAT.index, whole.codec, parts=request.param
    )
    for first, second in held:
        HISTORY.send(first, HISTORY.last)
        HISTORY.send(second, 2500, at_once=97)
        second.restarted()
        HISTORY.send(second, HISTORY.last, at_once=301)
        second.part.tend()
    return held


@pytest.fixture
def searcher() -> Iterator[PartsSearcher]:
    held = PartsSearcher(FORMAT.index, 8, QUICK)
    yield held
    held.close()


def assert_equal(found: Hits, expected: Hits) -> None:
    assert np.array_equal(found.person_rows, expected.person_rows)
    assert np.array_equal(found.encounter_rows, expected.encounter_rows)
    assert found.similarities.tobytes() == expected.similarities.tobytes()
    assert (found.digest, found.cursor) == (expected.digest, expected.cursor)


FILTERS = [NO_FILTER, EVERYTHING, Filter(forces=(3,)), Filter(positions=(2, 3))]


@cache
def questions(whole: GalleryIndex, k: int) -> list[tuple[Question, tuple[Hits, ...]]]:
    """Return questions with the answers of one index, which no test changes."""
    return list(_asked(whole, k))


def _asked(whole: GalleryIndex, k: int) -> Iterator[tuple[Question, tuple[Hits, ...]]]:
    rng, rotation = np.random.default_rng(5), HISTORY.rotation
    for where in FILTERS:
        probes = [PEOPLE.tenprint(rng, person, fingers=4) for person in range(0, 30, 10)]
        yield (
            about_tenprints(probes, rotation, where),
            whole.search_tenprints(probes, k=k, where=where),
        )
        marks = [PEOPLE.mark(rng, n, positions=((), (4,), (2, 4, 7))[n % 3]) for n in range(3)]
        # Of marks so many that every position's share of the depth holds all that are among them.
        some = min(k, 50)
        yield about_marks(marks, rotation, where), whole.search_marks(marks, k=some, where=where)
        for probe in (probes[0], marks[1]):
            yield (
                about_mark_file(probe, rotation, where),
                (whole.search_mark_file(probe, k=k, where=where),),
            )


@pytest.mark.parametrize("k", [1, 25, 600])
def test_every_replica_answers_as_one_index(
    whole: GalleryIndex, replicas: list[list[LocalReplica]], searcher: PartsSearcher, k: int
) -> None:
    for question, expected in questions(whole, k):
        for chosen in ([part[:1] for part in replicas], [part[1:] for part in replicas], replicas):
            some = min(k, 50) if question.sought is Sought.MARKS else k
            found = searcher.search(chosen, question, k=some, at=HISTORY.last)
            for one, other in zip(found, expected, strict=True):
                assert_equal(one, other)


def test_a_replica_that_dies_at_any_step_is_replaced_in_every_byte(
    whole: GalleryIndex, replicas: list[list[LocalReplica]], searcher: PartsSearcher
) -> None:
    for question, expected in questions(whole, 25):
        for step in range(4):
            for part in replicas:
                part[0].dies_after = step
            found = searcher.search(replicas, question, k=25, at=HISTORY.last)
            for part in replicas:
                part[0].revived()
            for one, other in zip(found, expected, strict=True):
                assert_equal(one, other)


def test_a_late_replica_is_not_waited_for(
    whole: GalleryIndex, replicas: list[list[LocalReplica]], searcher: PartsSearcher
) -> None:
    question, expected = questions(whole, 25)[0]
    for part in replicas:
        part[0].late_s = 4.0
    try:
        for _ in range(2):  # whichever has its turn
            found = searcher.search(replicas, question, k=25, at=HISTORY.last)
            assert_equal(found[0], expected[0])
    finally:
        for part in replicas:
            part[0].late_s = 0.0


def test_there_is_no_list_without_a_part(
    whole: GalleryIndex, replicas: list[list[LocalReplica]], searcher: PartsSearcher
) -> None:
    for question, _ in questions(whole, 25)[:4]:
        for step in range(2):  # the round that opens and scans, the one that compares
            for replica in replicas[-1]:
                replica.dies_after, replica.dies_with = step, replicas[-1]
            with pytest.raises(GalleryIncompleteError):
                searcher.search(replicas, question, k=25, at=HISTORY.last)
            for replica in replicas[-1]:
                replica.revived()
        if len(replicas) > 1:
            with pytest.raises(GalleryIncompleteError):
                searcher.search(replicas[1:], question, k=25, at=HISTORY.last)
            with pytest.raises(GalleryIncompleteError):
                searcher.search([*replicas, replicas[0]], question, k=25, at=HISTORY.last)


def test_a_part_that_is_behind_or_beyond_gives_no_list(
    whole: GalleryIndex, tmp_path: Path, searcher: PartsSearcher
) -> None:
    held = replicas_of(tmp_path, FORMAT.index, whole.codec, parts=2, copies=1)
    HISTORY.send(held[0][0], 300)
    HISTORY.send(held[1][0], 299)
    question, _ = questions(whole, 5)[0]
    with pytest.raises(GalleryIncompleteError):
        searcher.search(held, question, k=5, at=300)
    with pytest.raises(PassedError):
        searcher.search(held, question, k=5, at=298)


def test_shares_that_are_not_one_gallery_are_refused(
    replicas: list[list[LocalReplica]], tmp_path: Path
) -> None:
    shares = [part[0].part.share for part in replicas]
    demand_whole(shares, HISTORY.last)
    stranger = replicas_of(tmp_path, FORMAT.index, None, parts=len(replicas), copies=1)
    for part in stranger:
        HISTORY.send(part[0], 10)
    foreign = [part[0].part.share for part in stranger]
    with pytest.raises(GalleryIncompleteError):
        demand_whole([*shares[:-1], foreign[-1]], HISTORY.last)
    with pytest.raises(GalleryIncompleteError):
        demand_whole(foreign, 11)


def test_the_digest_is_that_of_one_index(
    whole: GalleryIndex, replicas: list[list[LocalReplica]]
) -> None:
    for copy in (0, 1):
        assert digest_of([part[copy].part.share for part in replicas]) == whole.digest
        for part in replicas:
            part[copy].part.verify()


def test_the_cohort_of_the_parts_is_that_of_the_whole(
    whole: GalleryIndex, replicas: list[list[LocalReplica]]
) -> None:
    expected = whole.cohorts.cohort(whole.snapshot.shelves[Kind.TENPRINTS])
    shares = [part[0].part.cohort(HISTORY.last, "", 0.0) for part in replicas]
    rows = np.concatenate(
        [
            one.people.encounter_rows
            for one in shares
            if isinstance(one, CohortShare) and one.people
        ]
    )
    for part, share in zip(replicas, shares, strict=True):
        assert isinstance(share, CohortShare)
        again = part[1].part.cohort(HISTORY.last, share.stamp, 0.0)
        assert isinstance(again, CohortShare)
        assert again.people is None
    assert set(expected.encounter_rows.tolist()) <= set(rows.tolist())


def test_changes_are_taken_once_and_in_order(whole: GalleryIndex, tmp_path: Path) -> None:
    ((replica,),) = replicas_of(tmp_path, FORMAT.index, whole.codec, parts=1, copies=1)
    part = replica.part
    assert part.feed(HISTORY.step(0, 100)) == 100
    digest = digest_of([part.share])
    assert part.feed(HISTORY.step(0, 100)) == 100  # sent twice
    assert part.feed(HISTORY.step(0, 60)) == 100  # long passed
    assert part.feed(HISTORY.step(101, 120)) == 100  # a gap
    assert digest_of([part.share]) == digest
    assert part.feed(HISTORY.step(50, 120)) == 120  # overlapping
    ((other,),) = replicas_of(tmp_path / "2", FORMAT.index, whole.codec, parts=1, copies=1)
    other.part.feed(HISTORY.step(0, 120))
    assert digest_of([part.share]) == digest_of([other.part.share])
    with pytest.raises(GalleryError, match="must be saved"):
        part.feed(HISTORY.step(120, SEALED_EVERY + 1))


def test_an_erasure_drops_every_state_before_it(whole: GalleryIndex, tmp_path: Path) -> None:
    ((replica,),) = replicas_of(tmp_path, FORMAT.index, whole.codec, parts=1, copies=1)
    history = History(FORMAT.index)
    history.add(BATCH.take(slice(0, 80)))
    history.erase([3])
    question = about_tenprints([PEOPLE.tenprint(RNG, 0)], history.rotation, NO_FILTER)
    for number in range(80):
        replica.part.feed(history.step(number, number + 1))
    assert replica.part.work("old", 80 - KEPT_STATES, question, (), 0.0) is Refused.PASSED
    assert not isinstance(replica.part.work("kept", 70, question, (), 0.0), Refused)
    replica.part.feed(history.step(80, 81))
    assert replica.part.work("before", 80, question, (), 0.0) is Refused.PASSED
    assert not isinstance(replica.part.work("now", 81, question, (), 0.0), Refused)
    assert replica.part.work("later", 82, question, (), 0.0) is Refused.BEHIND
    assert replica.part.work("unknown", 81, None, (), 0.0) is Refused.FORGOTTEN


def test_a_part_just_opened_answers_nothing_until_it_is_fed(
    whole: GalleryIndex, tmp_path: Path
) -> None:
    ((replica,),) = replicas_of(tmp_path, FORMAT.index, whole.codec, parts=1, copies=1)
    HISTORY.send(replica, SEALED_EVERY)
    replica.restarted()
    assert replica.part.share.cursor == SEALED_EVERY  # nothing is lost that was are saved
    question, _ = questions(whole, 5)[0]
    assert replica.part.work("early", SEALED_EVERY, question, (), 0.0) is Refused.BEHIND
    replica.part.feed(HISTORY.step(SEALED_EVERY, SEALED_EVERY))  # nothing has happened since
    assert not isinstance(replica.part.work("fed", SEALED_EVERY, question, (), 0.0), Refused)


def test_erased_bytes_leave_the_files_and_no_list_changes(
    whole: GalleryIndex, tmp_path: Path, searcher: PartsSearcher
) -> None:
    ((replica,),) = replicas_of(tmp_path, FORMAT.index, whole.codec, parts=1, copies=1)
    for to in (3200, HISTORY.last):
        HISTORY.send(replica, to)
    question, expected = questions(whole, 600)[0]
    before = searcher.search([[replica]], question, k=600, at=HISTORY.last)
    assert replica.part.tend()
    assert not replica.part.tend()
    after = searcher.search([[replica]], question, k=600, at=HISTORY.last)
    for one, other, third in zip(before, after, expected, strict=True):
        assert_equal(one, third)
        assert_equal(other, third)


def test_merged_files_are_searched_at_once_and_no_list_changes(
    whole: GalleryIndex, tmp_path: Path, searcher: PartsSearcher
) -> None:
    ((replica,),) = replicas_of(tmp_path, FORMAT.index, whole.codec, parts=1, copies=1)
    for turn in range(DEFAULT_LIMITS.segments_before_merge):
        columns = stored_columns(BATCH.take(slice(turn * 90, turn * 90 + 90)), HISTORY.rotation)
        after, to = turn * SEALED_EVERY, (turn + 1) * SEALED_EVERY
        replica.part.feed(Step(after, to, ((Kind.TENPRINTS, columns),), NO_ROWS, NO_ROWS))
    question, _ = questions(whole, 25)[0]

    def sources() -> int:
        return len(searched_state(replica.part, to).shelves[Kind.TENPRINTS].segments)

    assert sources() == DEFAULT_LIMITS.segments_before_merge
    before = searcher.search([[replica]], question, k=25, at=to)
    assert replica.part.tend()
    assert sources() == 1  # without waiting for another change
    for one, other in zip(
        before, searcher.search([[replica]], question, k=25, at=to), strict=True
    ):
        assert_equal(other, one)


def searched_state(part: HeldPart, at: int) -> Snapshot:
    found = part._state(at, 0.0)
    assert isinstance(found, Snapshot)
    return found


def test_steps_end_where_memory_is_written_out() -> None:
    for after, last in itertools.product((0, 1, 2047, 2048, 5000), (1, 2048, 2049, 9000, 10**6)):
        if last <= after:
            continue
        end = step_end(after, last)
        assert after < end <= last
        assert end % SEALED_EVERY == 0 or end // SEALED_EVERY == after // SEALED_EVERY


def test_a_part_refuses_another_key_and_another_codec(whole: GalleryIndex, tmp_path: Path) -> None:
    ((replica,),) = replicas_of(tmp_path, FORMAT.index, whole.codec, parts=1, copies=1)
    HISTORY.send(replica, SEALED_EVERY)
    replica.part.close()
    assert whole.codec is not None
    other = filled(tmp_path / "other", BATCH.take(slice(0, 2000)), at_once=1000)
    other.compact()
    assert other.codec is not None
    with pytest.raises(GalleryError, match="codec"):
        HeldPart(replace(replica.plan, codec=other.codec.digest), replica.directory)
    with pytest.raises(GalleryError, match="key"):
        HeldPart(replace(replica.plan, check="another"), replica.directory)
    fresh = HeldPart(replica.plan, tmp_path / "fresh")
    with pytest.raises(GalleryError, match="codec"):
        fresh.feed(HISTORY.step(0, 10))
    with pytest.raises(GalleryError, match="codec"):
        fresh.adopt(other.codec)
    fresh.close()
    other.close()


def test_a_question_like_the_last_one_takes_one_round(
    whole: GalleryIndex, replicas: list[list[LocalReplica]], searcher: PartsSearcher
) -> None:
    question, expected = questions(whole, 25)[0]
    alone = [part[:1] for part in replicas]
    asked = []
    for _ in range(2):
        before = sum(part[0].calls for part in alone)
        found = searcher.search(alone, question, k=25, at=HISTORY.last)
        asked.append(sum(part[0].calls for part in alone) - before)
        for one, other in zip(found, expected, strict=True):
            assert_equal(one, other)
    assert asked == [4 * len(alone), len(alone)]


@pytest.mark.parametrize("count", [0, 1, 9, 1000])
def test_what_is_compared_ahead_changes_no_byte(
    whole: GalleryIndex,
    replicas: list[list[LocalReplica]],
    searcher: PartsSearcher,
    monkeypatch: pytest.MonkeyPatch,
    count: int,
) -> None:
    """Too few are compared ahead, none, or more than any threshold asks for."""
    monkeypatch.setattr(replicated, "_ahead", lambda *_: count)
    for k in (1, 25):
        for question, expected in questions(whole, k):
            for _ in range(2):
                found = searcher.search(replicas, question, k=k, at=HISTORY.last)
                for one, other in zip(found, expected, strict=True):
                    assert_equal(one, other)


def test_a_batch_is_waited_for_longer_than_a_search() -> None:
    patience = Patience()
    assert patience.hedge_s(1) == patience.most_hedge_s
    assert patience.hedge_s(64) == 16 * patience.most_hedge_s
    for _ in range(20):
        patience.note(64, 1.5)
        patience.note(1, 0.01)
    assert patience.hedge_s(64) == 1.5
    assert patience.hedge_s(1) == patience.least_hedge_s
