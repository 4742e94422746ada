"""The machine loses power while the index is written: it opens, and catches up from the database.

The database knows every change before the index does. Whatever of the index the disk kept, after
the missing changes were applied it holds exactly what it should, or it is refused by name.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from domain.errors import IndexDamagedError
from indexing.array_files import sync_directory
from indexing.codes.filters import EVERYTHING
from indexing.files import segments
from indexing.gallery_index import GalleryIndex
from indexing.parameters import IndexLimits
from tests.formats import FORMAT
from tests.integration.chaos.lossy import Image, LossyDisk, lossy, put
from tests.unit.indexing.building import KEY, people

pytestmark = pytest.mark.promise("kills")

LIMITS = IndexLimits(
    tail=20, codec_minimum=60, codec_sample=200, segment=110, segments_before_merge=3
)
PEOPLE = people(np.random.default_rng(81), 160)
BATCH = PEOPLE.batch(np.random.default_rng(82), np.arange(160))


@dataclass(frozen=True, slots=True)
class Moment:
    """What was found when the power failed, and how many changes the database knew."""

    what: str
    image: Image
    known: int


@dataclass
class Story:
    """An index that people come to and go from, with the moments of its losses of power."""

    root: Path
    is_wanted: Callable[[int], bool]
    changes: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)

    def note(self, disk: LossyDisk) -> None:
        """Keep the images of this moment if it is wanted."""
        if self.is_wanted(disk.moments):
            self.moments.extend(
                Moment(what, image, len(self.changes)) for what, image in disk.images()
            )

    def run(self) -> None:
        """Fill, erase, seal, merge and compact."""
        index = opened(self.root)
        for first in range(0, 120, 15):
            self._change(index, "enrol", range(first, first + 15))
            if first % 45 == 30:
                self._change(index, "erase", (first, first + 3))
                index.maintain()
        index.seal()
        index.compact()
        self._change(index, "erase", (5, 50))
        self._change(index, "enrol", range(120, 160))
        index.compact()
        index.close()

    def _change(self, index: GalleryIndex, kind: str, rows: Iterable[int]) -> None:
        self.changes.append((kind, tuple(rows)))
        apply(index, self.changes, len(self.changes))

    def held(self, known: int) -> set[int]:
        """Return the rows that are held after so many changes."""
        held: set[int] = set()
        for kind, rows in self.changes[:known]:
            held = held | set(rows) if kind == "enrol" else held - set(rows)
        return held


def opened(root: Path) -> GalleryIndex:
    return GalleryIndex.open(root, template_format=FORMAT.index, key=KEY, threads=1, limits=LIMITS)


def apply(index: GalleryIndex, changes: list[tuple[str, tuple[int, ...]]], number: int) -> None:
    """Apply a change by its number, from 1."""
    kind, rows = changes[number - 1]
    if kind == "enrol":
        index.add(BATCH.take(np.array(rows)), cursor=number)
    else:
        index.erase(np.array(rows), cursor=number)


def told(root: Path, is_wanted: Callable[[int], bool]) -> Story:
    """Tell the story on a disk that loses what was not synced."""
    root.mkdir()
    story = Story(root, is_wanted)
    with lossy(root, np.random.default_rng(83), story.note):
        sync_directory(root)
        story.run()
    return story


def assert_right(story: Story, moment: Moment, directory: Path) -> bool:
    """Demand an index that is right, or refused; return whether it could be opened."""
    put(moment.image, directory)
    try:
        index = opened(directory)
    except IndexDamagedError:
        return False
    held = story.held(moment.known)
    assert index.cursor <= moment.known, moment.what
    for number in range(index.cursor + 1, moment.known + 1):
        apply(index, story.changes, number)
    index.verify()
    assert set(index.snapshot.held_rows().tolist()) == held, moment.what
    for person in sorted(held)[::40]:
        probe = PEOPLE.tenprint(np.random.default_rng(person), person)
        found = index.search_tenprint(probe, k=1, where=EVERYTHING)
        assert found.person_rows[0] == person, moment.what
    index.close()
    return True


def check(story: Story, directory: Path) -> int:
    """Check every moment of a story; return how many of its indexes were refused."""
    refused = 0
    for number, moment in enumerate(story.moments):
        place = directory / str(number)
        refused += not assert_right(story, moment, place)
        shutil.rmtree(place)
    return refused


def test_an_index_that_lost_unsynced_writes_is_right_after_it_caught_up(tmp_path: Path) -> None:
    story = told(tmp_path / "index", lambda moment: moment % 97 == 5)

    assert len(story.moments) >= 9
    assert check(story, tmp_path) == 0


@pytest.mark.slow
def test_an_index_survives_a_loss_of_power_before_every_fourth_sync(tmp_path: Path) -> None:
    story = told(tmp_path / "index", lambda moment: moment % 4 == 1)

    assert check(story, tmp_path) == 0


def test_a_sync_that_is_left_out_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "sync_directory", lambda _path: None)
    story = told(tmp_path / "index", lambda moment: moment == 250)

    assert check(story, tmp_path) > 0
