"""The processor time of a served call, by stage: `python -m benchmarks served`.

Measures searches, names enquiries and enrolments over real HTTP. `identlink serve` runs in a
separate process with its default settings, so the check for repeated probes is on and compares
each probe with 500 earlier ones. Trial searches are off, because they belong to no call. The
processor time is that of the serving process and of the database. With `--against REV`, the code
of another revision serves a copy of the same store, and the two take turns. That revision fills
the store, and newer code prepares for each enquiry the records that it does not keep prepared.
With `--apart`, each code fills its own store.

Stages are measured in further rounds, by meters in the serving process. `rest` is the time outside
all stages: HTTP, routing, units of work, and the log of requests.
"""

import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import Annotated, Any

from benchmarks.filling import people_digest
from benchmarks.machine import one_thread_each
from benchmarks.runner import Benchmark, Options, Result
from benchmarks.serving.clients import Calls, Client, call, calls_of, load_for
from benchmarks.serving.report import served_tables
from benchmarks.serving.server import (
    DATABASES,
    HERE,
    ServedTree,
    Tree,
    checkout,
    filled_once,
    opened_database,
    place_of_store,
)

_BEFORE = 520
"""Searches before the first round, so that the check for repeated probes has its most sketches."""
_CLIENTS = 8
_BEHIND_S = 2.5
"""How long a process is left after a round while its time still counts. It does work for searches
in the background every two seconds, and that work belongs to the searches."""
_IDLE_S = 10.0
"""How long processes are watched without calls. What they do then is subtracted."""


@dataclass(frozen=True, kw_only=True)
class ServedOptions(Options):
    """The options of `python -m benchmarks served`."""

    persons: Annotated[int, "people enrolled"] = 20_000
    against: Annotated[str, "revision of git to compare with"] = ""
    through: Annotated[str, "revision that upgrades an old store first"] = ""
    apart: Annotated[bool, "each code fills its own store, as in a new office"] = False
    calls: Annotated[int, "calls of each kind a round"] = 40
    rounds: Annotated[int, "rounds of each code"] = 6
    seconds: Annotated[float, "with 8 clients; 0: without"] = 8.0
    databases: Annotated[str, "comma-separated"] = ",".join(DATABASES)
    seed: Annotated[int, "seed of the people"] = 51
    stores: Annotated[Path | None, "where filled stores are kept for later runs"] = None


def measured(options: ServedOptions) -> Result:
    """Return the rows for all databases."""
    rows: list[Result] = []
    with ExitStack() as held:
        held.enter_context(one_thread_each())
        other = held.enter_context(checkout(options.against)) if options.against else None
        calls = calls_of(
            options.persons, options.seed, a_round=options.calls, rounds=options.rounds
        )
        for database in options.databases.split(","):
            with place_of_store(options.stores, database, options.persons, options.seed) as place:
                rows += _measured(options, database, place, other, calls)
    return {
        "persons": options.persons,
        "against": options.against,
        "guard_of_probes": True,
        "rows": rows,
    }


def _measured(
    options: ServedOptions, database: str, place: Path, other: Path | None, calls: Calls
) -> Iterator[Result]:
    """Yield the result rows for one of the databases measured."""
    with _trees(options, database, place, other) as trees:
        if options.through:
            with checkout(options.through) as between:
                replace(trees[0], path=between).run("open")
        secrets = {tree.name: tree.run("open") for tree in trees}
        with ExitStack() as held:
            served = [held.enter_context(tree.serving()) for tree in trees]
            spent = _Turns(options, served, secrets, calls).rows()
        stages = {tree.name: _stages(tree, secrets[tree.name], calls) for tree in trees}
    for kind in calls.kinds:
        rows: list[Result] = []
        for tree in trees:
            row, told = spent[tree.name, kind], stages[tree.name][kind]
            rest = max(0.0, row["cpu_ms"] - sum(told.values()))
            head = {"database": database, "search": kind, "code": tree.name}
            rows.append(head | row | {"stages": told | {"rest": rest}})
        if len(rows) > 1:
            _compare(*rows)
        yield from rows


def _compare(here: Result, other: Mapping[str, Any]) -> None:
    both = [one["cpu_ms"] + one["database_cpu_ms"] for one in (here, other)]
    here["cpu_ratio"] = both[0] / both[1]
    here["round_ratios"] = [
        own / others for own, others in zip(here["rounds_ms"], other["rounds_ms"], strict=True)
    ]
    if other["per_second"]:
        here["per_second_ratio"] = here["per_second"] / other["per_second"]


@contextmanager
def _trees(
    options: ServedOptions, database: str, place: Path, other: Path | None
) -> Iterator[list[Tree]]:
    """Yield both versions of the code, each with its own copy of one store and its database.

    The older code fills the store, because newer code can upgrade its schema.
    """
    filled = other or HERE
    with _tree("filled", filled, place, database) as first:
        filled_once(place, lambda: _fill(options, first))
    named = {"here": HERE} | ({"other": other} if other else {})
    with ExitStack() as held:
        trees = []
        for name, path in named.items():
            own = place / name
            held.callback(shutil.rmtree, own, ignore_errors=True)
            shutil.rmtree(own, ignore_errors=True)
            is_own = options.apart and path != filled
            if not is_own:
                # With its owners: for root, PostgreSQL runs under another account.
                subprocess.run(["cp", "-a", place / "filled", own], check=True)  # noqa: S603, S607
            trees.append(held.enter_context(_tree(name, path, place, database)))
            if is_own:
                _fill(options, trees[-1])
        yield trees


@contextmanager
def _tree(name: str, path: Path, place: Path, database: str) -> Iterator[Tree]:
    """Yield a version of the code with its store, while its database runs."""
    own = place / name
    own.mkdir(exist_ok=True)
    with opened_database(database, own / "database", is_kept=True) as address:
        yield Tree(name, path, own / "store", address)


def _fill(options: ServedOptions, tree: Tree) -> None:
    """Fill a store, and let PostgreSQL do now what it would do during the measured calls."""
    tree.run("fill", str(options.persons), str(options.seed))
    if tree.database_url is not None:
        import psycopg  # noqa: PLC0415 - only for PostgreSQL

        with psycopg.connect(tree.database_url, autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE)")
            connection.execute("CHECKPOINT")


@dataclass(slots=True)
class _Turns:
    """Servers of both versions of the code, called in turns in changing order."""

    options: ServedOptions
    served: Sequence[ServedTree]
    secrets: Mapping[str, str]
    calls: Calls
    idle: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Processor milliseconds per second of each server, and of its database, without calls."""

    def rows(self) -> dict[tuple[str, str], Result]:
        """Return the processor time of a call, by code and kind, as medians over rounds."""
        for one in self.served:
            with closing(self._client(one)) as client:
                self.calls.warm(client, _BEFORE)
        self._rest()
        spent: dict[tuple[str, str], list[tuple[float, float]]] = {}
        for number, kind in product(range(self.options.rounds), self.calls.kinds):
            bodies = self.calls.round(kind, number)
            for one in self.served[:: 1 if number % 2 else -1]:
                took = self._cpu_ms(one, kind, bodies)
                each = took[0] / len(bodies), took[1] / len(bodies)
                spent.setdefault((one.tree.name, kind), []).append(each)
        rows = {key: _row(rounds) for key, rounds in spent.items()}
        for one in self.served:
            memory, name = one.memory_mb(), one.tree.name
            for kind in self.calls.kinds:
                rest = {"memory": memory, "idle_ms_per_s": list(self.idle[name])}
                rows[name, kind] |= rest | {"per_second": 0.0}
        for name, per_second in self._throughput().items():
            rows[name, self.calls.kinds[0]]["per_second"] = per_second
        return rows

    def _client(self, one: ServedTree) -> Client:
        return Client(one.address, self.secrets[one.tree.name])

    def _rest(self) -> None:
        """Measure servers and databases without calls."""
        time.sleep(_BEHIND_S)
        before = [one.cpu_ms() for one in self.served]
        time.sleep(_IDLE_S)
        for one, (own, database) in zip(self.served, before, strict=True):
            now = one.cpu_ms()
            self.idle[one.tree.name] = (now[0] - own) / _IDLE_S, (now[1] - database) / _IDLE_S

    def _cpu_ms(self, one: ServedTree, kind: str, bodies: Sequence[bytes]) -> tuple[float, float]:
        """Return the milliseconds of the server and of the database, minus their idle time."""
        begun, before = time.monotonic(), one.cpu_ms()
        with closing(self._client(one)) as client:
            for body in bodies:
                call(client, kind, body)
            time.sleep(_BEHIND_S)
        after, took_s = one.cpu_ms(), time.monotonic() - begun
        own, database = (
            b - a - rate * took_s
            for a, b, rate in zip(before, after, self.idle[one.tree.name], strict=True)
        )
        return own, max(0.0, database)

    def _throughput(self) -> dict[str, float]:
        """Return searches per second with eight busy clients, in two halves, in turns."""
        if not self.options.seconds:
            return {}
        done = {one.tree.name: [0, 0.0] for one in self.served}
        for turn in range(2):
            for one in self.served[:: -1 if turn else 1]:
                step = partial(self.calls.step, turn)
                connect = partial(self._client, one)
                load = load_for(self.options.seconds / 2, _CLIENTS, connect, step)
                done[one.tree.name][0] += len(load.durations_ms)
                done[one.tree.name][1] += load.elapsed_s
        return {name: answered / elapsed_s for name, (answered, elapsed_s) in done.items()}


def _row(rounds: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Return the medians over rounds."""
    server, database = (sorted(one) for one in zip(*rounds, strict=True))
    middle = len(rounds) // 2
    return {
        "cpu_ms": server[middle],
        "database_cpu_ms": database[middle],
        "rounds_ms": [sum(one) for one in rounds],
    }


def _stages(tree: Tree, secret: str, calls: Calls) -> dict[str, dict[str, float]]:
    """Return the milliseconds of each stage for one call, by kind."""
    with tree.serving(metered=True) as served:
        client = Client(served.address, secret)
        calls.warm(client, 40)
        found = {}
        for kind in calls.kinds:
            bodies = calls.round(kind, -1)
            before = served.stages_ms()
            for body in bodies:
                call(client, kind, body)
            after = served.stages_ms()
            found[kind] = {
                stage: (spent - before.get(stage, 0.0)) / len(bodies)
                for stage, spent in after.items()
                if spent > before.get(stage, 0.0)
            }
    return found


main = Benchmark(
    measure=measured,
    show=served_tables,
    digest=lambda options: people_digest(options.persons, options.seed),
).main
