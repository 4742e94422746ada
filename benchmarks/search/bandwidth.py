"""The limits of a scan that reads all codes once: memory, and the scan's own arithmetic."""

from __future__ import annotations

import time

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
