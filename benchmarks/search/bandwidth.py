"""The limits of a scan, memory and its own arithmetic; and searches on cold pages."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from indexing.vector_index import FastScan

_BYTES = 1 << 30
"""Far more than any cache of a processor holds."""
_TURNS = 5


def read_gb_per_s() -> float:
    """Return the most that this thread reads of memory in a second, in gigabytes: best of five.

    One pass over whole numbers that nothing but memory can supply; numpy adds them faster than
    they come.
    """
    values = np.ones(_BYTES // 8, dtype=np.uint64)
    seconds = []
    for _ in range(_TURNS):
        begin = time.perf_counter()
        np.add.reduce(values)
        seconds.append(time.perf_counter() - begin)
    return _BYTES / min(seconds) / 1e9


_PARTS, _CODES, _SCANS = 64, 65_536, 50
"""Codes of a finger each, two megabytes together: they stay in the processor's cache."""


def cached_scan_gb_per_s() -> float:
    """Return how many gigabytes of codes a scan goes through in a second when they are in cache.

    A scan from memory that is as fast waits for its own arithmetic, not for memory. Best of many.
    """
    rng = np.random.default_rng(1)
    centroids = rng.standard_normal((_PARTS, 16, 2), dtype=np.float32)
    codes = rng.integers(0, 256, (_CODES, _PARTS // 2), dtype=np.uint8)
    query = rng.standard_normal((1, 2 * _PARTS), dtype=np.float32)
    scan = FastScan(centroids, codes)
    seconds = []
    for _ in range(_SCANS):
        begin = time.perf_counter()
        scan.search(query, 1)
        seconds.append(time.perf_counter() - begin)
    return codes.nbytes / min(seconds) / 1e9


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
