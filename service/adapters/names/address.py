"""The address of a socket in the file system, however long its path is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MOST_BYTES = 100
"""Bytes of a path; the system takes 107, and some others 103."""


@contextmanager
def address_of(path: Path) -> Iterator[str]:
    """Yield the path, or a shorter way to it by an open directory, which holds over the block.

    The directory of temporary files may lie deep. Only Linux has the shorter way.
    """
    if len(os.fsencode(path)) <= _MOST_BYTES:
        yield str(path)
        return
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{directory}/{path.name}"
    finally:
        os.close(directory)
