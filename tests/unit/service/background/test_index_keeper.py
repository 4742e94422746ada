from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from domain.errors import GalleryError
from indexing.gallery_index import GalleryIndex
from service.background.search_keepers import IndexKeeper
from tests.formats import FORMAT
from tests.unit.indexing.building import KEY, SMALL, People, random_vectors

PERSONS = 60


@dataclass
class Gallery:
    """The keeper's view of a live gallery: an index, and an empty feed."""

    index: GalleryIndex
    caught_up: threading.Event = field(default_factory=threading.Event)
    failure: GalleryError | None = None

    def catch_up(self) -> None:
        self.caught_up.set()
        if self.failure is not None:
            raise self.failure

    def mend(self) -> None:
        """An index in this process has no replicas."""


@pytest.fixture
def gallery(tmp_path: Path) -> Gallery:
    rng = np.random.default_rng(3)
    index = GalleryIndex.open(
        tmp_path, template_format=FORMAT.index, key=KEY, threads=1, limits=SMALL
    )
    people = People(random_vectors(rng, PERSONS, 10))
    index.add(people.batch(rng, np.arange(PERSONS)), cursor=PERSONS)
    index.seal()
    return Gallery(index)


def keeper_of(gallery: Gallery) -> IndexKeeper:
    return IndexKeeper(gallery, look_s=0.001)  # type: ignore[arg-type]


def test_erased_bytes_leave_the_files_after_some_looks(gallery: Gallery) -> None:
    keeper = keeper_of(gallery)
    gallery.index.erase(np.array([5], dtype=np.int64), cursor=PERSONS + 1)

    before = gallery.index.holds_erased
    for _ in range(10):
        keeper.step()

    assert before
    assert not gallery.index.holds_erased
    assert gallery.index.verify().encounters == PERSONS - 1


def test_an_index_in_order_is_not_rewritten(gallery: Gallery) -> None:
    keeper, generation = keeper_of(gallery), gallery.index.generation

    for _ in range(20):
        keeper.step()

    assert gallery.index.generation == generation


def test_a_failure_is_told_and_the_keeper_goes_on(gallery: Gallery) -> None:
    gallery.failure = GalleryError()
    heard: list[Exception] = []
    twice = threading.Event()

    def hear(error: Exception) -> None:
        heard.append(error)
        if len(heard) == 2:
            twice.set()

    with keeper_of(gallery).running(hear):
        assert twice.wait(10)

    assert gallery.caught_up.is_set()
    assert all(isinstance(error, GalleryError) for error in heard)
