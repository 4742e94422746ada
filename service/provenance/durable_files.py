"""Writes small files that survive a crash: a file has its whole content, or does not exist."""

import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_new(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read; of two simultaneous writers, one wins."""
    fresh = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def replace(path: Path, data: bytes) -> None:
    """Replace the content of a file; after a crash the file has the old or the new content."""
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    rename(fresh, path)


def rename(path: Path, target: Path) -> None:
    """Rename a file over another in the same directory, so that this survives a crash."""
    path.replace(target)
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other processes of this machine out of the block, by a lock file beside `path`."""
    with path.with_name(f"{path.name}.lock").open("ab") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
