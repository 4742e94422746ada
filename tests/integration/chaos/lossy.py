"""A disk that keeps only what was synced: the states in which a loss of power may leave files.

The directory under test is written as usual, on the disk of the test. Meanwhile this module keeps
what a real disk would have to keep: of a file what it held when it was last synced, of a
directory the names it held when it was last synced. Before each sync, renaming and removal the
power may fail; the images of that moment are the strictest one (only what was synced) and laxer
ones, in which some of the rest has reached the disk as well, in any order.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Image = dict[str, bytes | None]
"""Content by path relative to the directory; None for a directory."""

_CALLS = ("fsync", "replace", "rename", "unlink", "rmdir")


@dataclass
class LossyDisk:
    """One directory on a disk that loses what was not synced."""

    root: Path
    rng: np.random.Generator
    moments: int = 0
    """How often the power could have failed until now."""
    _content: dict[int, bytes] = field(default_factory=dict)
    """What a file, by its inode, held when it was last synced."""
    _names: dict[str, dict[str, int]] = field(default_factory=dict)
    """The inodes in a directory when it was last synced, by name."""
    _kept: dict[int, int] = field(default_factory=dict)
    """An open descriptor of each inode, so that its number is not given to another file."""

    def images(self) -> Iterator[tuple[str, Image]]:
        """Yield the states in which the files are found if the power fails now."""
        yield "only what was synced", self._image("", lambda: False)
        yield "all names, synced content", self._image("", lambda: True)
        yield "some of the rest", self._image("", lambda: self.rng.random() < 0.5)

    def _image(self, folder: str, has_reached: Callable[[], bool]) -> Image:
        """Return what is found below a folder; unsynced changes have reached the disk or not."""
        found: Image = {}
        for name, inode in self._listed(folder, has_reached()).items():
            path = f"{folder}{name}"
            if inode not in self._content and self._is_directory(inode):
                found[path] = None
                found |= self._image(f"{path}/", has_reached)
            else:
                found[path] = self._read(inode, has_reached())
        return found

    def _listed(self, folder: str, is_current: bool) -> dict[str, int]:
        synced = self._names.get(folder, {})
        return self._current(folder) if is_current else synced

    def _current(self, folder: str) -> dict[str, int]:
        names: dict[str, int] = {}
        with suppress(FileNotFoundError):
            for path in (self.root / folder).iterdir():
                names[path.name] = self._keep(path)
        return names

    def _keep(self, path: Path) -> int:
        handle = os.open(path, os.O_RDONLY)
        inode = os.fstat(handle).st_ino
        if inode in self._kept:
            os.close(handle)
        else:
            self._kept[inode] = handle
        return inode

    def _is_directory(self, inode: int) -> bool:
        return stat.S_ISDIR(os.fstat(self._kept[inode]).st_mode)

    def _read(self, inode: int, has_reached: bool) -> bytes:
        """Return the synced content, or as much of the present one as has reached the disk."""
        synced = self._content.get(inode, b"")
        if not has_reached:
            return synced
        handle = self._kept[inode]
        now = os.pread(handle, os.fstat(handle).st_size, 0)
        if now == synced:
            return now
        kept = int(self.rng.integers(len(now) + 1))
        return (now[:kept], now[:kept] + bytes(len(now) - kept), now)[int(self.rng.integers(3))]

    def note_synced(self, handle: int) -> None:
        """Keep what a descriptor of a file or a directory below the root leads to."""
        path = Path(f"/proc/self/fd/{handle}").readlink()
        if not path.is_relative_to(self.root):
            return
        if path.is_dir():
            folder = "" if path == self.root else f"{path.relative_to(self.root)}/"
            self._names[folder] = self._current(folder)
        else:
            self._content[self._keep(path)] = path.read_bytes()

    def close(self) -> None:
        """Let go of all files."""
        while self._kept:
            os.close(self._kept.popitem()[1])


@contextmanager
def lossy(
    root: Path, rng: np.random.Generator, at_moment: Callable[[LossyDisk], None]
) -> Iterator[LossyDisk]:
    """Watch the files below a directory; `at_moment` is called whenever the power may fail."""
    disk = LossyDisk(root, rng)
    with pytest.MonkeyPatch.context() as patched:
        for name in _CALLS:
            patched.setattr(os, name, _watched(disk, name, at_moment))
        try:
            yield disk
        finally:
            disk.close()


def _watched(disk: LossyDisk, name: str, at_moment: Callable[[LossyDisk], None]) -> Any:
    call = getattr(os, name)

    def watched(*given: Any, **named: Any) -> Any:
        disk.moments += 1
        at_moment(disk)
        done = call(*given, **named)
        if name == "fsync":
            disk.note_synced(given[0])
        return done

    return watched


def put(image: Image, directory: Path) -> None:
    """Write an image to a new directory."""
    directory.mkdir()
    for name, content in image.items():
        if content is None:
            (directory / name).mkdir()
        else:
            (directory / name).write_bytes(content)
