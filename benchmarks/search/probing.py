"""Time and memory of one index on disk, measured in a separate process."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from benchmarks.machine import clocked, private_bytes
from benchmarks.search.datasets import (
    Dataset,
    Queries,
    QueryKind,
    mark_queries,
    opened_index,
    tenprint_queries,
)
from benchmarks.search.timing import Times, timed
from data.synthetic.parameters import CaptureProfile
from domain.prints.prints import ImpressionType
from domain.prints.probes import MarkProbe, TenprintProbe
from indexing.gallery_index import GalleryIndex
from indexing.searching.hits import Hits

K = 100
PLAIN = QueryKind("plain-3-missing", ImpressionType.PLAIN, CaptureProfile.STRESS, 3)
LATENT = QueryKind("latent", ImpressionType.LATENT, CaptureProfile.STRESS)
KNOWN_COLUMN = 1
_COLD = 50
"""Number of searches of each kind on cold pages."""


def write_queries(path: Path, dataset: Dataset, persons: npt.NDArray[np.int64]) -> None:
    """Write the queries of these persons, and of an equal number not enrolled, to one npz file."""
    strangers = np.arange(dataset.persons, dataset.persons + len(persons))
    enrolled = tenprint_queries(dataset, PLAIN, persons)
    unenrolled = tenprint_queries(dataset, PLAIN, strangers)
    marks = mark_queries(dataset, LATENT, persons, column=None)
    np.savez(
        path,
        persons=persons,
        marks=marks.vectors,
        **_named("enrolled", enrolled),
        **_named("unenrolled", unenrolled),
    )


def _named(name: str, queries: Queries) -> dict[str, Any]:
    return {
        f"{name}_vectors": queries.vectors,
        f"{name}_presence": queries.presence,
        f"{name}_qualities": queries.qualities,
    }


def reading_of(directory: Path, queries_path: Path) -> dict[str, float]:
    """Open an index, search it in every way, and return the cost.

    Private megabytes are anonymous memory, without file mappings: before the index is opened,
    after tenprint searches, and with marks. Opening checks every file against its digest. For a
    person not enrolled, the exact stage goes to its full depth. For cold searches, which are
    measured in elapsed time, every page of vectors comes from the disk.
    """
    base = private_bytes() / 1e6
    with np.load(queries_path, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    opening = clocked(lambda: opened_index(directory))
    index = opening.value
    found = _searched(index, arrays)
    tenprint_cold_ms, mark_cold_ms = _cold_ms(directory, index, arrays)
    statistics = index.statistics()
    index.close()
    return {
        "persons": statistics.persons,
        "bytes_on_disk": statistics.bytes_on_disk,
        "open_s": opening.wall_s,
        "private_mb_at_start": base,
        **found,
        "tenprint_cold_p50_ms": tenprint_cold_ms,
        "mark_unknown_cold_p50_ms": mark_cold_ms,
    }


def _searched(index: GalleryIndex, arrays: dict[str, npt.NDArray[np.generic]]) -> dict[str, float]:
    """Return times and memory of all searches. Tenprints are searched before any
    marks are read.
    """

    def tenprints(name: str) -> tuple[Times, list[Hits]]:
        return timed(_tenprints(arrays, name), lambda part: index.search_tenprints(part, k=K))

    def marks(*positions: int) -> Times:
        return timed(_marks(arrays, positions), lambda part: index.search_marks(part, k=K))[0]

    index.warm(marks=False)
    (mated, answers), (strangers, _) = tenprints("enrolled"), tenprints("unenrolled")
    tenprint_mb = private_bytes() / 1e6
    index.warm(marks=True)
    known, unknown = marks(KNOWN_COLUMN + 1), marks()
    firsts = np.array([hits.person_rows[0] for hits in answers])
    kinds = {"tenprint": mated, "unenrolled": strangers}
    kinds |= {"mark_known": known, "mark_unknown": unknown}
    return {
        "private_mb_tenprint": tenprint_mb,
        "private_mb_with_marks": private_bytes() / 1e6,
        **{f"{name}_p50_ms": times.p50_ms for name, times in kinds.items()},
        **{f"{name}_cpu_p50_ms": times.cpu_p50_ms for name, times in kinds.items()},
        "tenprint_p99_ms": mated.p99_ms,
        "tenprint_qps_batch64": mated.qps_batch64,
        "mark_known_qps_batch64": known.qps_batch64,
        "tenprint_rank_1": float((firsts == arrays["persons"]).mean()),
    }


def _cold_ms(
    directory: Path, index: GalleryIndex, arrays: dict[str, npt.NDArray[np.generic]]
) -> tuple[float, float]:
    """Return the median times on cold pages of tenprint searches and of mark searches with an
    unknown finger.
    """
    tenprints, marks = _tenprints(arrays, "enrolled"), _marks(arrays, ())
    return (
        cold_p50_ms(directory, tenprints[:_COLD], lambda one: index.search_tenprints(one, k=K)),
        cold_p50_ms(directory, marks[:_COLD], lambda one: index.search_marks(one, k=K)),
    )


def _tenprints(arrays: dict[str, npt.NDArray[np.generic]], name: str) -> list[TenprintProbe]:
    columns = [arrays[f"{name}_{part}"] for part in ("vectors", "presence", "qualities")]
    return [TenprintProbe(*row) for row in zip(*columns, strict=True)]


def _marks(
    arrays: dict[str, npt.NDArray[np.generic]], positions: Sequence[int]
) -> list[MarkProbe]:
    return [MarkProbe(vector, tuple(positions)) for vector in arrays["marks"]]


_Probe = TypeVar("_Probe")

_MADV_DONTNEED = 4
_LIBC = ctypes.CDLL(None, use_errno=True)


def cold_p50_ms(
    directory: Path, probes: Sequence[_Probe], search: Callable[[Sequence[_Probe]], object]
) -> float:
    """Return the median elapsed time of single searches, each after `forget_pages`."""
    spent_ms = []
    for probe in probes:
        forget_pages(directory)
        spent_ms.append(clocked(partial(search, [probe])).wall_ms)
    return float(np.median(spent_ms))


def forget_pages(directory: Path) -> None:
    """Remove the files under a directory from this process's mappings and from the page cache.

    Pages that another process maps are kept. Linux only; raises OSError if the system refuses.
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
