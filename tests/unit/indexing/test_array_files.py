"""Files are whole or refused by name."""

import mmap
import os
import resource
import signal
from pathlib import Path

import numpy as np
import pytest

from domain.errors import GalleryError, IndexDamagedError
from indexing.array_files import (
    check_file,
    map_array,
    populate,
    read_array,
    write_array,
    write_array_in_parts,
)


@pytest.mark.parametrize(
    "array",
    [
        np.arange(12, dtype=np.int64).reshape(3, 4),
        np.zeros((0, 10, 192), dtype=np.int8),
        np.array([1.5, np.nan], dtype=np.float32),
    ],
)
def test_an_array_comes_back_as_it_was(tmp_path: Path, array: np.ndarray) -> None:
    entry = write_array(tmp_path, "a.npy", array)
    check_file(tmp_path, entry)
    for back in (read_array(tmp_path, entry), map_array(tmp_path, entry)):
        assert back.dtype == array.dtype
        assert np.array_equal(back, array, equal_nan=array.dtype == np.float32)
        assert not back.flags.writeable or back.size == 0


def test_an_array_may_be_written_in_parts(tmp_path: Path) -> None:
    whole = np.arange(100, dtype=np.int32).reshape(50, 2)
    entry = write_array_in_parts(
        tmp_path, "p.npy", dtype=np.int32, shape=(50, 2), parts=iter([whole[:13], whole[13:]])
    )
    same = write_array(tmp_path, "w.npy", whole)
    assert (entry.sha256, entry.size_bytes) == (same.sha256, same.size_bytes)
    assert np.array_equal(read_array(tmp_path, entry), whole)


def test_a_mapped_array_outlives_its_file(tmp_path: Path) -> None:
    entry = write_array(tmp_path, "a.npy", np.arange(5000))
    mapped = map_array(tmp_path, entry)
    (tmp_path / "a.npy").unlink()
    assert mapped.sum() == np.arange(5000).sum()


@pytest.mark.parametrize("place", [0, 60, 130, -1])
def test_a_flipped_byte_is_refused_by_name(tmp_path: Path, place: int) -> None:
    entry = write_array(tmp_path, "damaged.npy", np.arange(40))
    data = bytearray((tmp_path / "damaged.npy").read_bytes())
    data[place] ^= 1
    (tmp_path / "damaged.npy").write_bytes(data)
    with pytest.raises(IndexDamagedError, match=r"damaged\.npy"):
        check_file(tmp_path, entry)


def test_a_truncated_or_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    entry = write_array(tmp_path, "short.npy", np.arange(40))
    os.truncate(tmp_path / "short.npy", 100)
    with pytest.raises(IndexDamagedError, match=r"short\.npy has the wrong length"):
        check_file(tmp_path, entry)
    (tmp_path / "short.npy").unlink()
    with pytest.raises(IndexDamagedError, match=r"short\.npy is missing"):
        check_file(tmp_path, entry)


def test_a_file_is_never_written_twice(tmp_path: Path) -> None:
    write_array(tmp_path, "once.npy", np.arange(3))
    with pytest.raises(GalleryError, match=r"once\.npy"):
        write_array(tmp_path, "once.npy", np.arange(3))


def test_a_full_disk_is_a_clear_error(tmp_path: Path) -> None:
    """A limit on the size of files stands in for a full disk: the write fails part-way."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(GalleryError, match=r"full\.npy could not be written"):
            write_array(tmp_path, "full.npy", np.zeros(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_mapped_array_may_be_seen_at_once_and_stays_what_it_was(tmp_path: Path) -> None:
    values = np.arange(40_000, dtype=np.int8).reshape(-1, 10)
    mapped = map_array(tmp_path, write_array(tmp_path, "a.npy", values))

    for array in (mapped, values, values[:0]):  # those in memory are passed over
        populate(array)

    assert np.array_equal(mapped, values)


class Watched(mmap.mmap):
    """Memory that notes what it is advised."""

    advice: tuple[int, ...] = ()

    def madvise(self, *given: int) -> None:
        self.advice = (*self.advice, *given)


@pytest.mark.parametrize(("pages", "is_advised"), [(19, False), (20, True)])
def test_a_file_of_half_the_memory_is_left_to_be_read_when_needed(
    pages: int, is_advised: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Watched(-1, 10 * mmap.PAGESIZE)
    array = np.ndarray(10, dtype=np.int8, buffer=held)
    monkeypatch.setattr(os, "sysconf", lambda _: pages)

    populate(array)

    assert bool(held.advice) is is_advised
