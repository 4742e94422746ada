"""Candidate search compared with exact search: recall, speed, size and changes.

A mark search with an unknown finger covers ten vectors of each person; one with a known finger
covers one. Both designs search the same vectors in one process on one thread. Each row names its
design: `identlink` (ours, through its public interface) or `flat` (FAISS IndexFlatIP over
float32). With `--law`, recall is compared with that of exact search for templates with another
distribution; the exit code is 1 if the two differ by more than a hundredth.
"""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt

from benchmarks.evidencing.other_laws import LAWS
from benchmarks.machine import Watch
from benchmarks.runner import Benchmark, Options, Result, as_table, rows_table
from benchmarks.search import datasets
from benchmarks.search.contest import TEN, Contest, exact_ranks, ranks_in, recall_of
from benchmarks.search.datasets import K
from benchmarks.search.timing import timed

_MOST_LOST = 0.01
"""The recall @100 that the index may lose against exact search, under every law of templates."""


@dataclass(frozen=True, kw_only=True)
class CandidatesOptions(Options):
    """The options of `python -m benchmarks candidates`."""

    persons: Annotated[int, "people enrolled"] = 20_000
    queries: Annotated[int, "searches of each kind"] = 200
    seed: Annotated[int, "seed of the population"] = 2
    law: Annotated[str, "recall beside exact search under a law", {"choices": ["all", *LAWS]}] = ""

    @property
    def dataset(self) -> datasets.Dataset:
        """The people."""
        return datasets.Dataset(self.persons, self.seed)


def measured(options: CandidatesOptions) -> Result:
    """Return the rows, changes, threads, searches together and memory."""
    with tempfile.TemporaryDirectory(prefix="candidates-") as scratch:
        return Contest(options.dataset, options.queries, Path(scratch)).run()


def _under_laws(options: CandidatesOptions) -> Result:
    """Return a row for each law and kind of query: recall of the index and of exact search."""
    rows: list[dict[str, Any]] = []
    for name in LAWS if options.law == "all" else (options.law,):
        with tempfile.TemporaryDirectory(prefix="laws-") as scratch:
            dataset = replace(options.dataset, law=name)
            rows += _rows(dataset, options.queries, Path(scratch))
    lowest = min(row["difference"] for row in rows)
    return {"persons": options.persons, "rows": rows, "lowest_difference": lowest}


def _rows(dataset: datasets.Dataset, queries: int, scratch: Path) -> list[dict[str, Any]]:
    queried = dataset.queried(datasets.Purpose.REPORTING, queries)
    tenprints = [
        datasets.tenprint_queries(dataset, kind, queried) for kind in datasets.TENPRINT_KINDS
    ]
    marks = [
        datasets.mark_queries(dataset, kind, queried, column=None) for kind in datasets.MARK_KINDS
    ]
    truth, mark_truth = exact_ranks(dataset, tenprints, [(one, None) for one in marks])
    rows = []
    index = datasets.filled_index(scratch / "index", dataset, Watch())
    index.compact()
    index.warm(marks=True)
    for tenprint, ranks in zip(tenprints, truth, strict=True):
        found = _found(tenprint.tenprints(), lambda probes: index.search_tenprints(probes, k=K))
        rows.append(_row(dataset, "tenprint", tenprint, found, ranks))
    for mark, ranks in zip(marks, mark_truth, strict=True):
        found = _found(mark.probes(()), lambda probes: index.search_marks(probes, k=K))
        rows.append(_row(dataset, "mark", mark, found, ranks))
    index.close()
    return rows


def _found(probes: Sequence[Any], search: Callable[[Any], Any]) -> tuple[float, list[Any]]:
    times, hits = timed(probes, search)
    return times.cpu_p50_ms, [one.person_rows for one in hits]


def _row(
    dataset: datasets.Dataset,
    search: str,
    queries: Any,
    found: tuple[float, list[npt.NDArray[np.int64]]],
    exact_ranks: npt.NDArray[np.int64],
) -> dict[str, Any]:
    cpu_ms, answers = found
    ours, exact = recall_of(ranks_in(answers, queries.persons)), recall_of(exact_ranks)
    return {
        "law": dataset.law,
        "search": search,
        "queries": queries.kind.name,
        "recall_at_100": ours.at_100,
        "exact_at_100": exact.at_100,
        "difference": ours.at_100 - exact.at_100,
        "recall_at_1": ours.at_1,
        "exact_at_1": exact.at_1,
        "cpu_p50_ms": cpu_ms,
    }


def candidates_tables(result: Result) -> str:
    """Return identlink beside exact search, then changes, threads, memory and what is left out."""
    ours, exhaustive = (_by_search(result["rows"], name) for name in ("identlink", "flat"))
    rows = [
        row | {"kind": _kind(row)} | ({"flat": exhaustive[key]} if key in exhaustive else {})
        for key, row in ours.items()
    ]
    return f"{rows_table('candidates', rows)}\n\n{_remarks(result, next(iter(ours.values())))}"


def _by_search(rows: Sequence[Result], design: str) -> dict[tuple[str, str, str], Result]:
    return {
        (row["search"], row["finger"], row["impression"]): row
        for row in rows
        if row["design"] == design
    }


def _kind(row: Result) -> str:
    return row["search"] if row["finger"] == TEN else f"mark, finger {row['finger']}"


def _remarks(result: Result, ours: Result) -> str:
    """Return changes, threads, searches together, memory, size and what is left out, as a list."""
    memory = result["memory"]
    changes = next(one for one in result["changes"] if one["design"] == "identlink")
    lines = [
        f"identlink: {changes['inserts_per_s']:.0f} additions/s one by one,"
        f" {changes['erasures_per_s']:.0f} erasures/s ({changes['unit']}); erased bytes do not"
        " stay",
        "Two threads beside one: "
        + ", ".join(f"{name} {ratio:.2f}x" for name, ratio in result["two_threads"].items()),
        *_company(result.get("company", ())),
        f"Private memory: {memory['before']:.0f} MB before, {memory['tenprint_search']:.0f} MB"
        f" after tenprint searches, {memory['with_mark_search']:.0f} MB with mark search",
        f"{ours['bytes_per_person']:.0f} bytes a person, built in {ours['build_s']:.1f} s",
        *(f"Not measured: {one}" for one in result["missing"]),
    ]
    return "\n".join(f"- {line}." for line in lines)


def _company(rows: Sequence[Result]) -> list[str]:
    """Return a line for each kind of search that was looked up together with other searches."""
    by_search = [(name, list(members)) for name, members in groupby(rows, lambda r: r["search"])]
    return [
        f"CPU ms a {name}, looked up {'/'.join(str(one['together']) for one in members)} together:"
        f" {'/'.join(format(one['cpu_ms'], '.2f') for one in members)}"
        for name, members in by_search
    ]


_CANDIDATES = Benchmark(
    name="candidates",
    options=CandidatesOptions,
    measure=measured,
    show=candidates_tables,
    digest=lambda options: options.dataset.digest,
    has_one_thread=True,
)
_UNDER_LAWS = replace(
    _CANDIDATES,
    kind="candidates under laws",
    measure=_under_laws,
    show=as_table("candidates under laws"),
    is_met=lambda result: round(result["lowest_difference"], 6) >= -_MOST_LOST,
)
main = replace(_CANDIDATES, modes={"law": _UNDER_LAWS}).main
