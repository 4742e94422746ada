"""Enrolling, erasing, searching on two threads, and searches that share one pass."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from benchmarks.search.datasets import Dataset, encounters, opened_index
from domain.probes import MarkProbe, TenprintProbe
from indexing.batches import GalleryBatch
from indexing.gallery_index import GalleryIndex

_CHANGES = 500
_ROUNDS = 3


def changes_of_index(index: GalleryIndex, dataset: Dataset) -> dict[str, Any]:
    """Enrol new persons one by one and erase them one by one; return the rates."""
    captures = dataset.population.templates(dataset.persons, dataset.persons + _CHANGES)
    batch = encounters(captures)
    singles = [_single(batch, row) for row in range(_CHANGES)]
    cursor = index.cursor
    start = time.perf_counter()
    for number, one in enumerate(singles, cursor + 1):
        index.add(one, cursor=number)
    enrolled = time.perf_counter()
    index.seal()
    sealed = time.perf_counter()
    for number, row in enumerate(captures.numbers[:50], cursor + _CHANGES + 1):
        index.erase(np.array([row]), cursor=number)
    erased = time.perf_counter()
    index.erase(captures.numbers[50:], cursor=cursor + 2 * _CHANGES)
    index.compact()
    return {
        "design": "identlink",
        "inserts_per_s": _CHANGES / (enrolled - start),
        "erasures_per_s": 50 / (erased - sealed),
        "unit": "encounters of ten fingers; an erasure is durable when it returns",
        "bytes_remain_after_erasure": False,
    }


def two_thread_ratios(
    directory: Path, tenprints: list[TenprintProbe], marks: list[MarkProbe]
) -> dict[str, float]:
    """Return the throughput of two threads relative to one."""
    rates = {threads: _rates(directory, threads, tenprints, marks) for threads in (1, 2)}
    return {name: rates[2][name] / rates[1][name] for name in rates[1]}


def _rates(
    directory: Path,
    threads: int,
    tenprints: list[TenprintProbe],
    marks: list[MarkProbe],
) -> dict[str, float]:
    index = opened_index(directory, threads)
    index.warm(marks=True)
    try:
        best = {"tenprint": 0.0, "mark": 0.0}
        for _ in range(_ROUNDS):
            start = time.perf_counter()
            index.search_tenprints(tenprints, k=100)
            middle = time.perf_counter()
            index.search_marks(marks, k=100)
            end = time.perf_counter()
            best["tenprint"] = max(best["tenprint"], len(tenprints) / (middle - start))
            best["mark"] = max(best["mark"], len(marks) / (end - middle))
        return best
    finally:
        index.close()


def _single(batch: GalleryBatch, row: int) -> GalleryBatch:
    return batch.take(slice(row, row + 1))


SIZES = (1, 2, 4, 8)
_QUERIES = 64
_Probe = TypeVar("_Probe")


def costs_in_company(
    index: GalleryIndex, tenprints: Sequence[TenprintProbe], marks: Sequence[MarkProbe]
) -> list[dict[str, Any]]:
    """Return CPU milliseconds a search, the least of three rounds, for each size of company."""
    kinds: tuple[tuple[str, Callable[[int], float]], ...] = (
        ("tenprint", lambda size: _cost_ms(index.search_tenprints, tenprints, size)),
        ("mark of unknown finger", lambda size: _cost_ms(index.search_marks, marks, size)),
    )
    return [
        {"search": name, "together": size, "cpu_ms": cost_ms(size)}
        for name, cost_ms in kinds
        for size in SIZES
    ]


def _cost_ms(search: Callable[..., object], probes: Sequence[_Probe], size: int) -> float:
    asked = probes[:_QUERIES]
    rounds = []
    for _ in range(_ROUNDS):
        begun_ns = time.thread_time_ns()
        for first in range(0, len(asked), size):
            search(asked[first : first + size], k=100)
        rounds.append((time.thread_time_ns() - begun_ns) / len(asked) / 1e6)
    return min(rounds)
