"""Time and memory of one index on disk, measured in a separate process."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.machine import private_bytes
from benchmarks.search.bandwidth import cached_scan_gb_per_s, cold_p50_ms, read_gb_per_s
from benchmarks.search.datasets import (
    Dataset,
    Queries,
    QueryKind,
    mark_queries,
    opened_index,
    tenprint_queries,
)
from benchmarks.search.timing import timed
from data.synthetic.parameters import CaptureProfile
from domain.prints import ImpressionType
from domain.probes import MarkProbe, TenprintProbe
from indexing.gallery_index import GalleryIndex

K = 100
PLAIN = QueryKind("plain-3-missing", ImpressionType.PLAIN, CaptureProfile.STRESS, 3)
LATENT = QueryKind("latent", ImpressionType.LATENT, CaptureProfile.STRESS)
KNOWN_COLUMN = 1
_COLD = 50
"""Searches of each kind on cold pages."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The cost of one index."""

    persons: int
    bytes_on_disk: int
    open_s: float
    """With every file checked against its digest."""
    private_mb_at_start: float
    """Of the process before the index is opened: interpreter and libraries."""
    private_mb_tenprint: float
    """After tenprint searches: anonymous memory, without file mappings."""
    private_mb_with_marks: float
    tenprint_p50_ms: float
    tenprint_p99_ms: float
    tenprint_qps_batch64: float
    tenprint_rank_1: float
    unenrolled_p50_ms: float
    """A tenprint of a person not enrolled: the exact stage goes to its full depth."""
    mark_known_p50_ms: float
    mark_known_qps_batch64: float
    mark_unknown_p50_ms: float
    tenprint_cpu_p50_ms: float
    unenrolled_cpu_p50_ms: float
    mark_known_cpu_p50_ms: float
    mark_unknown_cpu_p50_ms: float
    tenprint_cold_p50_ms: float
    """Wall time where every page of vectors comes from the disk; scans are in memory."""
    mark_unknown_cold_p50_ms: float
    read_gb_per_s: float
    """See `bandwidth.read_gb_per_s`."""
    cached_scan_gb_per_s: float
    """See `bandwidth.cached_scan_gb_per_s`."""


def write_queries(path: Path, dataset: Dataset, persons: npt.NDArray[np.int64]) -> None:
    """Write the queries of these persons, and of as many not enrolled, as one npz file."""
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


def reading_of(directory: Path, queries_path: Path) -> Reading:
    """Open an index, search it in every way, and return the cost."""
    base = private_bytes() / 1e6
    with np.load(queries_path, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    start = time.perf_counter()
    index = opened_index(directory)
    open_s = time.perf_counter() - start
    index.warm(marks=False)
    mated, answers = timed(
        _tenprints(arrays, "enrolled"), lambda part: index.search_tenprints(part, k=K)
    )
    firsts = np.array([hits.person_rows[0] for hits in answers])
    strangers, _ = timed(
        _tenprints(arrays, "unenrolled"), lambda part: index.search_tenprints(part, k=K)
    )
    tenprint_mb = private_bytes() / 1e6
    index.warm(marks=True)
    known, _ = timed(
        _marks(arrays, (KNOWN_COLUMN + 1,)), lambda part: index.search_marks(part, k=K)
    )
    unknown, _ = timed(_marks(arrays, ()), lambda part: index.search_marks(part, k=K))
    marks_mb = private_bytes() / 1e6
    tenprint_cold_ms, mark_cold_ms = _cold_ms(directory, index, arrays)
    statistics = index.statistics()
    index.close()
    return Reading(
        persons=statistics.persons,
        bytes_on_disk=statistics.bytes_on_disk,
        open_s=open_s,
        private_mb_at_start=base,
        private_mb_tenprint=tenprint_mb,
        private_mb_with_marks=marks_mb,
        tenprint_p50_ms=mated.p50_ms,
        tenprint_p99_ms=mated.p99_ms,
        tenprint_qps_batch64=mated.qps_batch64,
        tenprint_rank_1=float((firsts == arrays["persons"]).mean()),
        unenrolled_p50_ms=strangers.p50_ms,
        mark_known_p50_ms=known.p50_ms,
        mark_known_qps_batch64=known.qps_batch64,
        mark_unknown_p50_ms=unknown.p50_ms,
        tenprint_cpu_p50_ms=mated.cpu_p50_ms,
        unenrolled_cpu_p50_ms=strangers.cpu_p50_ms,
        mark_known_cpu_p50_ms=known.cpu_p50_ms,
        mark_unknown_cpu_p50_ms=unknown.cpu_p50_ms,
        tenprint_cold_p50_ms=tenprint_cold_ms,
        mark_unknown_cold_p50_ms=mark_cold_ms,
        read_gb_per_s=read_gb_per_s(),
        cached_scan_gb_per_s=cached_scan_gb_per_s(),
    )


def _cold_ms(
    directory: Path, index: GalleryIndex, arrays: dict[str, npt.NDArray[np.generic]]
) -> tuple[float, float]:
    """Return the medians of tenprints and of marks of an unknown finger on cold pages."""
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
