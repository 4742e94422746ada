"""`python -m benchmarks service`: the served pipeline beside the same pipeline in process.

Served: `identlink serve` in separate processes, real HTTP, one token, evidence stored, the event
appended, a durable commit for every search. In process: candidates, records and scoring alone in
one process, with the best number of threads (one, or one per client). It is measured before and
after the served rounds and its best figure counts, so that the ratio does not favour the service.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import described_run, write_result
from benchmarks.serving import databases
from benchmarks.serving.batch import BatchPlan, batch_beside
from benchmarks.serving.clients import Load, SearchClient, encoded, repeat_for, submit_for
from benchmarks.serving.memory import memory_over
from benchmarks.serving.server import Served, requests_in, serving
from benchmarks.serving.stores import filled_once, place_of_store
from benchmarks.serving.table import show
from data.synthetic.population import Population
from data.synthetic.probes import ProbePlan, SyntheticProbe, make_mark, make_probe
from domain.searches import SearchType
from service.bootstrap import Runtime, open_database, open_runtime
from service.cli.enrolling import enrol_chunks
from service.cli.population import Enrolment
from service.demo.calls import issue_demo_tokens
from service.demo.wire import search_body
from service.settings import Settings, load_settings
from service.usecases.searches.weighing import weigh

DESCRIPTION = "Searches a second and their durations over real HTTP, beside the same in process."
SEARCHES = (SearchType.TP_TP, SearchType.LT_TP)
_WARM_UP_S = 3.0
_COMMIT = "rest"
"""The rest of a request: HTTP, authentication, evidence, log and the durable commit."""


@dataclass(frozen=True, slots=True)
class _Probes:
    made: Sequence[SyntheticProbe]
    bodies: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class _Measured:
    """The measurements of one database."""

    rows: list[dict[str, Any]]
    enrolled_per_second: float
    memory: dict[str, Any]
    batch: dict[str, Any]


def main(arguments: Sequence[str]) -> int:
    """Run the benchmark and print its table; returns the exit code."""
    options = _options(arguments)
    head = described_run(
        ["python", "-m", "benchmarks", "service", *arguments],
        seed=options.seed,
        dataset_digest=Enrolment(Population(options.seed), options.persons).source_digest,
    )
    probes = {kind: _probes(options, kind) for kind in SEARCHES}
    measured: dict[str, _Measured] = {}
    for database in options.databases.split(","):
        with place_of_store(options.stores, database, options.persons, options.seed) as place:
            measured[database] = _measure(options, database, place, probes)
    result = {
        "benchmark": "service",
        **head,
        "persons": options.persons,
        "enrolled_people_per_second": {n: one.enrolled_per_second for n, one in measured.items()},
        "rows": [row for one in measured.values() for row in one.rows],
        "memory": {name: one.memory for name, one in measured.items() if one.memory},
        "batches": [{"database": name} | one.batch for name, one in measured.items() if one.batch],
    }
    show(result)
    write_result(options.json, result)
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks service", description=DESCRIPTION)
    parser.add_argument("--persons", type=int, default=20_000, help="people enrolled")
    parser.add_argument("--clients", type=int, default=8, help="connections kept busy")
    parser.add_argument(
        "--processes",
        type=int,
        default=2,
        help="serving processes behind one port; 0: one, then two",
    )
    parser.add_argument("--seconds", type=float, default=10.0, help="length of each round")
    parser.add_argument("--probes", type=int, default=120, help="different probes of each kind")
    parser.add_argument("--databases", default=",".join(databases.NAMES), help="comma-separated")
    parser.add_argument(
        "--memory-searches", type=int, default=0, help="more searches, to watch memory over"
    )
    parser.add_argument(
        "--batch-searches", type=int, default=0, help="size of a batch to work as well; 0: none"
    )
    parser.add_argument("--workers", type=int, default=2, help="processes that work the batch")
    parser.add_argument("--seed", type=int, default=51, help="seed of the population")
    parser.add_argument(
        "--stores", type=Path, help="directory where filled stores are kept for the next run"
    )
    parser.add_argument("--json", type=Path, help="file for the result")
    return parser.parse_args(arguments)


def _probes(options: argparse.Namespace, kind: SearchType) -> _Probes:
    """Return one mated probe to two non-mated ones, and their request bodies."""
    rng = np.random.default_rng(options.seed)
    mated = rng.integers(0, options.persons, options.probes)
    unseen = rng.integers(options.persons, 2 * options.persons, options.probes)
    numbers = np.where(np.arange(options.probes) % 3 == 0, mated, unseen)
    make = make_probe if kind is SearchType.TP_TP else make_mark
    population, plan = Population(options.seed), ProbePlan()
    made = [make(population, int(number), plan) for number in numbers]
    return _Probes(made, encoded([search_body(kind, one.probe) for one in made]))


def _measure(
    options: argparse.Namespace,
    database: str,
    directory: Path,
    probes: Mapping[SearchType, _Probes],
) -> _Measured:
    """Return the measurements of one database."""
    kept = options.stores is not None
    with databases.opened(database, directory / "database", is_kept=kept) as address:
        settings = load_settings(store=directory / "store", database_url=address)
        enrolled_per_second = filled_once(directory, lambda: _enrol(options, settings))
        with open_runtime(settings) as runtime:
            secret = issue_demo_tokens(runtime)["force:west-yorkshire"]
        before = _in_process_rounds(options, settings, probes)
        *fewer, processes = (1, 2) if options.processes == 0 else (options.processes,)
        rounds: dict[tuple[int, SearchType], dict[str, Any]] = {}
        for count in fewer:
            with serving(settings, count) as served:
                rounds |= _rounds(options, served, count, secret, probes)
        with serving(settings, processes) as served:
            rounds |= _rounds(options, served, processes, secret, probes)
            memory = _memory(options, served, secret, probes)
            connect = partial(SearchClient, served.address, secret)
            interactive = rounds[processes, SearchType.TP_TP]["searches_per_second"]
            plan = _batch_plan(options, interactive)
            batch = batch_beside(settings, plan, probes[SearchType.TP_TP].bodies, connect)
        after = _in_process_rounds(options, settings, probes)
    rows = [
        {
            "database": database,
            "search": kind.value,
            "clients": options.clients,
            "processes": count,
        }
        | measured
        | _against(measured["searches_per_second"], [*before[kind], *after[kind]])
        for (count, kind), measured in rounds.items()
    ]
    return _Measured(rows, enrolled_per_second, memory, batch)


def _rounds(
    options: argparse.Namespace,
    served: Served,
    processes: int,
    secret: str,
    probes: Mapping[SearchType, _Probes],
) -> dict[tuple[int, SearchType], dict[str, Any]]:
    """Return the results of a round of each kind over HTTP, by number of serving processes."""
    return {(processes, kind): _served(options, served, secret, probes[kind]) for kind in SEARCHES}


def _enrol(options: argparse.Namespace, settings: Settings) -> float:
    """Enrol the population; return the people enrolled per second."""
    database = open_database(settings)
    database.upgrade()
    database.close()
    people = Enrolment(Population(options.seed), options.persons)
    begun_ns = time.perf_counter_ns()
    with open_runtime(settings) as runtime:
        enrol_chunks(runtime, people.source_digest, people.chunks(), advance=lambda _: None)
        runtime.services.gallery.index.compact()
    persons: int = options.persons
    return persons / ((time.perf_counter_ns() - begun_ns) / 1e9)


def _in_process_rounds(
    options: argparse.Namespace, settings: Settings, probes: Mapping[SearchType, _Probes]
) -> dict[SearchType, list[tuple[int, float]]]:
    """Return (threads, searches a second) of each round in process."""
    threads = sorted({1, options.clients})
    with open_runtime(settings) as runtime:
        return {
            kind: [
                (count, _in_process(options, runtime, kind, probes[kind].made, count).per_second)
                for count in threads
            ]
            for kind in SEARCHES
        }


def _in_process(
    options: argparse.Namespace,
    runtime: Runtime,
    kind: SearchType,
    probes: Sequence[SyntheticProbe],
    threads: int,
) -> Load:
    def step(_worker: int, number: int) -> bool:
        weigh(runtime.services, kind, probes[number % len(probes)].probe)
        return True

    repeat_for(_WARM_UP_S, range(threads), step)
    return repeat_for(options.seconds / 2, range(threads), step)


def _served(
    options: argparse.Namespace, served: Served, secret: str, probes: _Probes
) -> dict[str, Any]:
    """Return the result of one round over HTTP."""
    connect = partial(SearchClient, served.address, secret)
    submit_for(_WARM_UP_S, probes.bodies, options.clients, connect)
    logged, memory, cpu_s = served.log.stat().st_size, served.private_bytes(), served.cpu_s()
    load = submit_for(options.seconds, probes.bodies, options.clients, connect)
    return {
        "searches_per_second": load.per_second,
        "p50_ms": _quantile(load.durations_ms, 0.5),
        "p99_ms": _quantile(load.durations_ms, 0.99),
        "errors": load.errors,
        "searches": len(load.durations_ms),
        "server_cpu_share": (served.cpu_s() - cpu_s) / load.elapsed_s,
        "private_mb_before": memory / 1e6,
        "private_mb_after": served.private_bytes() / 1e6,
        "stages": _stages(requests_in(served.log, logged)),
    }


def _memory(
    options: argparse.Namespace,
    served: Served,
    secret: str,
    probes: Mapping[SearchType, _Probes],
) -> dict[str, Any]:
    """Return the memory over many searches of both kinds; empty unless requested."""
    if not options.memory_searches:
        return {}
    return memory_over(
        served,
        [
            body
            for bodies in zip(*(p.bodies for p in probes.values()), strict=True)
            for body in bodies
        ],
        clients=options.clients,
        searches=options.memory_searches,
        connect=partial(SearchClient, served.address, secret),
    )


def _batch_plan(options: argparse.Namespace, per_second: float) -> BatchPlan:
    return BatchPlan(options.batch_searches, options.workers, options.seed, per_second)


def _against(per_second: float, rounds: Sequence[tuple[int, float]]) -> dict[str, Any]:
    threads, best = max(rounds, key=lambda one: one[1])
    return {
        "in_process_per_second": best,
        "in_process_threads": threads,
        "in_process_rounds": rounds,
        "ratio": per_second / best,
    }


def _stages(lines: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """Return p50 and p99 of each stage as the server logged them."""
    durations_ms: dict[str, list[float]] = {}
    for line in lines:
        stages: dict[str, float] = line["stages_ms"]
        rest_ms = line["duration_ms"] - sum(stages.values())
        for stage, ms in (stages | {_COMMIT: rest_ms}).items():
            durations_ms.setdefault(stage, []).append(ms)
    return {
        stage: {"p50_ms": _quantile(kept, 0.5), "p99_ms": _quantile(kept, 0.99)}
        for stage, kept in durations_ms.items()
    }


def _quantile(durations_ms: Sequence[float], share: float) -> float:
    return float(np.quantile(durations_ms, share)) if durations_ms else float("nan")
