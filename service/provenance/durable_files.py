"""Writes small files that survive a crash: a file has its whole content, or does not exist."""

import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from domain.errors import ConflictError

PART = ".part"
"""Ends the name of a file while it is written."""


def write_new(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read; of two simultaneous writers, one wins.

    What a writer that was killed left beside it is removed: a copy of a key must not outlive it.
    """
    fresh = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        pass
    except FileNotFoundError:
        # The other writer, which won, has removed it.
        if not path.exists():
            raise
    finally:
        remove_left(path.parent, path.name)


def replace(path: Path, data: bytes) -> None:
    """Replace the content of a file; after a crash the file has the old or the new content."""
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    rename(fresh, path)


def remove_left(directory: Path, name: str) -> None:
    """Remove what `write_new` wrote beside a file when it was killed; `name` may be a pattern."""
    for left in directory.glob(f"{name}.{'[0-9a-f]' * 32}"):
        left.unlink(missing_ok=True)


@contextmanager
def beside(target: Path, suffix: str) -> Iterator[BinaryIO]:
    """Open a file beside its target, which it becomes when all of it is on the disk.

    An error leaves no file; what a writer that was killed left is written over. A device, a pipe
    or the output of this process stays what it is, and takes the content. Raises ConflictError
    while another process writes the file.
    """
    if target.exists() and (not target.is_file() or _is_own_output(target)):
        with target.open("wb") as file:
            yield file
        return
    path = target.with_name(f"{target.name}{suffix}")
    # A link that another account put there is not followed.
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        _demand_alone(file, path)
        try:
            file.truncate(0)
            yield file
            file.flush()
            os.fsync(file.fileno())
            path.replace(target)
        except BaseException:
            path.unlink(missing_ok=True)
            raise


def _is_own_output(target: Path) -> bool:
    """Whether a path is an open file of this process, as `/dev/stdout` is."""
    place = target.parent / target.readlink() if target.is_symlink() else target
    opened = Path(f"/proc/{os.getpid()}/fd")
    return opened in (target.parent.resolve(), place.parent.resolve())


def _demand_alone(file: BinaryIO, path: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Otherwise the other process has just put it in its place.
        is_ours = os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except (BlockingIOError, FileNotFoundError):
        is_ours = False
    if not is_ours:
        raise ConflictError(
            "Another command is writing this file: wait for it, or choose another name."
        )


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that an operator named. An error leaves what was there before."""
    with beside(path, PART) as file:
        file.write(data)


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
