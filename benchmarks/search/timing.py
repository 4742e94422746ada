"""Times of searches: alone, in batches, several in a call, on two threads, on cold pages.

A probe compared with everybody: do the parts answer like one index, and how many captures does a
core compare per second?
"""

import ctypes
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from benchmarks.machine import Watch, clocked, private_bytes, quantile
from benchmarks.runner import rows_table
from benchmarks.search import datasets
from benchmarks.search.datasets import KNOWN_COLUMN, Dataset, K, encounters, opened_index
from data.synthetic.parameters import CaptureProfile
from domain.arrays import Int64s
from domain.prints.captures import MarkProbe, PrintProbe, TenprintProbe
from domain.prints.prints import ImpressionType
from indexing.gallery_index import GalleryIndex
from indexing.manifests import Kind
from indexing.searching.exhaustive import ComparedAt, LeftOut
from indexing.searching.questions import about_everybody
from indexing.searching.searched import together

BATCH = 64
_WARM_UP = 10
_Query = TypeVar("_Query")
_Answer = TypeVar("_Answer")


def timed(
    queries: Sequence[_Query],
    search: Callable[[Sequence[_Query]], Sequence[_Answer]],
    *,
    singles: int | None = None,
) -> tuple[dict[str, float], list[_Answer]]:
    """Search with all queries in batches of 64, and with the first `singles` (all) one by one.

    Returns the times, and the answers of the batches. Other load on the machine affects processor
    time (CPU) far less; `cpu_ms_batch64` is that of each query of a batch.
    """
    for query in queries[:_WARM_UP]:
        search([query])
    alone = [clocked(partial(search, [query])) for query in queries[:singles]]
    batches = [queries[first : first + BATCH] for first in range(0, len(queries), BATCH)]
    found = [clocked(partial(search, batch)) for batch in batches]
    whole = [
        one for one, batch in zip(found, batches, strict=True) if len(batch) == len(batches[0])
    ]
    walls_ms, cpus_ms = [one.wall_ms for one in alone], [one.cpu_ms for one in alone]
    size = len(batches[0])
    times = {
        "p50_ms": quantile(walls_ms, 0.5),
        "p99_ms": quantile(walls_ms, 0.99),
        "qps_batch64": size / quantile([one.wall_s for one in whole], 0.5),
        "cpu_p50_ms": quantile(cpus_ms, 0.5),
        "cpu_ms_batch64": quantile([one.cpu_ms for one in whole], 0.5) / size,
    }
    return times, [answer for one in found for answer in one.value]


_CHANGES = 500
_ROUNDS = 3


def changes_of_index(index: GalleryIndex, dataset: Dataset) -> dict[str, Any]:
    """Enrol new persons one by one and erase persons one by one; return the rates."""
    captures = dataset.population.templates(dataset.persons, dataset.persons + _CHANGES)
    batch = encounters(captures)
    singles = [batch.take(slice(row, row + 1)) for row in range(_CHANGES)]
    cursor = index.cursor
    with Watch() as enrolling:
        for number, one in enumerate(singles, cursor + 1):
            index.add(one, cursor=number)
    index.seal()
    with Watch() as erasing:
        for number, row in enumerate(captures.numbers[:50], cursor + _CHANGES + 1):
            index.erase(np.array([row]), cursor=number)
    index.erase(captures.numbers[50:], cursor=cursor + 2 * _CHANGES)
    index.compact()
    return {
        "design": "identlink",
        "inserts_per_s": _CHANGES / enrolling.wall_s,
        "erasures_per_s": 50 / erasing.wall_s,
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
    directory: Path, threads: int, tenprints: list[TenprintProbe], marks: list[MarkProbe]
) -> dict[str, float]:
    with closing(opened_index(directory, threads)) as index:
        index.warm(marks=True)
        ten = [clocked(partial(index.search_tenprints, tenprints, k=K)) for _ in range(_ROUNDS)]
        one = [clocked(partial(index.search_marks, marks, k=K)) for _ in range(_ROUNDS)]
        return {
            "tenprint": len(tenprints) / min(each.wall_s for each in ten),
            "mark": len(marks) / min(each.wall_s for each in one),
        }


SIZES = (1, 2, 4, 8)
_QUERIES = 64


def costs_in_company(
    index: GalleryIndex, tenprints: Sequence[TenprintProbe], marks: Sequence[MarkProbe]
) -> list[dict[str, Any]]:
    """Return CPU milliseconds a search, lowest of three rounds, by searches in one call."""
    kinds: dict[str, tuple[Callable[..., object], Sequence[Any]]] = {
        "tenprint": (index.search_tenprints, tenprints),
        "mark of unknown finger": (index.search_marks, marks),
    }
    return [
        {"search": name, "together": size, "cpu_ms": _cost_ms(search, probes, size)}
        for name, (search, probes) in kinds.items()
        for size in SIZES
    ]


def _cost_ms(search: Callable[..., object], probes: Sequence[Any], size: int) -> float:
    asked = probes[:_QUERIES]

    def all_of_them() -> None:
        for first in range(0, len(asked), size):
            search(asked[first : first + size], k=K)

    return min(clocked(all_of_them).cpu_ms for _ in range(_ROUNDS)) / len(asked)


_COUNT = 224
"""Number of captures requested at first when the look-up of a tenprint search is repeated."""
_TIMES = 5
_EVERYBODY = LeftOut(2**62, np.zeros(0, dtype=np.int64))


def compared_with_everybody(
    whole: GalleryIndex, parts: list[GalleryIndex], probes: Mapping[str, PrintProbe]
) -> list[dict[str, Any]]:
    """Return for each probe whether parts and index answer the same, and the speed of each."""
    joint = together([part.snapshot for part in parts])
    rotation = joint.like.rotation
    rows = []
    for kind, probe in probes.items():
        question = about_everybody(probe, Kind.TENPRINTS, rotation, _EVERYBODY)
        in_one = partial(
            whole.compare_all, probe, Kind.TENPRINTS, left_out=_EVERYBODY, count=_COUNT
        )
        one, expected = _clocked(in_one)
        several, found = _clocked(partial(joint.compare_all, question, _COUNT))
        rows.append(
            {
                "kind": kind,
                "is_equal": _is_equal(found, expected),
                "one_captures_a_cpu_s": round(expected.tally.count / one),
                "parts_captures_a_cpu_s": round(found.tally.count / several),
            }
        )
    return rows


def _clocked(compare: Callable[[], ComparedAt]) -> tuple[float, ComparedAt]:
    """Return the median processor time in seconds, and the answer."""
    compare()
    taken = [clocked(compare) for _ in range(_TIMES)]
    return float(np.median([one.cpu_s for one in taken])), taken[-1].value


def _is_equal(found: ComparedAt, expected: ComparedAt) -> bool:
    mine, other = found.nearest, expected.nearest
    return (
        np.array_equal(mine.encounter_rows, other.encounter_rows)
        and mine.similarities.tobytes() == other.similarities.tobytes()
        and found.tally == expected.tally
    )


def everybody_table(rows: list[dict[str, Any]]) -> str:
    """Return, as a table, whether the parts answer like one index, and the speed of both."""
    answers = {True: "equal", False: "DIFFERENT"}
    told = [row | {"answers": answers[row["is_equal"]]} for row in rows]
    return rows_table("compared with everybody", told)


PLAIN = datasets.QueryKind("plain-3-missing", ImpressionType.PLAIN, CaptureProfile.STRESS, 3)
LATENT = datasets.QueryKind("latent", ImpressionType.LATENT, CaptureProfile.STRESS)
_COLD = 50
"""Number of searches of each kind on cold pages."""


@dataclass(frozen=True, slots=True, eq=False)
class Probes:
    """The probes of a gallery: of people in it, of as many who are not, and marks."""

    persons: Int64s
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
        **{f"{name}_p50_ms": times["p50_ms"] for name, times in kinds.items()},
        **{f"{name}_cpu_p50_ms": times["cpu_p50_ms"] for name, times in kinds.items()},
        "tenprint_p99_ms": mated["p99_ms"],
        "tenprint_qps_batch64": mated["qps_batch64"],
        "mark_known_qps_batch64": known["qps_batch64"],
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
