"""A gallery in parts compared with the same gallery as one index: are lists equal, what does it
cost, and are states kept apart?

Every part holds different people, assigned by a hash of the person; all parts use one codec. The
same searches go to one index and to the parts in turns, in one process, and their processor times
are compared. Then one search uses several threads, and elapsed times are compared. Then people are
erased while searches run. A list is stale if it still contains one of them although the search
began later. A list from parts that are not at one change is partial, and must be refused. Several
hosts are not measured, because nothing here leaves the process (`make test-cluster` tests parts on
a Ray cluster).
"""

import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from benchmarks.machine import clocked
from benchmarks.runner import Benchmark, Options, Result, rows_table
from benchmarks.search.contest import holds_same
from benchmarks.search.datasets import Dataset, K, encounters, opened_index, question_about
from benchmarks.search.timing import Probes, compared_with_everybody, everybody_table, probes_of
from domain.errors import GalleryError
from domain.prints.captures import MarkProbe, TenprintProbe
from indexing.gallery_index import GalleryIndex
from indexing.parameters import DEFAULT_LIMITS
from indexing.placing import parts_of
from indexing.searching.hits import Hits
from indexing.searching.searched import together

_ERASED_AT_ONCE = 5


@dataclass(frozen=True, kw_only=True)
class ScaleOutOptions(Options):
    """The options of `python -m benchmarks scale-out`."""

    persons: Annotated[int, "people"] = 50_000
    parts: Annotated[int, "parts"] = 4
    queries: Annotated[int, "searches of each kind"] = 60
    threads: Annotated[int, "threads of one search"] = 2
    seed: Annotated[int, "seed of the people"] = 1
    directory: Annotated[Path | None, "where the indexes are built"] = None


def measured(options: ScaleOutOptions) -> Result:
    """Build the gallery twice and return the figures for both."""
    with tempfile.TemporaryDirectory(prefix="scale-out-", dir=options.directory) as folder:
        return _measured(Path(folder), Dataset(options.persons, options.seed), options)


def _measured(folder: Path, dataset: Dataset, options: ScaleOutOptions) -> Result:
    whole, parts = _built(folder, dataset, options.parts)
    probes = probes_of(dataset, options.queries)
    asked = {"persons": options.persons, "parts": options.parts}
    result: Result = asked | _compared(whole, parts, probes)
    result["everybody"] = compared_with_everybody(
        whole, parts, {"tenprint": probes.enrolled[0], "mark": probes.marks[0]}
    )
    whole.close()
    result["threads"] = options.threads
    result["threads_speedup"] = _on_threads(folder / "whole", probes, options.threads)
    result |= _changing(parts, probes)
    for part in parts:
        part.close()
    return result


def _is_right(result: Result) -> bool:
    return (
        result["identical_lists"] == result["lists"]
        and all(row["is_equal"] for row in result["everybody"])
        and not (result["partial_lists"] or result["stale_reads"])
    )


def _built(folder: Path, dataset: Dataset, count: int) -> tuple[GalleryIndex, list[GalleryIndex]]:
    """Return the same people as one index and in parts, compacted and with one codec."""
    whole = opened_index(folder / "whole")
    untrained = replace(DEFAULT_LIMITS, codec_minimum=sys.maxsize)
    parts = [opened_index(folder / f"part-{number}", limits=untrained) for number in range(count)]
    for cursor, chunk in enumerate(dataset.chunks(), 1):
        batch = encounters(chunk)
        whole.add(batch, cursor=cursor)
        numbers = parts_of(batch.person_rows, count)
        for number, part in enumerate(parts):
            part.add(batch.take(numbers == number), cursor=cursor)
        print(f"{cursor * len(batch)} people", file=sys.stderr, flush=True)
    whole.compact()
    codec = whole.codec
    for part in parts:
        if codec is not None:
            part.adopt(codec)
        part.compact()
    return whole, parts


def _kinds(
    index: GalleryIndex, probes: Probes
) -> dict[str, tuple[Sequence[Any], Callable[..., Hits]]]:
    """Return each kind of search, with its probes and the search of an index."""
    return {
        "tenprint": (probes.enrolled, index.search_tenprint),
        "unenrolled": (probes.unenrolled, index.search_tenprint),
        "mark": (probes.marks, index.search_mark),
    }


def _compared(whole: GalleryIndex, parts: list[GalleryIndex], probes: Probes) -> Result:
    """Search one index and the parts in turns; count equal lists and processor time."""
    joint = together([part.snapshot for part in parts])
    rows, lists, identical = [], 0, 0

    def in_parts(probe: TenprintProbe | MarkProbe) -> Hits:
        return joint.search(question_about(probe), k=K)[0]

    for kind, (asked, search) in _kinds(whole, probes).items():
        in_one = partial(search, k=K)
        taken: dict[str, list[float]] = {"one": [], "parts": []}
        in_one(asked[0]), in_parts(asked[0])
        for probe in asked:
            expected, found = clocked(partial(in_one, probe)), clocked(partial(in_parts, probe))
            taken["one"].append(expected.cpu_ms)
            taken["parts"].append(found.cpu_ms)
            lists += 1
            identical += holds_same(found.value, expected.value)
        one, several = (float(np.median(taken[name])) for name in ("one", "parts"))
        rows.append({"kind": kind, "one_cpu_ms": one, "parts_cpu_ms": several})
    return {"rows": rows, "lists": lists, "identical_lists": identical}


def _on_threads(directory: Path, probes: Probes, threads: int) -> dict[str, float]:
    """Return how many times faster a search is on several threads, by the clock, in turns."""
    seconds: dict[tuple[str, int], list[float]] = {}
    for turn in range(4):
        for count in (1, threads):
            index = opened_index(directory, count)
            index.warm(marks=True)
            for kind, (asked, search) in _kinds(index, probes).items():
                for probe in asked[:3]:
                    search(probe, k=K)
                begun = time.perf_counter()
                for probe in asked:
                    search(probe, k=K)
                if turn:
                    seconds.setdefault((kind, count), []).append(time.perf_counter() - begun)
            index.close()
    named = {kind for kind, _ in seconds}
    return {kind: min(seconds[kind, 1]) / min(seconds[kind, threads]) for kind in named}


def _changing(parts: list[GalleryIndex], probes: Probes) -> dict[str, int]:
    """Erase people in all parts while a thread searches; count lists that must not occur."""
    pinned = together([part.snapshot for part in parts])
    erased: set[int] = set()
    counts = {"searches_during_changes": 0, "refused": 0, "partial_lists": 0, "stale_reads": 0}
    ended = threading.Event()

    def search() -> None:
        number = 0
        while not ended.is_set():
            gone = frozenset(erased)
            number += 1
            try:
                now = together([part.snapshot for part in parts])
            except GalleryError:
                counts["refused"] += 1
                continue
            probe = probes.enrolled[number % len(probes.enrolled)]
            hits = now.search(question_about(probe), k=K)[0]
            counts["searches_during_changes"] += 1
            counts["partial_lists"] += len(hits) < K
            counts["stale_reads"] += bool(gone & set(hits.person_rows.tolist()))

    searcher = threading.Thread(target=search)
    searcher.start()
    try:
        for probe in probes.enrolled[:20]:
            hits = pinned.search(question_about(probe), k=_ERASED_AT_ONCE)[0]
            _erase(parts, hits)
            erased.update(hits.person_rows.tolist())
    finally:
        ended.set()
        searcher.join()
    return counts


def _erase(parts: list[GalleryIndex], hits: Hits) -> None:
    cursor = parts[0].cursor + 1
    for part in parts:
        part.erase(hits.encounter_rows, cursor=cursor)


def scale_out_table(result: Result) -> str:
    """Return equal lists and costs, then the counts during erasures."""
    rows = [
        row
        | {
            "ratio": row["parts_cpu_ms"] / row["one_cpu_ms"],
            "threads_speedup": result["threads_speedup"][row["kind"]],
        }
        for row in result["rows"]
    ]
    lists = (
        f"{result['persons']:,} people in {result['parts']} parts:"
        f" {result['identical_lists']} of {result['lists']} lists equal those of one index."
        f" Several threads: {result['threads']}."
    )
    counts = (
        f"While people were erased: {result['searches_during_changes']} lists,"
        f" {result['refused']} refused (parts not at one change),"
        f" {result['partial_lists']} partial, {result['stale_reads']} stale."
    )
    return "\n\n".join([lists, rows_table("scale out", rows), counts])


main = Benchmark(
    measure=measured,
    show=lambda found: f"{scale_out_table(found)}\n\n{everybody_table(found['everybody'])}",
    is_met=_is_right,
    digest=lambda options: Dataset(options.persons, options.seed).digest,
    has_one_thread=True,
).main
