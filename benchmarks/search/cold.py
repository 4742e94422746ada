"""Cold pages: what a search costs whose vectors have to come from the disk."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

_Probe = TypeVar("_Probe")

_MADV_DONTNEED = 4
_LIBC = ctypes.CDLL(None, use_errno=True)


def cold_p50_ms(
    directory: Path, probes: Sequence[_Probe], search: Callable[[Sequence[_Probe]], object]
) -> float:
    """Return the median wall time of searches one by one, each after `forget_pages`."""
    spent = []
    for probe in probes:
        forget_pages(directory)
        begin = time.perf_counter()
        search([probe])
        spent.append(time.perf_counter() - begin)
    return float(np.median(spent) * 1e3)


def forget_pages(directory: Path) -> None:
    """Take the files under a directory out of this process's mappings and of the page cache.

    Pages that another process maps stay. Linux only; raises OSError where it is refused.
    """
    for line in Path("/proc/self/maps").read_text().splitlines():
        extent, *_, name = line.split(maxsplit=5)
        if name.startswith(str(directory.resolve())):
            first, last = (int(address, 16) for address in extent.split("-"))
            size, start = ctypes.c_size_t(last - first), ctypes.c_void_p(first)
            if _LIBC.madvise(start, size, _MADV_DONTNEED):
                raise OSError(ctypes.get_errno(), "The pages of a mapping cannot be dropped.")
    for path in directory.rglob("*"):
        if path.is_file():
            file = os.open(path, os.O_RDONLY)
            try:
                os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(file)
