"""Candidate search beside its rivals: recall, speed, size, changes.

Mark searches of unknown finger cover ten vectors a person; those of known finger one. All designs
search the same vectors in one process on one thread. Rows name the design: `identlink` (ours,
through its public interface), `flat` (the exact baseline), and the rivals with their expansion.
With `--law` recall is measured beside exact search under a law of templates, without rivals; the
exit code is 1 where it differs by more than a hundredth.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.evidencing.laws import LAWS
from benchmarks.markdown import Column, rows_table
from benchmarks.runner import Benchmark, Result
from benchmarks.search.contest import Contest, ContestOptions
from benchmarks.search.datasets import Dataset
from benchmarks.search.other_laws import law_table, recall_under
from benchmarks.search.report import remarks

_MOST_LOST = 0.01
"""Recall @100 that the index may miss of exact search, under every law."""
_COLUMNS = (
    *(Column(name, name) for name in ("search", "finger", "design", "setting", "impression")),
    *(Column(f"@{cut}", f"recall_at_{cut}", ".3f") for cut in (1, 10, 100)),
    Column("relative", "recall_relative_to_exact", ".3f"),
    Column("p50 ms", "p50_ms", ".3f"),
    Column("p99 ms", "p99_ms", ".3f"),
    Column("CPU p50 ms", "cpu_p50_ms", ".3f"),
    Column("queries/s at 64", "qps_batch64", ".0f"),
    Column("CPU ms at 64", "cpu_ms_batch64", ".3f"),
    Column("bytes a person", "bytes_per_person", ".0f"),
    Column("build s", "build_s", ".1f"),
)


def measured(options: ContestOptions) -> Result:
    """Return the result of one contest."""
    with tempfile.TemporaryDirectory(prefix="candidates-") as scratch:
        contest = Contest(options, _dataset(options), Path(scratch))
        return contest.run(lambda stage: print(stage, file=sys.stderr, flush=True))


def _under_laws(options: ContestOptions) -> Result:
    names = tuple(LAWS) if options.law == "all" else (options.law,)
    found = recall_under(names, options.persons, options.queries, options.seed)
    return {"persons": options.persons, **found}


def _dataset(options: ContestOptions) -> Dataset:
    return Dataset(options.persons, options.seed)


def _shown(result: Result) -> str:
    return f"{rows_table(_COLUMNS, result['rows'])}\n\n{remarks(result)}"


_UNDER_LAWS = Benchmark(
    name="candidates",
    kind="candidates under laws",
    options=ContestOptions,
    measure=_under_laws,
    show=lambda result: law_table(result["rows"]),
    is_met=lambda result: round(result["lowest_difference"], 6) >= -_MOST_LOST,
    digest=lambda options: _dataset(options).digest,
    has_one_thread=True,
)
main = Benchmark(
    name="candidates",
    options=ContestOptions,
    measure=measured,
    show=_shown,
    digest=lambda options: _dataset(options).digest,
    has_one_thread=True,
    modes={"law": _UNDER_LAWS},
).main
