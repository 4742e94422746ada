"""Times of searches: one at a time, in batches, and with several in one call; of changes; and on
two threads.

A probe compared with everybody: do the parts answer like one index, and how many captures does a
core compare per second?
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from benchmarks.machine import Watch, clocked, quantile
from benchmarks.runner import Column, rows_table
from benchmarks.search.datasets import Dataset, encounters, opened_index
from domain.prints.probes import MarkProbe, PrintProbe, TenprintProbe
from indexing.gallery_index import GalleryIndex
from indexing.manifests import Kind
from indexing.searching.exhaustive import ComparedAt
from indexing.searching.left_out import LeftOut
from indexing.searching.questions import about_everybody
from indexing.searching.searched import together

BATCH = 64
_WARM_UP = 10
_Query = TypeVar("_Query")
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Times:
    """The durations of searches."""

    p50_ms: float
    p99_ms: float
    qps_batch64: float
    cpu_p50_ms: float
    """Processor time, which other load on the machine affects far less."""
    cpu_ms_batch64: float
    """Processor time for each query of a batch."""


def timed(
    queries: Sequence[_Query],
    search: Callable[[Sequence[_Query]], Sequence[_Answer]],
    *,
    singles: int | None = None,
) -> tuple[Times, list[_Answer]]:
    """Search with all queries in batches of 64, and with the first `singles` (default: all) one by
    one.

    Returns the times, and the answers of the batches.
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
    times = Times(
        p50_ms=quantile(walls_ms, 0.5),
        p99_ms=quantile(walls_ms, 0.99),
        qps_batch64=size / quantile([one.wall_s for one in whole], 0.5),
        cpu_p50_ms=quantile(cpus_ms, 0.5),
        cpu_ms_batch64=quantile([one.cpu_ms for one in whole], 0.5) / size,
    )
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
        ten = [clocked(partial(index.search_tenprints, tenprints, k=100)) for _ in range(_ROUNDS)]
        one = [clocked(partial(index.search_marks, marks, k=100)) for _ in range(_ROUNDS)]
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
    rounds = []
    for _ in range(_ROUNDS):
        begun_ns = time.thread_time_ns()
        for first in range(0, len(asked), size):
            search(asked[first : first + size], k=100)
        rounds.append((time.thread_time_ns() - begun_ns) / len(asked) / 1e6)
    return min(rounds)


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


_COMPARED = (
    Column("compared with everybody", "kind"),
    Column("answers", "answers"),
    Column("one index, captures a core second", "one_captures_a_cpu_s", ","),
    Column("parts", "parts_captures_a_cpu_s", ","),
)


def everybody_table(rows: list[dict[str, Any]]) -> str:
    """Return, as a table, whether the parts answer like one index, and the speed of both."""
    answers = {True: "equal", False: "DIFFERENT"}
    return rows_table(_COMPARED, [row | {"answers": answers[row["is_equal"]]} for row in rows])
