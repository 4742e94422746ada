from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from domain.errors import GalleryError, IndexDamagedError
from indexing.gallery_index import GalleryIndex
from indexing.slots import count_free, is_free, open_free_slot, retire, seed, slots_of
from tests.formats import FORMAT
from tests.unit.indexing.building import KEY, SMALL, People, random_vectors

PERSONS = 60


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


@pytest.fixture
def slots(tmp_path: Path) -> tuple[Path, ...]:
    return slots_of(tmp_path / "index", 3)


@pytest.fixture
def first(slots: tuple[Path, ...], rng: np.random.Generator) -> Iterator[GalleryIndex]:
    """Return an index with a published generation, held in the first slot."""
    people = People(random_vectors(rng, PERSONS, 10))
    index = opened(slots[0])
    index.add(people.batch(rng, np.arange(PERSONS)), cursor=PERSONS)
    index.seal()
    yield index
    index.close()


def opened(slot: Path, key: bytes = KEY) -> GalleryIndex:
    return GalleryIndex.open(slot, template_format=FORMAT.index, key=key, threads=1, limits=SMALL)


def test_the_first_slot_is_taken_when_it_is_free(slots: tuple[Path, ...]) -> None:
    index = open_free_slot(slots, opened)

    assert not is_free(slots[0])
    index.close()
    assert is_free(slots[0])


def test_a_second_process_takes_over_the_generation_of_the_first(
    slots: tuple[Path, ...], first: GalleryIndex
) -> None:
    second = open_free_slot(slots, opened)

    assert second.cursor == first.cursor
    assert second.digest == first.digest
    assert len(second) == PERSONS
    second.close()


def test_what_one_slot_erases_the_other_still_serves_until_it_erases_it_too(
    slots: tuple[Path, ...], first: GalleryIndex
) -> None:
    second = open_free_slot(slots, opened)
    erased = np.array([3, 4], dtype=np.int64)

    first.erase(erased, cursor=PERSONS + 1)
    first.compact()

    assert len(second) == PERSONS
    second.verify()
    second.erase(erased, cursor=PERSONS + 1)
    assert second.digest == first.digest
    second.close()


def test_a_slot_that_lags_is_seeded_anew(slots: tuple[Path, ...], first: GalleryIndex) -> None:
    opened(slots[1]).close()

    second = open_free_slot(slots, opened)

    assert second.cursor == PERSONS
    second.close()


def test_a_further_slot_under_another_key_is_made_anew(
    slots: tuple[Path, ...], first: GalleryIndex
) -> None:
    other_key = b"another key that is used in tests"

    second = open_free_slot(slots, lambda slot: opened(slot, other_key))

    assert len(second) == 0
    second.close()


def test_the_first_slot_under_another_key_is_refused(
    slots: tuple[Path, ...], first: GalleryIndex
) -> None:
    first.close()

    with pytest.raises(GalleryError, match="another key"):
        open_free_slot(slots, lambda slot: opened(slot, b"another key that is used in tests"))


def test_a_damaged_file_does_not_reach_a_further_slot(
    slots: tuple[Path, ...], first: GalleryIndex
) -> None:
    victim = next(path for path in (slots[0] / "segments").rglob("*") if path.is_file())
    victim.write_bytes(b"\0" * victim.stat().st_size)

    second = open_free_slot(slots, opened)

    assert len(second) == 0
    second.close()


def test_slots_beyond_that_nobody_holds_are_deleted(
    slots: tuple[Path, ...], first: GalleryIndex
) -> None:
    open_free_slot(slots, opened).close()
    opened(slots[2]).close()

    second = open_free_slot(slots, opened)

    assert not slots[2].exists()
    second.close()


def test_a_slot_that_is_held_is_not_deleted(slots: tuple[Path, ...], first: GalleryIndex) -> None:
    retire(slots)

    assert first.verify().encounters == PERSONS


def test_no_slot_left_is_an_error_that_names_the_setting(
    slots: tuple[Path, ...], first: GalleryIndex
) -> None:
    with pytest.raises(GalleryError, match="IDENTLINK_INDEX_SLOTS"):
        open_free_slot(slots[:1], opened)


def test_seeding_from_an_unreadable_neighbour_leaves_the_slot_as_it_is(
    slots: tuple[Path, ...],
) -> None:
    slots[0].mkdir()
    (slots[0] / "manifest.json").write_bytes(b"{}")

    assert not seed([slots[0]], slots[1])


def test_a_damaged_first_slot_is_named(slots: tuple[Path, ...]) -> None:
    slots[0].mkdir()
    (slots[0] / "manifest.json").write_bytes(b"{}")

    with pytest.raises(IndexDamagedError, match=r"manifest\.json"):
        open_free_slot(slots, opened)


def test_processes_that_start_at_one_time_get_a_slot_each(slots: tuple[Path, ...]) -> None:
    with ThreadPoolExecutor(len(slots)) as pool:
        for _ in range(3):
            indexes = list(pool.map(lambda _: open_free_slot(slots, opened), slots))
            taken = count_free(slots)
            for index in indexes:
                index.close()

            assert taken == 0
