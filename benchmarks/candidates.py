"""Candidate search beside its rivals: recall, speed, size, changes.

Mark searches of unknown finger cover ten vectors a person; those of known finger one. All designs
search the same vectors in one process on one thread. Rows name the design: `identlink` (ours,
through its public interface), `flat` (the exact baseline), and the rivals with their expansion.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.evidencing.laws import LAWS
from benchmarks.machine import described_run, write_result
from benchmarks.search.contest import Contest, Options
from benchmarks.search.datasets import Dataset
from benchmarks.search.other_laws import law_names, law_table, recall_under
from benchmarks.search.single_thread import in_one_thread

_MOST_LOST = 0.01
"""Recall @100 that the index may miss of exact search, under every law."""


@dataclass(frozen=True, slots=True)
class _Request:
    options: Options
    command: tuple[str, ...]


def main(arguments: Sequence[str]) -> int:
    """Run the contest in a separate process with one thread, print it, write it; 0."""
    given = _parser().parse_args(arguments)
    if given.law:
        return _under_laws(given, arguments)
    options = Options(
        persons=given.persons,
        queries=given.queries,
        seed=given.seed,
        graph_vectors=given.graph_vectors,
        build_threads=given.build_threads,
        pgvector_url=given.pgvector,
        graphs=given.graphs,
    )
    command = ("python -m benchmarks candidates", *arguments)
    result = in_one_thread(measure, _Request(options, command))
    write_result(given.json, result)
    print(_table(result))
    return 0


def _under_laws(given: argparse.Namespace, arguments: Sequence[str]) -> int:
    """Print recall beside exact search; 1 where it differs by more than `_MOST_LOST`."""
    dataset = Dataset(given.persons, given.seed)
    command = ("python -m benchmarks candidates", *arguments)
    result = {
        "benchmark": "candidates under laws",
        **described_run(command, seed=given.seed, dataset_digest=dataset.digest),
        "persons": given.persons,
        **in_one_thread(
            recall_under, law_names(given.law), given.persons, given.queries, given.seed
        ),
    }
    write_result(given.json, result)
    print(law_table(result["rows"]))
    return int(round(result["lowest_difference"], 6) < -_MOST_LOST)


def measure(request: _Request) -> dict[str, Any]:
    """Return the result of one contest."""
    options = request.options
    dataset = Dataset(options.persons, options.seed)
    head = described_run(request.command, seed=options.seed, dataset_digest=dataset.digest)
    scratch = Path(tempfile.mkdtemp(prefix="candidates-"))
    try:
        contest = Contest(options, dataset, scratch)
        outcome = contest.run(lambda stage: print(stage, file=sys.stderr, flush=True))
    finally:
        shutil.rmtree(scratch)
    return {
        "benchmark": "candidates",
        **head,
        "options": asdict(replace(options, graphs=None)),
        **outcome,
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks candidates", description=__doc__)
    parser.add_argument("--persons", type=int, default=20_000, help="people enrolled (20000)")
    parser.add_argument("--queries", type=int, default=200, help="searches of each kind (200)")
    parser.add_argument("--seed", type=int, default=2, help="seed of the population (2)")
    parser.add_argument(
        "--graph-vectors",
        type=int,
        default=100_000,
        help="most finger vectors the graphs are built over; 0 leaves them out (100000)",
    )
    parser.add_argument(
        "--build-threads", type=int, default=2, help="threads the graphs are built with (2)"
    )
    parser.add_argument(
        "--graphs", type=Path, help="directory where built graphs are kept for the next run"
    )
    parser.add_argument("--pgvector", default="", help="URL of a PostgreSQL with pgvector")
    parser.add_argument(
        "--law", choices=["all", *LAWS], help="recall beside exact search under a law, no rivals"
    )
    parser.add_argument("--json", type=Path, help="file for the result")
    return parser


def _table(result: dict[str, Any]) -> str:
    lines = [
        f"{'search':9}{'finger':9}{'design':20}{'impression':21}{'@1':>6}{'@10':>6}{'@100':>6}"
        f"{'rel':>7}{'p50 ms':>9}{'p99 ms':>9}{'CPU p50':>9}{'qps64':>9}{'CPU@64':>9}"
        f"{'B/person':>9}{'build s':>9}"
    ]
    lines += [
        f"{row['search']:9}{row['finger']:9}{_design(row):20}{row['impression']:21}"
        f"{row['recall_at_1']:6.3f}{row['recall_at_10']:6.3f}{row['recall_at_100']:6.3f}"
        f"{row['recall_relative_to_exact']:7.3f}{row['p50_ms']:9.3f}{row['p99_ms']:9.3f}"
        f"{row['cpu_p50_ms']:9.3f}{row['qps_batch64']:9.0f}{row['cpu_ms_batch64']:9.3f}"
        f"{row['bytes_per_person']:9.0f}{row['build_s']:9.1f}"
        for row in result["rows"]
    ]
    lines += [
        f"changes   {one['design']:12} {one['inserts_per_s']:9.0f} inserts/s"
        f" {one['erasures_per_s']:9.0f} erasures/s"
        for one in result["changes"]
    ]
    lines += [f"two threads: {name} {ratio:.2f}x" for name, ratio in result["two_threads"].items()]
    lines += [
        f"together: {one['together']} {one['search']}, {one['cpu_ms']:.2f} ms CPU each"
        for one in result["company"]
    ]
    lines += [f"missing: {sentence}" for sentence in result["missing"]]
    return "\n".join(lines)


def _design(row: dict[str, Any]) -> str:
    chosen = " *" if row.get("is_chosen") else ""
    return f"{row['design']} {row['setting']}{chosen}".strip()
