"""A gallery in parts answers as one index does, in every byte."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import GalleryError
from domain.prints.captures import MarkProbe, TenprintProbe
from indexing.codes.batches import Gallery, GalleryBatch
from indexing.codes.filters import EVERYTHING, NO_FILTER, Filter
from indexing.codes.rotation import secret_rotation
from indexing.gallery_index import GalleryIndex
from indexing.parameters import IndexLimits
from indexing.placing import BUCKETS, buckets_of, parts_of
from indexing.searching.hits import Hits
from indexing.searching.questions import (
    Question,
    about_mark_file,
    about_marks,
    about_tenprints,
)
from indexing.searching.searched import Searched, together
from indexing.searching.tenprint_search import excess_of
from tests.formats import FORMAT
from tests.unit.indexing.building import DIMENSION, KEY, SMALL, filled, people, with_columns

RNG = np.random.default_rng(77)
ROTATION = secret_rotation(KEY, DIMENSION)
PEOPLE = people(RNG, 1500)
BATCH = PEOPLE.batch(RNG, RNG.integers(0, 1500, 3000))
MARKS = PEOPLE.marks(RNG, np.arange(500), first_row=5000)
GONE = np.concatenate([RNG.choice(3000, 300, replace=False), np.arange(5000, 5040)])
UNTRAINED = replace(SMALL, codec_minimum=1 << 40)
"""The limits of a part, which never trains a codec of its own."""
FILTERS = [
    NO_FILTER,
    EVERYTHING,
    Filter(galleries=(Gallery.STAFF,)),
    Filter(forces=(3,)),
    Filter(forces=(1, 2, 5), earliest_year_of_birth=1980),
    Filter(positions=(2, 3)),
]


def one_index(directory: Path) -> GalleryIndex:
    """Return an index that holds everything, a tail included."""
    held = filled(directory, BATCH.take(slice(0, 2970)), MARKS, at_once=300)
    held.compact()
    held.add(BATCH.take(slice(2970, None)), cursor=held.cursor + 1)
    held.erase(GONE, cursor=held.cursor + 1)
    return held


def in_parts(directory: Path, whole: GalleryIndex, count: int) -> list[GalleryIndex]:
    """Return the same content in parts, by person, under the codec of the whole."""
    parts = []
    codec = whole.codec
    assert codec is not None
    for number in range(count):
        part = GalleryIndex.open(
            directory / f"{count}-{number}",
            template_format=FORMAT.index,
            key=KEY,
            threads=1,
            limits=UNTRAINED,
        )
        part.adopt(codec)
        for batch in (BATCH.take(slice(0, 2970)), MARKS):
            part.add(share_of(batch, number, count), cursor=whole.cursor - 2)
        part.compact()
        part.add(share_of(BATCH.take(slice(2970, None)), number, count), cursor=whole.cursor - 1)
        part.erase(GONE, cursor=whole.cursor)
        parts.append(part)
    return parts


def share_of(batch: GalleryBatch, number: int, count: int) -> GalleryBatch:
    """Return the captures of the persons of one part."""
    return batch.take(parts_of(batch.person_rows, count) == number)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GalleryIndex]:
    held = one_index(tmp_path_factory.mktemp("whole"))
    yield held
    held.close()


@pytest.fixture(scope="module", params=[1, 2, 4, 7])
def parts(
    request: pytest.FixtureRequest, whole: GalleryIndex, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[GalleryIndex]]:
    held = in_parts(tmp_path_factory.mktemp("parts"), whole, request.param)
    yield held
    for part in held:
        part.close()


def joined_of(parts: Sequence[GalleryIndex]) -> Searched:
    return together([part.snapshot for part in parts])


def asked(probes: Sequence[TenprintProbe], where: Filter) -> Question:
    return about_tenprints(probes, ROTATION, where)


def assert_equal(found: Hits, expected: Hits) -> None:
    assert np.array_equal(found.person_rows, expected.person_rows)
    assert np.array_equal(found.encounter_rows, expected.encounter_rows)
    assert found.similarities.tobytes() == expected.similarities.tobytes()
    assert (found.digest, found.cursor) == (expected.digest, expected.cursor)


@pytest.mark.parametrize("where", FILTERS)
def test_parts_answer_tenprints_as_one_index(
    whole: GalleryIndex, parts: list[GalleryIndex], where: Filter
) -> None:
    for probes, k, expected in answers_of_one_index(whole, where):
        found = joined_of(parts).search(asked(probes, where), k=k)
        for one, other in zip(found, expected, strict=True):
            assert_equal(one, other)


def test_parts_take_off_what_one_index_takes_off(
    whole: GalleryIndex, parts: list[GalleryIndex]
) -> None:
    measured = whole.cohorts.own()
    assert measured is not None
    own = replace(measured, limits=(0,) * 10)  # so that half of the people have an excess
    rng = np.random.default_rng(9)
    probes = [PEOPLE.tenprint(rng, person, fingers=2, cosine=0.3) for person in range(6)]
    expected = whole.search_tenprints(probes, k=25, own=own)
    found = joined_of(parts).search(
        about_tenprints(probes, ROTATION, NO_FILTER, excess_of(own, ROTATION)), k=25
    )
    for one, other, without in zip(
        found, expected, whole.search_tenprints(probes, k=25), strict=True
    ):
        assert_equal(one, other)
        assert one.similarities.tobytes() != without.similarities.tobytes()


@cache
def answers_of_one_index(
    whole: GalleryIndex, where: Filter
) -> list[tuple[list[TenprintProbe], int, Sequence[Hits]]]:
    """Return the answers that every number of parts is held against."""
    rng, answers = np.random.default_rng(5), []
    for fingers in (1, 3, 10):
        for cosine in (0.8, 0.35):
            probes = [
                PEOPLE.tenprint(rng, person, fingers=fingers, cosine=cosine)
                for person in range(0, 40, 10)
            ]
            for k in (1, 25, 600):
                found = whole.search_tenprints(probes, k=k, where=where)
                answers.append((probes, k, found))
    return answers


@pytest.mark.parametrize("where", FILTERS[:5])
def test_parts_answer_marks_as_one_index(
    whole: GalleryIndex, parts: list[GalleryIndex], where: Filter
) -> None:
    rng = np.random.default_rng(6)
    positions = ((), (4,), (2, 4, 7))
    marks = [PEOPLE.mark(rng, n, positions=positions[n % 3]) for n in range(9)]
    expected = whole.search_marks(marks, k=20, where=where)
    found = joined_of(parts).search(about_marks(marks, ROTATION, where), k=20)
    for one, other in zip(found, expected, strict=True):
        assert_equal(one, other)


@pytest.mark.parametrize("where", [NO_FILTER, Filter(forces=(1, 2)), Filter(positions=(1, 5))])
def test_parts_answer_the_unsolved_mark_file_as_one_index(
    whole: GalleryIndex, parts: list[GalleryIndex], where: Filter
) -> None:
    rng = np.random.default_rng(7)
    probes: list[TenprintProbe | MarkProbe] = []
    for person in range(0, 40, 8):
        mark = PEOPLE.mark(rng, person)
        probes += [PEOPLE.tenprint(rng, person, fingers=6), mark, MarkProbe(mark.vector, (4, 8))]
    for probe in probes:
        expected = whole.search_mark_file(probe, k=10, where=where)
        (found,) = joined_of(parts).search(about_mark_file(probe, ROTATION, where), k=10)
        assert_equal(found, expected)


def test_ties_between_parts_are_broken_as_in_one_index(tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    crowd = people(rng, 600)
    batch = crowd.batch(rng, np.arange(600))
    vectors = batch.captures.vectors.copy()
    vectors[:60] = vectors[0]  # sixty persons with the same prints
    presence = batch.captures.presence.copy()
    presence[:60] = presence[0]
    batch = with_columns(batch, vectors=vectors, presence=presence)
    whole = filled(tmp_path / "whole", batch)
    whole.compact()
    codec = whole.codec
    assert codec is not None
    parts = []
    for number in range(3):
        part = GalleryIndex.open(
            tmp_path / str(number),
            template_format=FORMAT.index,
            key=KEY,
            threads=1,
            limits=UNTRAINED,
        )
        part.adopt(codec)
        part.add(share_of(batch, number, 3), cursor=whole.cursor)
        part.compact()
        parts.append(part)
    for k in (1, 7, 60, 100):
        probe = crowd.tenprint(rng, 0)
        expected = whole.search_tenprint(probe, k=k)
        assert_equal(
            joined_of(parts).search(asked([probe], NO_FILTER), k=k)[0],
            expected,
        )
        mark = crowd.mark(rng, 0)
        expected = whole.search_mark(mark, k=k)
        (found,) = joined_of(parts).search(about_marks([mark], ROTATION, NO_FILTER), k=k)
        assert_equal(found, expected)
    for index in (whole, *parts):
        index.close()


def test_parts_of_different_states_give_no_list(whole: GalleryIndex, tmp_path: Path) -> None:
    first, second = in_parts(tmp_path, whole, 2)
    second.erase(np.array([1]), cursor=second.cursor + 1)
    with pytest.raises(GalleryError, match="differ"):
        joined_of([first, second])
    first.close()
    second.close()


@pytest.mark.dear("searches galleries of thousands exhaustively")
def test_slices_on_threads_answer_as_one_thread(whole: GalleryIndex, tmp_path: Path) -> None:
    limits = replace(SMALL, sliced=200)
    threaded = GalleryIndex.open(
        tmp_path, template_format=FORMAT.index, key=KEY, threads=3, limits=limits
    )
    plain = GalleryIndex.open(
        tmp_path / "plain", template_format=FORMAT.index, key=KEY, threads=1, limits=SMALL
    )
    for index in (threaded, plain):
        for step, start in enumerate(range(0, 2970, 500), 1):
            index.add(BATCH.take(slice(start, min(start + 500, 2970))), cursor=step)
        index.compact()
        index.add(BATCH.take(slice(2970, None)), cursor=49)
        index.add(MARKS, cursor=50)
        index.erase(GONE, cursor=51)
        index.warm(marks=True)
    rng = np.random.default_rng(9)
    for where in FILTERS:
        probes = [PEOPLE.tenprint(rng, person, fingers=4) for person in range(5)]
        marks = [PEOPLE.mark(rng, person) for person in range(3)]
        for probe in probes:
            expected = plain.search_tenprint(probe, k=30, where=where)
            assert_equal(threaded.search_tenprint(probe, k=30, where=where), expected)
        for mark in marks:
            expected = plain.search_mark(mark, k=30, where=where)
            assert_equal(threaded.search_mark(mark, k=30, where=where), expected)
            expected = plain.search_mark_file(mark, k=9, where=where)
            assert_equal(threaded.search_mark_file(mark, k=9, where=where), expected)
        many = plain.search_tenprints(probes, k=30, where=where)
        for one, other in zip(
            threaded.search_tenprints(probes, k=30, where=where), many, strict=True
        ):
            assert_equal(one, other)
    threaded.close()
    plain.close()


def test_parts_may_be_asked_at_once(whole: GalleryIndex, tmp_path: Path) -> None:
    parts = in_parts(tmp_path, whole, 4)
    rng = np.random.default_rng(10)
    probe = PEOPLE.tenprint(rng, 12)
    with ThreadPoolExecutor(4) as pool:
        searched = together([part.snapshot for part in parts], pool.map)
        assert_equal(
            searched.search(asked([probe], NO_FILTER), k=40)[0],
            whole.search_tenprint(probe, k=40),
        )
    for part in parts:
        part.close()


def test_an_erasure_is_in_no_list_that_begins_after_it(
    whole: GalleryIndex, tmp_path: Path
) -> None:
    parts = in_parts(tmp_path, whole, 4)
    rng = np.random.default_rng(11)
    probe = PEOPLE.tenprint(rng, 33)
    before = joined_of(parts)
    person = before.search(asked([probe], EVERYTHING), k=1)[0].person_rows[0]
    rows = BATCH.encounter_rows[BATCH.person_rows == person]
    for part in parts:
        part.erase(rows, cursor=part.cursor + 1)
    found = joined_of(parts).search(asked([probe], EVERYTHING), k=200)[0]
    assert person not in found.person_rows
    # A search that began before still sees its own state.
    assert before.search(asked([probe], EVERYTHING), k=1)[0].person_rows[0] == person
    for part in parts:
        part.close()


@given(
    rows=st.lists(st.integers(0, 2**40), min_size=1, max_size=50), count=st.integers(1, BUCKETS)
)
def test_every_person_has_one_part_and_keeps_it(rows: list[int], count: int) -> None:
    persons = np.array(rows, dtype=np.int64)
    found = parts_of(persons, count)
    assert ((found >= 0) & (found < count)).all()
    assert np.array_equal(found, [parts_of(np.array([row]), count)[0] for row in rows])


def test_people_spread_evenly_over_buckets_and_never_move() -> None:
    buckets = buckets_of(np.arange(1_000_000))
    counts = np.bincount(buckets, minlength=BUCKETS)
    assert counts.max() < 1.2 * counts.mean()
    assert counts.min() > 0.8 * counts.mean()
    # From the published algorithm: the first outputs of SplitMix64 for the seeds 0, 1 and 2.
    assert buckets_of(np.arange(3)).tolist() == [
        0xE220A8397B1DCDAF % 1024,
        0x910A2DEC89025CC1 % 1024,
        0x975835DE1C9756CE % 1024,
    ]


def test_limits_are_those_of_the_service() -> None:
    assert IndexLimits().sliced < IndexLimits().segment
