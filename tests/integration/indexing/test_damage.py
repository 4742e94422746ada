"""Damaged files: refused by name, and rebuilt on command."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from domain.errors import GalleryError, IndexDamagedError
from indexing.codes.filters import EVERYTHING
from indexing.gallery_index import GalleryIndex
from indexing.manifests import emptied
from tests.disks import files_limited_to
from tests.formats import FORMAT
from tests.unit.indexing.building import KEY, SMALL, filled, opened, people

RNG = np.random.default_rng(37)
PEOPLE = people(RNG, 420)
BATCH = PEOPLE.batch(RNG, np.arange(420))
MARKS = PEOPLE.marks(RNG, np.arange(60), first_row=10_000)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory of a closed index with codes, marks and recorded erasures."""
    root = tmp_path_factory.mktemp("sound")
    index = filled(root, BATCH, MARKS)
    index.compact()
    index.erase(np.array([3, 10_001]), cursor=500)
    index.close()
    return root


@pytest.fixture
def copy(sound: Path, tmp_path: Path) -> Path:
    root = tmp_path / "index"
    shutil.copytree(sound, root)
    return root


def names(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*.npy"))


def flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 4
    path.write_bytes(data)


def test_a_flipped_byte_in_any_file_is_refused_by_name(copy: Path, sound: Path) -> None:
    found = names(copy)
    assert len(found) > 30
    for name in found:
        flip(copy / name, int(RNG.integers((copy / name).stat().st_size)))
        with pytest.raises(IndexDamagedError, match=Path(name).name):
            opened(copy)
        shutil.copyfile(sound / name, copy / name)
    assert len(opened(copy)) == 419


def test_a_flipped_byte_under_an_open_index_is_found_by_verification(copy: Path) -> None:
    index = opened(copy)
    assert index.verify().files > 30
    flip(copy / "manifest.json", 200)
    with pytest.raises(IndexDamagedError, match=r"manifest\.json"):
        index.verify()
    flip(copy / "manifest.json", 200)
    flip(next(copy.rglob("vectors.npy")), 5000)
    with pytest.raises(IndexDamagedError, match=r"vectors\.npy"):
        index.verify()


@pytest.mark.parametrize("damage", ["truncated", "missing", "swapped", "foreign"])
def test_a_file_that_is_another_is_refused_by_name(copy: Path, damage: str) -> None:
    one, other = sorted(copy.rglob("finger_codes_0[12].npy"))
    match damage:
        case "truncated":
            os.truncate(one, one.stat().st_size - 32)
        case "missing":
            one.unlink()
        case "swapped":
            aside = one.with_suffix(".aside")
            one.rename(aside)
            other.rename(one)
            aside.rename(other)
        case _:
            np.save(one, np.zeros(np.load(one).shape, dtype=np.uint8))
    with pytest.raises(IndexDamagedError, match=r"finger_codes_0[12]\.npy"):
        opened(copy)


def test_a_damaged_index_is_rebuilt_on_command(copy: Path) -> None:
    digest = opened(copy).digest
    flip(next(copy.rglob("person_rows.npy")), 150)
    with pytest.raises(IndexDamagedError):
        opened(copy)
    rebuilt = GalleryIndex.open(
        emptied(copy), template_format=FORMAT.index, key=KEY, threads=1, limits=SMALL
    )
    rebuilt.add(BATCH.take(BATCH.encounter_rows != 3), cursor=1)
    rebuilt.add(MARKS.take(MARKS.encounter_rows != 10_001), cursor=2)
    assert rebuilt.digest == digest


@pytest.mark.parametrize("size_bytes", [0, 5_000, 300_000])
def test_a_full_disk_during_compaction_leaves_the_old_generation_serving(
    tmp_path: Path, size_bytes: int
) -> None:
    index = filled(tmp_path, BATCH)
    index.seal()
    index.erase(np.array([5]), cursor=500)
    generation, digest = index.generation, index.digest
    with files_limited_to(size_bytes), pytest.raises(GalleryError, match="could not be written"):
        index.compact()
    assert (index.generation, index.digest) == (generation, digest)
    hits = index.search_tenprint(PEOPLE.tenprint(RNG, 8), k=3, where=EVERYTHING)
    assert hits.person_rows[0] == 8
    index.verify()
    index.compact()
    assert index.statistics().segments == 1
    index.close()
    assert opened(tmp_path).digest == digest


def test_an_enrolment_a_full_disk_refuses_can_be_repeated(tmp_path: Path) -> None:
    index = filled(tmp_path, BATCH.take(slice(350)))
    before = (index.cursor, index.digest, len(index))
    more = BATCH.take(slice(340, 420))
    with files_limited_to(1000), pytest.raises(GalleryError):
        index.add(more, cursor=600)
    assert (index.cursor, index.digest, len(index)) == before
    index.add(more, cursor=600)
    assert len(index) == 420
    index.verify()


def test_an_erasure_holds_even_when_its_record_cannot_be_written(tmp_path: Path) -> None:
    index = filled(tmp_path, BATCH)
    index.seal()
    with files_limited_to(0), pytest.raises(GalleryError):
        index.erase(np.array([8]), cursor=500)
    assert 8 not in index.snapshot.held_rows()
    index.add(people(RNG, 1).batch(RNG, np.array([0])), cursor=501)
    index.seal()
    index.close()
    assert 8 not in opened(tmp_path).snapshot.held_rows()
