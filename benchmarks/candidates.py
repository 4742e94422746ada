"""Candidate search compared with exact search: recall, speed, size and changes.

A mark search with an unknown finger covers ten vectors of each person; one with a known finger
covers one. Both designs search the same vectors in one process on one thread. Each row names its
design: `identlink` (ours, through its public interface) or, for marks, `flat` (FAISS IndexFlatIP
over float32). With `--law`, recall is compared with that of exact search for templates with
another distribution; the exit code is 1 if the two differ by more than a hundredth.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Annotated

from benchmarks.evidencing.other_laws import LAWS
from benchmarks.runner import Benchmark, Options, Result, as_table, rows_table
from benchmarks.search import datasets
from benchmarks.search.contest import TEN, UNKNOWN, Contest

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
    rows: list[Result] = []
    for name in LAWS if options.law == "all" else (options.law,):
        with tempfile.TemporaryDirectory(prefix="laws-") as scratch:
            dataset = replace(options.dataset, law=name)
            contest = Contest(dataset, options.queries, Path(scratch), fingers=(UNKNOWN,))
            rows += [{"law": name, **row} for row in contest.of_index()]
    lowest = min(row["recall_at_100"] - row["exact_at_100"] for row in rows)
    return {"persons": options.persons, "rows": rows, "lowest_difference": lowest}


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
