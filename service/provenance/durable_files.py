"""Small files that survive a crash: the whole content or none of it."""

from __future__ import annotations

import os
import uuid
from pathlib import Path


def write_new(path: Path, data: bytes) -> None:
    """Write a file that only the owner can read; of two processes at once, one wins for both."""
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
    """Write a file in place of an earlier one: a crash leaves the old one or the new one."""
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    rename(fresh, path)


def rename(path: Path, target: Path) -> None:
    """Let a file take the place of another in its directory, so that it stays after a crash."""
    path.replace(target)
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
