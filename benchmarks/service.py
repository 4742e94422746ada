"""The served pipeline compared with the same in one process: `python -m benchmarks service`.

Served: `identlink serve` in separate processes, with real HTTP, one token, evidence stored, the
event appended, and a durable commit for every search. In process: only candidates, records and
scoring in one process, with the best number of threads (one, or one for each client). The
in-process pipeline is measured before and after the served rounds and its best figure counts, so
that the ratio does not favour the service.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, product
from pathlib import Path
from typing import Annotated, Any

from benchmarks.filling import enrol_people, mixed_probes, people_digest, upgraded
from benchmarks.machine import quantile
from benchmarks.runner import Benchmark, Options, Result
from benchmarks.serving import server
from benchmarks.serving.batch import batch_beside
from benchmarks.serving.clients import Client, encoded, repeat_for, submit_for
from benchmarks.serving.report import service_tables
from data.synthetic.population import Population
from domain.searches.searches import Probe, SearchType
from service.bootstrap.runtime import open_runtime
from service.demo.calls import issue_demo_tokens, search_body
from service.settings import Settings, load_settings
from service.usecases.searches.weighing import weigh

KINDS = (SearchType.TP_TP, SearchType.LT_TP)
Probes = Mapping[SearchType, Sequence[Probe]]
_WARM_UP_S = 3.0
_COMMIT = "rest"
"""The rest of a request: HTTP, authentication, evidence, log and the durable commit."""


@dataclass(frozen=True, kw_only=True)
class ServiceOptions(Options):
    """The options of `python -m benchmarks service`."""

    persons: Annotated[int, "people enrolled"] = 20_000
    clients: Annotated[int, "connections kept busy"] = 8
    processes: Annotated[int, "serving processes behind one port; 0: one, then two"] = 2
    seconds: Annotated[float, "length of each round"] = 10.0
    probes: Annotated[int, "different probes of each kind"] = 120
    databases: Annotated[str, "comma-separated"] = ",".join(server.DATABASES)
    memory_searches: Annotated[int, "more searches, to watch memory over"] = 0
    batch_searches: Annotated[int, "size of a batch to work as well; 0: none"] = 0
    workers: Annotated[int, "processes that work the batch"] = 2
    seed: Annotated[int, "seed of the population"] = 51
    stores: Annotated[Path | None, "where filled stores are kept for the next run"] = None


def measured(options: ServiceOptions) -> Result:
    """Return the measurements of all databases."""
    population, mix = Population(options.seed), (options.persons, options.probes, options.seed)
    probes = {kind: [one.probe for one in mixed_probes(population, kind, *mix)] for kind in KINDS}
    result: Result = {
        "persons": options.persons,
        "rows": [],
        "memory": {},
        "batches": [],
    }
    for database in options.databases.split(","):
        with server.place_of_store(
            options.stores, database, options.persons, options.seed
        ) as place:
            _measure(options, database, place, probes, result)
    return result


def _measure(
    options: ServiceOptions, database: str, directory: Path, probes: Probes, result: Result
) -> None:
    """Add the measurements of one database to the result."""
    kept = options.stores is not None
    with server.opened_database(database, directory / "database", is_kept=kept) as address:
        settings = load_settings(store=directory / "store", database_url=address)
        server.filled_once(directory, lambda: _enrol(options, settings))
        with open_runtime(settings) as runtime:
            secret = issue_demo_tokens(runtime)["force:west-yorkshire"]
        in_process = _in_process_rounds(options, settings, probes)
        counts = (1, 2) if options.processes == 0 else (options.processes,)
        rounds: dict[tuple[int, SearchType], Result] = {}
        for count in counts:
            with server.serving(settings, count) as served:
                site = _Site(options, served, partial(Client, served.address, secret), probes)
                rounds |= {(count, kind): site.round(kind) for kind in KINDS}
                if count == counts[-1]:
                    per_second = rounds[count, SearchType.TP_TP]["searches_per_second"]
                    site.at_length(settings, database, per_second, result)
        for kind, further in _in_process_rounds(options, settings, probes).items():
            in_process[kind] += further
    for (count, kind), found in rounds.items():
        row = {"database": database, "search": kind.value, "clients": options.clients}
        against = _against(found["searches_per_second"], in_process[kind])
        result["rows"].append(row | {"processes": count} | found | against)


def _enrol(options: ServiceOptions, settings: Settings) -> None:
    with upgraded(settings) as runtime:
        enrol_people(runtime, Population(options.seed), options.persons)
        runtime.services.gallery.index.compact()


def _in_process_rounds(
    options: ServiceOptions, settings: Settings, probes: Probes
) -> dict[SearchType, list[tuple[int, float]]]:
    """Return (threads, searches per second) for each round in process."""
    found: dict[SearchType, list[tuple[int, float]]] = {kind: [] for kind in KINDS}
    with open_runtime(settings) as runtime:
        for kind, threads in product(KINDS, sorted({1, options.clients})):

            def step(_worker: int, number: int, kind: SearchType = kind) -> bool:
                weigh(runtime.services, kind, probes[kind][number % len(probes[kind])])
                return True

            repeat_for(_WARM_UP_S, range(threads), step)
            load = repeat_for(options.seconds / 2, range(threads), step)
            found[kind].append((threads, load.per_second))
    return found


@dataclass(frozen=True, slots=True)
class _Site:
    """A served store, and the clients that search it."""

    options: ServiceOptions
    served: server.Served
    connect: Callable[[], Client]
    probes: Probes

    def bodies(self, kind: SearchType) -> list[bytes]:
        """Return the searches of one kind, as clients send them."""
        return encoded([search_body(kind, one) for one in self.probes[kind]])

    def round(self, kind: SearchType) -> Result:
        """Return the result of one round over HTTP."""
        options, served = self.options, self.served
        submit = partial(
            submit_for, bodies=self.bodies(kind), clients=options.clients, connect=self.connect
        )
        submit(_WARM_UP_S)
        logged, memory, cpu_s = served.log.stat().st_size, served.private_bytes(), served.cpu_s()
        load = submit(options.seconds)
        return {
            "searches_per_second": load.per_second,
            "p50_ms": quantile(load.durations_ms, 0.5),
            "p99_ms": quantile(load.durations_ms, 0.99),
            "errors": load.errors,
            "searches": len(load.durations_ms),
            "server_cpu_share": (served.cpu_s() - cpu_s) / load.elapsed_s,
            "private_mb_before": memory / 1e6,
            "private_mb_after": served.private_bytes() / 1e6,
            "stages": _stages(server.requests_in(served.log, logged)),
        }

    def at_length(
        self, settings: Settings, database: str, per_second: float, result: Result
    ) -> None:
        """Add the memory over many searches of both kinds, and a batch, if requested."""
        options, tenprints = self.options, self.bodies(SearchType.TP_TP)
        if options.memory_searches:
            both = zip(tenprints, self.bodies(SearchType.LT_TP), strict=True)
            submit = partial(
                submit_for,
                bodies=list(chain.from_iterable(both)),
                clients=options.clients,
                connect=self.connect,
            )
            found = server.memory_over(self.served, submit, options.memory_searches)
            result["memory"][database] = found
        if options.batch_searches:
            asked = (options.batch_searches, options.workers, options.seed)
            found = batch_beside(settings, *asked, tenprints, self.connect)
            ratio = found["batch_searches_per_second"] / per_second
            beside = {"interactive_searches_per_second": per_second, "ratio": ratio}
            result["batches"].append({"database": database} | found | beside)


def _against(per_second: float, rounds: Sequence[tuple[int, float]]) -> Result:
    threads, best = max(rounds, key=lambda one: one[1])
    return {
        "in_process_per_second": best,
        "in_process_threads": threads,
        "in_process_rounds": rounds,
        "ratio": per_second / best,
    }


def _stages(lines: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """Return p50 and p99 of each stage from the server's log."""
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
    measure=measured,
    show=service_tables,
    digest=lambda options: people_digest(options.persons, options.seed),
).main
