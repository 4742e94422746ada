"""Time and memory of one index on disk, measured in a separate process."""

import ctypes
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.machine import clocked, private_bytes
from benchmarks.search import datasets
from benchmarks.search.timing import timed
from data.synthetic.parameters import CaptureProfile
from domain.prints.prints import ImpressionType
from domain.prints.probes import MarkProbe, TenprintProbe
from indexing.gallery_index import GalleryIndex

K = 100
PLAIN = datasets.QueryKind("plain-3-missing", ImpressionType.PLAIN, CaptureProfile.STRESS, 3)
LATENT = datasets.QueryKind("latent", ImpressionType.LATENT, CaptureProfile.STRESS)
KNOWN_COLUMN = 1
_COLD = 50
"""Number of searches of each kind on cold pages."""


@dataclass(frozen=True, slots=True, eq=False)
class Probes:
    """The probes of a gallery: of people in it, of as many who are not, and marks."""

    persons: npt.NDArray[np.int64]
    """int64 (q,): the persons of `enrolled`."""
    enrolled: Sequence[TenprintProbe]
    unenrolled: Sequence[TenprintProbe]
    marks: Sequence[MarkProbe]
    """Marks of persons in the gallery, of any finger."""


def probes_of(dataset: datasets.Dataset, count: int) -> Probes:
    """Return the probes of this many persons, of the persons kept for reporting."""
    persons = dataset.queried(datasets.Purpose.REPORTING, count)
    strangers = np.arange(dataset.persons, dataset.persons + len(persons))
    return Probes(
        persons,
        datasets.tenprint_queries(dataset, PLAIN, persons).tenprints(),
        datasets.tenprint_queries(dataset, PLAIN, strangers).tenprints(),
        datasets.mark_queries(dataset, LATENT, persons, column=None).probes(()),
    )


def reading_of(directory: Path, probes: Probes) -> dict[str, float]:
    """Open an index, search it in every way, and return the cost.

    Private megabytes are anonymous memory, without file mappings: before the index is opened,
    after tenprint searches, and with marks. Opening checks every file against its digest. For a
    person not enrolled, the exact stage goes to its full depth. For cold searches, which are
    measured in elapsed time, every page of vectors comes from the disk.
    """
    base = private_bytes() / 1e6
    opening = clocked(lambda: datasets.opened_index(directory))
    index = opening.value
    found = _searched(index, probes)
    cold_tenprint_ms = cold_p50_ms(directory, probes.enrolled, index.search_tenprints)
    cold_mark_ms = cold_p50_ms(directory, probes.marks, index.search_marks)
    statistics = index.statistics()
    index.close()
    return {
        "persons": statistics.persons,
        "bytes_on_disk": statistics.bytes_on_disk,
        "open_s": opening.wall_s,
        "private_mb_at_start": base,
        **found,
        "tenprint_cold_p50_ms": cold_tenprint_ms,
        "mark_unknown_cold_p50_ms": cold_mark_ms,
    }


def _searched(index: GalleryIndex, probes: Probes) -> dict[str, float]:
    """Return times and memory of all searches: tenprints first, before any marks are read."""
    search_tenprints = partial(index.search_tenprints, k=K)
    search_marks = partial(index.search_marks, k=K)
    index.warm(marks=False)
    mated, answers = timed(probes.enrolled, search_tenprints)
    strangers, _ = timed(probes.unenrolled, search_tenprints)
    tenprint_mb = private_bytes() / 1e6
    index.warm(marks=True)
    of_known_finger = [replace(one, positions=(KNOWN_COLUMN + 1,)) for one in probes.marks]
    known, _ = timed(of_known_finger, search_marks)
    unknown, _ = timed(probes.marks, search_marks)
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
        "tenprint_rank_1": float((firsts == probes.persons).mean()),
    }


_MADV_DONTNEED = 4
_LIBC = ctypes.CDLL(None, use_errno=True)


def cold_p50_ms(directory: Path, probes: Sequence[object], search: Callable[..., object]) -> float:
    """Return the median elapsed time of single searches, each after `forget_pages`."""
    spent_ms = []
    for probe in probes[:_COLD]:
        forget_pages(directory)
        spent_ms.append(clocked(partial(search, [probe], k=K)).wall_ms)
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
