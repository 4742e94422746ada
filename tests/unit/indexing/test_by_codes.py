"""Fingers looked up by the codes of their minutiae."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import IndexDamagedError, InvalidTemplateError
from domain.prints.templates import NeighbourhoodCodes
from indexing.codes.batches import Gallery, GalleryBatch
from indexing.codes.columns import ANY_FINGER, stored_columns
from indexing.codes.filters import Filter
from indexing.codes.rotation import secret_bit_order, secret_rotation
from indexing.files.verification import ContentTally
from indexing.gallery_index import GalleryIndex
from indexing.manifests import Kind, emptied
from indexing.parts.held_part import HeldPart
from indexing.parts.part_protocol import CompareAll, PartPlan, Step, Worked
from indexing.placing import even_maps
from indexing.searching.by_codes import (
    CodedFinger,
    about_codes,
    code_similarities,
    columns_of,
    scores_of,
)
from indexing.searching.exhaustive import NOTHING, ComparedAt, LeftOut, whole_of
from tests.formats import FORMAT
from tests.unit.indexing.building import KEY, SMALL, people, with_columns

NEAR, MINUTIAE = 36, 6
CODED = replace(FORMAT.index, codes=NeighbourhoodCodes("test", MINUTIAE, NEAR))
RNG = np.random.default_rng(136)
COUNT, MARKS = 120, 50
PEOPLE = people(RNG, COUNT)
EVERYBODY, BYTES = 1 << 30, 16


def random_codes(rng: np.random.Generator, n: int, fingers: int) -> npt.NDArray[np.uint8]:
    """Return random codes; a finger has from none to all of its minutiae."""
    codes = rng.integers(1, 256, (n, fingers, MINUTIAE, BYTES)).astype(np.uint8)
    held = rng.integers(0, MINUTIAE + 1, (n, fingers, 1, 1))
    return np.where(np.arange(MINUTIAE)[:, None] < held, codes, np.uint8(0))


CODES = random_codes(RNG, COUNT, 10)
PRINTS = PEOPLE.batch(RNG, np.arange(COUNT))
CODES[~PRINTS.captures.presence] = 0
PRINTS = with_columns(PRINTS, codes=CODES)
LATENTS = with_columns(
    PEOPLE.marks(RNG, np.arange(MARKS), first_row=1000), codes=random_codes(RNG, MARKS, 1)
)
GONE = np.array([3, 17, 55, 56, 90, 1004, 1020])


def opened(directory: Path, *, threads: int = 1) -> GalleryIndex:
    return GalleryIndex.open(
        directory, template_format=CODED, key=KEY, threads=threads, limits=SMALL
    )


def enrolled(directory: Path, *, threads: int = 1) -> GalleryIndex:
    index = opened(directory, threads=threads)
    for step, start in enumerate(range(0, COUNT, 35), 1):
        index.add(PRINTS.take(slice(start, start + 35)), cursor=step)
    index.add(LATENTS, cursor=9)
    index.erase(GONE, cursor=10)
    return index


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GalleryIndex]:
    held = enrolled(tmp_path_factory.mktemp("coded"))
    yield held
    held.close()


def own_codes(batch: GalleryBatch, place: int, finger: int) -> npt.NDArray[np.uint8]:
    assert batch.codes is not None
    codes = batch.codes[place, finger]
    return codes[codes.any(axis=1)]


def noisy(
    rng: np.random.Generator, codes: npt.NDArray[np.uint8], bits: int
) -> npt.NDArray[np.uint8]:
    """Return codes with this many of the bits of each turned over."""
    flips = np.zeros((len(codes), 128), dtype=np.uint8)
    for row in flips:
        row[rng.permutation(128)[:bits]] = 1
    return codes ^ np.packbits(flips, axis=1)


def counted(mark: npt.NDArray[np.uint8], finger: npt.NDArray[np.uint8]) -> int:
    """Return the score of a finger for a mark, minutia by minutia and bit by bit."""
    total = 0
    for own in mark:
        apart = [
            (int.from_bytes(bytes(own)) ^ int.from_bytes(bytes(other))).bit_count()
            for other in finger
        ]
        total += max([NEAR + 1 - min(apart), 0] if apart else [0])
    return total


def look_up(
    index: GalleryIndex,
    codes: npt.NDArray[np.uint8],
    *,
    bits: int = ANY_FINGER,
    among: Kind = Kind.TENPRINTS,
    left_out: LeftOut = NOTHING,
    count: int = EVERYBODY,
) -> ComparedAt:
    finger = [CodedFinger(bits, codes)]
    return index.compare_codes(finger, among, left_out=left_out, count=count)


def expected(mark: npt.NDArray[np.uint8], bits: int = ANY_FINGER) -> list[tuple[int, int, int]]:
    """Return score, capture and finger of everybody who is alike, best first, by counting."""
    found = []
    for place, row in enumerate(PRINTS.encounter_rows.tolist()):
        if row in GONE or PRINTS.galleries[place] != Gallery.TENPRINTS:
            continue
        scores = [
            (counted(mark, own_codes(PRINTS, place, finger)), -finger)
            for finger in range(10)
            if bits >> finger & 1
        ]
        score, finger = max(scores)
        if score:
            found.append((score, -finger, row))
    return [(s, row, f) for s, f, row in sorted(found, key=lambda one: (-one[0], one[1], one[2]))]


def told(found: ComparedAt) -> list[tuple[int, int, int]]:
    alike = found.nearest.similarities
    rows = found.nearest.encounter_rows.tolist()
    return list(zip(scores_of(alike).tolist(), rows, columns_of(alike).tolist(), strict=True))


@given(st.integers(0, COUNT - 1), st.integers(0, 9), st.integers(0, 34), st.booleans())
def test_every_enrolled_finger_is_first_by_its_own_minutiae_and_erased_ones_never(
    index: GalleryIndex, place: int, finger: int, bits: int, is_known: bool
) -> None:
    row = int(PRINTS.encounter_rows[place])
    own = own_codes(PRINTS, place, finger)
    named = 1 << finger if is_known else ANY_FINGER
    mark = noisy(np.random.default_rng([place, finger]), own, bits)

    found = told(look_up(index, mark, bits=named))

    is_there = row not in GONE and PRINTS.galleries[place] == Gallery.TENPRINTS
    if is_there and len(own):
        assert found[0] == (len(own) * (NEAR + 1 - bits), row, finger)
    assert not {one for _, one, _ in found} & set(GONE.tolist())
    assert found == expected(mark, named)


def test_a_finger_that_was_not_named_is_not_compared(index: GalleryIndex) -> None:
    place, finger = 8, next(f for f in range(10) if len(own_codes(PRINTS, 8, f)))

    found = told(look_up(index, own_codes(PRINTS, place, finger), bits=1 << (finger + 1) % 10))

    assert 8 not in [row for _, row, _ in found]


@pytest.mark.parametrize(
    "where",
    [
        Filter(forces=(1, 2, 3)),
        Filter(earliest_year_of_birth=1980, latest_year_of_birth=1990),
        Filter(galleries=(Gallery.STAFF,)),
        Filter(galleries=(Gallery.STAFF, Gallery.TENPRINTS), forces=(4,)),
    ],
)
def test_a_filter_holds_for_codes_as_for_vectors(index: GalleryIndex, where: Filter) -> None:
    assert PRINTS.codes is not None
    everything = PRINTS.codes.reshape(-1, BYTES)
    everything = everything[everything.any(axis=1)]
    question = about_codes(
        [CodedFinger(ANY_FINGER, everything)],
        Kind.TENPRINTS,
        CODED,
        secret_bit_order(KEY),
        NOTHING,
    )
    part = {kind: shelf.sources for kind, shelf in index.snapshot.shelves.items()}

    found = replace(question, where=where).opened(part).compare_all(EVERYBODY)

    passes = where.passes(PRINTS.galleries, PRINTS.forces, PRINTS.years_of_birth)
    passes &= ~np.isin(PRINTS.encounter_rows, GONE) & CODES.any(axis=(1, 2, 3))
    assert set(found.nearest.encounter_rows.tolist()) == set(
        PRINTS.encounter_rows[passes].tolist()
    )


def test_captures_left_out_are_neither_found_nor_counted(index: GalleryIndex) -> None:
    left_out = LeftOut(60, np.array([7, 9, 31]))
    place = 31
    finger = next(f for f in range(10) if len(own_codes(PRINTS, place, f)))

    whole = look_up(index, own_codes(PRINTS, place, finger))
    less = look_up(index, own_codes(PRINTS, place, finger), left_out=left_out)

    assert whole.nearest.encounter_rows[0] == place
    assert place not in less.nearest.encounter_rows
    assert less.nearest.encounter_rows.max(initial=0) <= 60
    assert less.tally.count == np.count_nonzero(
        left_out.keeps(PRINTS.encounter_rows)
        & ~np.isin(PRINTS.encounter_rows, GONE)
        & (PRINTS.galleries == Gallery.TENPRINTS)
    )


@pytest.mark.parametrize("is_tenprint", [True, False])
def test_among_marks_minutiae_of_the_mark_count(index: GalleryIndex, is_tenprint: bool) -> None:
    places = [at for at in range(MARKS) if len(own_codes(LATENTS, at, 0)) > 1]
    for place in places[:12]:
        row, own = int(LATENTS.encounter_rows[place]), own_codes(LATENTS, place, 0)
        others = random_codes(np.random.default_rng(place), 1, 1)[0, 0]
        named = [f for f in range(10) if LATENTS.captures.presence[place, f]]
        fingers = [CodedFinger(1 << named[0], np.concatenate([others[others.any(axis=1)], own]))]
        if is_tenprint:
            fingers.append(CodedFinger(1 << (named[0] + 1) % 10, own[:0]))

        found = index.compare_codes(fingers, Kind.MARKS, left_out=NOTHING, count=EVERYBODY)

        if row in GONE:
            assert row not in found.nearest.encounter_rows
        else:
            assert told(found)[0] == (len(own) * (NEAR + 1), row, 0)


def test_restart_threads_compaction_and_parts_change_no_answer(
    index: GalleryIndex, tmp_path: Path
) -> None:
    marks = [own_codes(PRINTS, place, finger) for place in (2, 40, 77) for finger in (1, 6)]
    wanted = [told(look_up(index, one)) for one in marks]
    enrolled(tmp_path / "one").close()

    with_files = opened(tmp_path / "one", threads=3)
    restarted = [told(look_up(with_files, one)) for one in marks]
    with_files.compact()
    compacted = [told(look_up(with_files, one)) for one in marks]
    verified = with_files.verify()
    with_files.close()

    tally = ContentTally(template_format=CODED, key=KEY)
    for batch in (PRINTS, LATENTS):
        tally.add(batch.take(~np.isin(batch.encounter_rows, GONE)))
    assert restarted == compacted == wanted
    assert verified.digest == tally.digest == index.digest


def test_parts_find_what_one_index_finds(index: GalleryIndex, tmp_path: Path) -> None:
    marks = [own_codes(PRINTS, place, finger) for place in (5, 41, 88) for finger in (0, 7)]
    order, rotation = secret_bit_order(KEY), secret_rotation(KEY, CODED.template.dimension)
    parts = [
        (HeldPart(PartPlan(1, number, buckets, CODED, "", ""), tmp_path / str(number)), buckets)
        for number, buckets in enumerate(even_maps(3))
    ]
    added = tuple((b.kind, stored_columns(b, rotation, order)) for b in (PRINTS, LATENTS))
    for part, buckets in parts:
        part.feed(Step(0, 10, added, np.zeros(0, np.int64), GONE).only(buckets))

    for at, mark in enumerate(marks):
        question = about_codes(
            [CodedFinger(ANY_FINGER, mark)], Kind.TENPRINTS, CODED, order, NOTHING
        )
        answers = [part.work(str(at), 10, question, [CompareAll(9)], 1.0) for part, _ in parts]
        found = [one.everybody for one in answers if isinstance(one, Worked)]

        assert told(whole_of([one for one in found if one], 9, 10)) == told(
            look_up(index, mark, count=9)
        )
    for part, _ in parts:
        part.close()


def test_what_is_stored_is_not_the_codes_and_agrees_with_none_under_another_key() -> None:
    one, other = (secret_bit_order(key) for key in (KEY, KEY + b"!"))
    assert one is not None
    assert other is not None
    stored, held = one.moved(CODES), CODES.any(axis=-1)

    assert (stored.any(axis=-1) == held).all()
    for alike in (CODES, other.moved(CODES)):
        apart = np.bitwise_count(stored[held] ^ alike[held]).sum(axis=1)
        assert 60 < apart.mean() < 68
    again = secret_bit_order(KEY)
    assert again is not None
    assert np.array_equal(again.moved(CODES), stored)
    assert secret_bit_order(None) is None


@given(st.integers(0, 2**32 - 1))
def test_no_key_changes_how_far_codes_are_apart(seed: int) -> None:
    rng = np.random.default_rng(seed)
    order = secret_bit_order(rng.bytes(16))
    codes = rng.integers(1, 256, (2, 40, BYTES)).astype(np.uint8)
    assert order is not None

    one, other = order.moved(codes)

    apart = np.bitwise_count(codes[0] ^ codes[1]).sum(axis=1)
    assert np.array_equal(np.bitwise_count(one ^ other).sum(axis=1), apart)


def test_one_bit_of_one_code_changes_the_content(index: GalleryIndex) -> None:
    changed = CODES.copy()
    place = next(at for at in range(COUNT) if at not in GONE and CODES[at].any())
    changed[(place, *np.argwhere(changed[place])[0])] ^= 1
    tally = ContentTally(template_format=CODED, key=KEY)
    for batch in (with_columns(PRINTS, codes=changed), LATENTS):
        tally.add(batch.take(~np.isin(batch.encounter_rows, GONE)))

    assert tally.digest != index.digest


@pytest.mark.parametrize("codes", [None, CODES[:, :, :2]])
def test_an_index_with_codes_takes_no_captures_with_other_or_none(
    tmp_path: Path, codes: npt.NDArray[np.uint8] | None
) -> None:
    held = opened(tmp_path / "held")
    with pytest.raises(InvalidTemplateError, match="must come with 6 codes"):
        held.add(with_columns(PRINTS, codes=codes), cursor=1)
    assert len(held) == 0
    held.close()


@pytest.mark.parametrize("count", [1, 7])
def test_a_look_up_changes_nothing_that_is_held(count: int) -> None:
    held, bits = CODES[:count].copy(), np.full(count, ANY_FINGER, dtype=np.uint16)
    mark = [CodedFinger(1 << 4, own_codes(PRINTS, 0, 0)), CodedFinger(1 << 5, CODES[5, 5])]

    code_similarities(mark, held, bits, places=np.arange(count), near_bits=NEAR)

    assert np.array_equal(held, CODES[:count])


def test_an_index_of_before_is_refused_and_made_again(tmp_path: Path) -> None:
    before = GalleryIndex.open(tmp_path, template_format=FORMAT.index, key=KEY, threads=1)
    before.add(with_columns(PRINTS, codes=None), cursor=1)
    before.close()

    with pytest.raises(IndexDamagedError, match="build the index again"):
        opened(tmp_path)
    made = GalleryIndex.open(emptied(tmp_path), template_format=CODED, key=KEY, threads=1)
    made.add(PRINTS, cursor=1)
    made.close()

    again = opened(tmp_path)
    assert len(again) == COUNT
    again.close()


def test_an_index_without_minutiae_keeps_no_codes_and_says_so(tmp_path: Path) -> None:
    plain = GalleryIndex.open(tmp_path, template_format=FORMAT.index, key=KEY, threads=1)
    plain.add(with_columns(PRINTS, codes=None), cursor=1)
    plain.seal()

    assert not list(tmp_path.rglob("codes.npy"))
    with pytest.raises(InvalidTemplateError, match="keeps no codes"):
        look_up(plain, own_codes(PRINTS, 0, 0))
    plain.close()
