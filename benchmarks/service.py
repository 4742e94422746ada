"""`python -m benchmarks service`: the served pipeline beside the same pipeline in process.

Served: `identlink serve` in separate processes, real HTTP, one token, evidence stored, the event
appended, a durable commit for every search. In process: candidates, records and scoring alone in
one process, with the best number of threads (one, or one per client). It is measured before and
after the served rounds and its best figure counts, so that the ratio does not favour the service.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from benchmarks.filling import enrol_people, people_digest, upgraded
from benchmarks.machine import quantile
from benchmarks.runner import Benchmark, Options, Result
from benchmarks.serving.batch import BatchPlan, batch_beside
from benchmarks.serving.clients import Client, Load, encoded, repeat_for, submit_for
from benchmarks.serving.report import service_tables
from benchmarks.serving.server import (
    DATABASES,
    Served,
    filled_once,
    memory_over,
    opened_database,
    place_of_store,
    requests_in,
    serving,
)
from data.synthetic.population import Population
from data.synthetic.probes import ProbePlan, SyntheticProbe, make_mark, make_probe
from domain.searches import SearchType
from service.bootstrap import Runtime, open_runtime
from service.demo.calls import issue_demo_tokens
from service.demo.wire import search_body
from service.settings import Settings, load_settings
from service.usecases.searches.weighing import weigh

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


@dataclass(frozen=True, kw_only=True)
class ServiceOptions(Options):
    """The options of `python -m benchmarks service`."""

    persons: Annotated[int, "people enrolled"] = 20_000
    clients: Annotated[int, "connections kept busy"] = 8
    processes: Annotated[int, "serving processes behind one port; 0: one, then two"] = 2
    seconds: Annotated[float, "length of each round"] = 10.0
    probes: Annotated[int, "different probes of each kind"] = 120
    databases: Annotated[str, "comma-separated"] = ",".join(DATABASES)
    memory_searches: Annotated[int, "more searches, to watch memory over"] = 0
    batch_searches: Annotated[int, "size of a batch to work as well; 0: none"] = 0
    workers: Annotated[int, "processes that work the batch"] = 2
    seed: Annotated[int, "seed of the population"] = 51
    stores: Annotated[Path | None, "where filled stores are kept for the next run"] = None


def measured(options: ServiceOptions) -> Result:
    """Return the measurements of all databases."""
    probes = {kind: _probes(options, kind) for kind in SEARCHES}
    found: dict[str, _Measured] = {}
    for database in options.databases.split(","):
        with place_of_store(options.stores, database, options.persons, options.seed) as place:
            found[database] = _measure(options, database, place, probes)
    return {
        "persons": options.persons,
        "enrolled_people_per_second": {n: one.enrolled_per_second for n, one in found.items()},
        "rows": [row for one in found.values() for row in one.rows],
        "memory": {name: one.memory for name, one in found.items() if one.memory},
        "batches": [{"database": name} | one.batch for name, one in found.items() if one.batch],
    }


def _probes(options: ServiceOptions, kind: SearchType) -> _Probes:
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
    options: ServiceOptions,
    database: str,
    directory: Path,
    probes: Mapping[SearchType, _Probes],
) -> _Measured:
    """Return the measurements of one database."""
    kept = options.stores is not None
    with opened_database(database, directory / "database", is_kept=kept) as address:
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
            connect = partial(Client, served.address, secret)
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
    options: ServiceOptions,
    served: Served,
    processes: int,
    secret: str,
    probes: Mapping[SearchType, _Probes],
) -> dict[tuple[int, SearchType], dict[str, Any]]:
    """Return the results of a round of each kind over HTTP, by number of serving processes."""
    return {(processes, kind): _served(options, served, secret, probes[kind]) for kind in SEARCHES}


def _enrol(options: ServiceOptions, settings: Settings) -> float:
    """Enrol the population; return the people enrolled per second."""
    with upgraded(settings) as runtime:
        per_second = enrol_people(runtime, Population(options.seed), options.persons)
        runtime.services.gallery.index.compact()
    return per_second


def _in_process_rounds(
    options: ServiceOptions, settings: Settings, probes: Mapping[SearchType, _Probes]
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
    options: ServiceOptions,
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
    options: ServiceOptions, served: Served, secret: str, probes: _Probes
) -> dict[str, Any]:
    """Return the result of one round over HTTP."""
    connect = partial(Client, served.address, secret)
    submit_for(_WARM_UP_S, probes.bodies, options.clients, connect)
    logged, memory, cpu_s = served.log.stat().st_size, served.private_bytes(), served.cpu_s()
    load = submit_for(options.seconds, probes.bodies, options.clients, connect)
    return {
        "searches_per_second": load.per_second,
        "p50_ms": quantile(load.durations_ms, 0.5),
        "p99_ms": quantile(load.durations_ms, 0.99),
        "errors": load.errors,
        "searches": len(load.durations_ms),
        "server_cpu_share": (served.cpu_s() - cpu_s) / load.elapsed_s,
        "private_mb_before": memory / 1e6,
        "private_mb_after": served.private_bytes() / 1e6,
        "stages": _stages(requests_in(served.log, logged)),
    }


def _memory(
    options: ServiceOptions,
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
        connect=partial(Client, served.address, secret),
    )


def _batch_plan(options: ServiceOptions, per_second: float) -> BatchPlan:
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
        stage: {"p50_ms": quantile(kept, 0.5), "p99_ms": quantile(kept, 0.99)}
        for stage, kept in durations_ms.items()
    }


main = Benchmark(
    name="service",
    options=ServiceOptions,
    measure=measured,
    show=service_tables,
    digest=lambda options: people_digest(options.persons, options.seed),
).main
