"""Disks that are full or read-only, processes without descriptors.

A small file system of its own is mounted where this process may mount one. Where it may not, the
limit of the process on the size of files stands in: writes then fail with EFBIG for ENOSPC, for
all files at once. The parameter of a test (`mounted`, `limited`) says which it was.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any


@contextmanager
def files_limited_to(size_bytes: int) -> Iterator[None]:
    """Let writes beyond a size fail, as they do on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@contextmanager
def no_descriptors_left() -> Iterator[None]:
    """Let this process open no further file, socket or connection."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    # Numbers below the highest one in use may be free: they are taken as well.
    taken = [os.open(os.devnull, os.O_RDONLY)]
    highest = max(int(entry.name) for entry in Path("/proc/self/fd").iterdir())
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 1, before[1]))
    try:
        with suppress(OSError):
            while True:
                taken.append(os.open(os.devnull, os.O_RDONLY))
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
        for handle in taken:
            os.close(handle)


@cache
def may_mount() -> bool:
    """Whether this process may mount a file system."""
    with tempfile.TemporaryDirectory() as name:
        if _mount("-t", "tmpfs", "-o", "size=64k", "tmpfs", name).returncode:
            return False
        _unmount(Path(name))
    return True


def kinds_of_disk() -> tuple[str, ...]:
    """Return the parameter of tests that need a small disk: how it is made here."""
    return ("mounted",) if may_mount() else ("limited",)


@dataclass(slots=True)
class SmallDisk:
    """A directory whose disk a test fills and frees."""

    root: Path
    is_mounted: bool
    _limits: list[Any] = field(default_factory=list)

    def fill(self, *, leaving: int = 0) -> None:
        """Leave no byte of room, or so many (where nothing is mounted: for each file)."""
        if not self.is_mounted:
            limit = files_limited_to(leaving or 1)
            limit.__enter__()
            self._limits.append(limit)
            return
        with suppress(OSError), self._ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        os.truncate(self._ballast, max(0, self._ballast.stat().st_size - leaving))

    def free(self) -> None:
        """Give the room back."""
        self._ballast.unlink(missing_ok=True)
        while self._limits:
            self._limits.pop().__exit__(None, None, None)

    @property
    def _ballast(self) -> Path:
        return self.root / "ballast"


@contextmanager
def small_disk(root: Path, *, size: str = "8m") -> Iterator[SmallDisk]:
    """Yield a disk of its own at a new directory, or one that is limited with all others."""
    root.mkdir()
    disk = SmallDisk(root, may_mount())
    if disk.is_mounted:
        _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(root), check=True)
    try:
        yield disk
    finally:
        disk.free()
        if disk.is_mounted:
            _unmount(root)


@contextmanager
def mounted_read_only(directory: Path) -> Iterator[None]:
    """Let every file that is opened below a directory from now on be read-only."""
    _mount("--bind", str(directory), str(directory), check=True)
    _mount("-o", "remount,ro,bind", str(directory), check=True)
    try:
        yield
    finally:
        _unmount(directory)


@contextmanager
def made_read_only(directory: Path) -> Iterator[None]:
    """Let nothing below a directory be written: by a mount or, where none is made, by modes."""
    if may_mount():
        with mounted_read_only(directory):
            yield
        return
    modes = {path: path.stat().st_mode for path in (*directory.rglob("*"), directory)}
    for path, mode in modes.items():
        path.chmod(mode & 0o555)
    try:
        yield
    finally:
        for path in reversed(modes):
            path.chmod(modes[path])


def _mount(*arguments: str, check: bool = False) -> subprocess.CompletedProcess[bytes]:
    command = ["mount", *arguments]
    return subprocess.run(command, check=check, capture_output=True)  # noqa: S603


def _unmount(root: Path) -> None:
    # Lazily: a connection that a test left open keeps its file until it is closed.
    command = ["umount", "-l", str(root)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603
