"""The index beside exact search, under laws of templates that it was not made for."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.runner import Column, rows_table
from benchmarks.search.datasets import (
    MARK_KINDS,
    TENPRINT_KINDS,
    Dataset,
    Purpose,
    filled_index,
    mark_queries,
    tenprint_queries,
)
from benchmarks.search.timing import timed
from benchmarks.search.truth import ExactRanks, ranks_in, recall_of
from indexing.gallery_index import GalleryIndex

K = 100


def recall_under(names: Sequence[str], persons: int, queries: int, seed: int) -> dict[str, Any]:
    """Return a row for each law and kind of query: recall of the index and of exact search."""
    rows: list[dict[str, Any]] = []
    for name in names:
        scratch = Path(tempfile.mkdtemp(prefix="laws-"))
        try:
            rows += _rows(Dataset(persons, seed, name), queries, scratch)
        finally:
            shutil.rmtree(scratch)
    return {"rows": rows, "lowest_difference": min(row["difference"] for row in rows)}


def _rows(dataset: Dataset, queries: int, scratch: Path) -> list[dict[str, Any]]:
    queried = dataset.queried(Purpose.REPORTING, queries)
    tenprints = [tenprint_queries(dataset, kind, queried) for kind in TENPRINT_KINDS]
    marks = [mark_queries(dataset, kind, queried, column=None) for kind in MARK_KINDS]
    truth, mark_truth = ExactRanks(dataset).of(tenprints, [(one, None) for one in marks])
    rows = []
    index = _built(dataset, scratch)
    for tenprint, ranks in zip(tenprints, truth, strict=True):
        found = _found(tenprint.tenprints(), lambda probes: index.search_tenprints(probes, k=K))
        rows.append(_row(dataset, "tenprint", tenprint, found, ranks))
    for mark, ranks in zip(marks, mark_truth, strict=True):
        found = _found(mark.probes(()), lambda probes: index.search_marks(probes, k=K))
        rows.append(_row(dataset, "mark", mark, found, ranks))
    index.close()
    return rows


def _built(dataset: Dataset, scratch: Path) -> GalleryIndex:
    index = filled_index(scratch / "index", dataset)
    index.compact()
    index.warm(marks=True)
    return index


def _found(probes: Sequence[Any], search: Callable[[Any], Any]) -> tuple[float, list[Any]]:
    times, hits = timed(probes, search)
    return times.cpu_p50_ms, [one.person_rows for one in hits]


def _row(
    dataset: Dataset,
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


_COLUMNS = (
    *(Column(name, name) for name in ("law", "search", "queries")),
    Column("@1", "recall_at_1", ".3f"),
    Column("exact @1", "exact_at_1", ".3f"),
    Column("@100", "recall_at_100", ".3f"),
    Column("exact @100", "exact_at_100", ".3f"),
    Column("CPU p50, ms", "cpu_p50_ms", ".2f"),
)


def law_table(rows: Sequence[dict[str, Any]]) -> str:
    """Return the rows as a table for people."""
    return rows_table(_COLUMNS, rows)
