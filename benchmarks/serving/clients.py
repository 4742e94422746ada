"""Clients that each keep one connection busy, and the calls that they make."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

import numpy as np

from benchmarks.runner import Options
from benchmarks.serving.stores import DATABASES
from data.synthetic.encoding import details_to_json
from data.synthetic.population import Population
from data.synthetic.probes import ProbePlan, make_mark, make_probe
from domain.searches import SearchType
from service.demo.wire import search_body

_TIMEOUT_S = 60.0
_Worker = TypeVar("_Worker")


@dataclass(frozen=True, slots=True)
class Load:
    """The requests of a load and their results."""

    durations_ms: list[float]
    """Of every request that succeeded."""
    errors: int
    elapsed_s: float

    @property
    def per_second(self) -> float:
        """Return the successes per second."""
        return len(self.durations_ms) / self.elapsed_s


class Connection:
    """One connection of a force; for one thread."""

    def __init__(self, address: str, secret: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=_TIMEOUT_S)
        self._headers = {
            "Authorization": f"Bearer {secret}",
            "X-Purpose": "arrest",
            "Content-Type": "application/json",
        }

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class SearchClient(Connection):
    """One connection that submits searches and batches of them; for one thread."""

    def submit(self, body: bytes) -> bool:
        """Submit one search; return whether it was accepted."""
        try:
            self._connection.request("POST", "/v1/searches", body, self._headers)
            answer = self._connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            return False
        return answer.status == http.client.CREATED

    def submit_batch(self, text: bytes) -> str:
        """Submit NDJSON, a search in each line, and return the id of the batch."""
        kind = {"Content-Type": "application/x-ndjson"}
        batch_id: str = self._accepted("POST", "/v1/search-batches", text, kind)["batch_id"]
        return batch_id

    def batch(self, batch_id: str) -> Mapping[str, Any]:
        """Return the state of a batch."""
        return self._accepted("GET", f"/v1/search-batches/{batch_id}")

    def _accepted(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        extra: Mapping[str, str] = MappingProxyType({}),
    ) -> dict[str, Any]:
        """Return the answer; raises SystemExit for a refusal."""
        self._connection.request(method, path, body, {**self._headers, **extra})
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= http.client.BAD_REQUEST:
            raise SystemExit(f"{method} {path}: {answer.status}\n{content.decode()}")
        found: dict[str, Any] = json.loads(content)
        return found


def encoded(bodies: Sequence[Mapping[str, object]]) -> list[bytes]:
    """Return encoded request bodies."""
    return [json.dumps(body).encode() for body in bodies]


def submit_for(
    seconds: float, bodies: Sequence[bytes], clients: int, connect: Callable[[], SearchClient]
) -> Load:
    """Let every client submit bodies in turn for some time."""

    def step(client: SearchClient, number: int) -> bool:
        return client.submit(bodies[number % len(bodies)])

    opened = [connect() for _ in range(clients)]
    try:
        return repeat_for(seconds, opened, step)
    finally:
        for client in opened:
            client.close()


def repeat_for(
    seconds: float, workers: Sequence[_Worker], step: Callable[[_Worker, int], bool]
) -> Load:
    """Let one thread per worker repeat a step for some time; they start together."""
    gate = threading.Barrier(len(workers))

    def work(place: int) -> tuple[list[float], int]:
        durations_ms: list[float] = []
        errors, number = 0, place
        gate.wait()
        end_ns = time.perf_counter_ns() + int(seconds * 1e9)
        while (begun_ns := time.perf_counter_ns()) < end_ns:
            if step(workers[place], number):
                durations_ms.append((time.perf_counter_ns() - begun_ns) / 1e6)
            else:
                errors += 1
            number += len(workers)
        return durations_ms, errors

    with ThreadPoolExecutor(len(workers)) as pool:
        begun_ns = time.perf_counter_ns()
        done = list(pool.map(work, range(len(workers))))
        elapsed_s = (time.perf_counter_ns() - begun_ns) / 1e9
    return Load([ms for kept, _ in done for ms in kept], sum(e for _, e in done), elapsed_s)


NAMES, ENROL = "names", "enrol"
_PATHS = {
    SearchType.TP_TP.value: "/v1/searches",
    SearchType.LT_TP.value: "/v1/searches",
    NAMES: "/v1/names-enquiries",
    ENROL: "/v1/encounters",
}
_NAMES_S = 900.0


class CallClient(Connection):
    """One connection of a force that makes calls of every kind; for one thread."""

    def post(self, kind: str, body: bytes) -> None:
        """Make a call; raises SystemExit for a refusal."""
        status, content = self._answer(kind, body)
        if status != http.client.CREATED:
            raise SystemExit(f"{_PATHS[kind]}: {status}\n{content.decode()}")

    def await_names(self, body: bytes) -> None:
        """Wait until the server has read the names; raises SystemExit when it takes too long."""
        end = time.monotonic() + _NAMES_S
        while self._answer(NAMES, body)[0] == http.client.SERVICE_UNAVAILABLE:
            if time.monotonic() > end:
                raise SystemExit("The server does not finish reading the names.")
            time.sleep(1.0)

    def _answer(self, kind: str, body: bytes) -> tuple[int, bytes]:
        self._connection.request("POST", _PATHS[kind], body, self._headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()


@dataclass(frozen=True, slots=True)
class Calls:
    """Bodies of each kind, each of another probe."""

    bodies: Mapping[str, Sequence[bytes]]
    earlier: Sequence[bytes]
    """Searches of other probes, made before the first round."""
    a_round: int

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of calls, the most usual first."""
        return tuple(self.bodies)

    def round(self, kind: str, number: int) -> Sequence[bytes]:
        """Return the bodies of a round; -1 is the last one, which is kept for meters."""
        start = number * self.a_round if number >= 0 else len(self.bodies[kind]) - self.a_round
        return self.bodies[kind][start : start + self.a_round]

    def warm(self, client: CallClient, searches: int) -> None:
        """Wait for the names, make earlier searches, and a call of each kind."""
        client.await_names(self.round(NAMES, -1)[0])
        for body in self.earlier[:searches]:
            client.post(SearchType.TP_TP.value, body)
        for kind in self.kinds:
            client.post(kind, self.round(kind, -1)[0])

    def step(self, turn: int, client: CallClient, number: int) -> bool:
        """Search in tenprints; the guard of probes refuses one that comes again too often.

        Hence all probes in turn, those of earlier searches as well.
        """
        kind = SearchType.TP_TP.value
        kept = [*self.bodies[kind], *self.earlier]
        client.post(kind, kept[(number + turn * len(kept) // 2) % len(kept)])
        return True


@dataclass(frozen=True, kw_only=True)
class ServedOptions(Options):
    """The options of `python -m benchmarks served`."""

    persons: Annotated[int, "people enrolled"] = 20_000
    against: Annotated[str, "revision of git to compare with"] = ""
    calls: Annotated[int, "calls of each kind a round"] = 40
    rounds: Annotated[int, "rounds of each code"] = 6
    seconds: Annotated[float, "with 8 clients; 0: without"] = 8.0
    databases: Annotated[str, "comma-separated"] = ",".join(DATABASES)
    seed: Annotated[int, "seed of the people"] = 51
    stores: Annotated[Path | None, "where filled stores are kept for later runs"] = None


def calls_of(options: ServedOptions) -> Calls:
    """Return the calls of a run: of three probes one is of an enrolled person."""
    population, plan = Population(options.seed), ProbePlan()
    count = (options.rounds + 1) * options.calls
    rng = np.random.default_rng(options.seed)
    people = rng.choice(options.persons, count, replace=count > options.persons).tolist()
    numbers = [
        person if at % 3 == 0 else options.persons + person for at, person in enumerate(people)
    ]
    tenprints = [make_probe(population, number, plan).probe for number in numbers]
    marks = [make_mark(population, number, plan).probe for number in numbers]
    earlier = [make_probe(population, 2 * options.persons + at, plan).probe for at in range(520)]
    return Calls(
        {
            SearchType.TP_TP.value: encoded(
                [search_body(SearchType.TP_TP, one) for one in tenprints]
            ),
            SearchType.LT_TP.value: encoded([search_body(SearchType.LT_TP, one) for one in marks]),
            NAMES: encoded([{"details": details_to_json(one.details)} for one in tenprints]),
            ENROL: encoded(
                [
                    {
                        "captured_at": "2026-01-02T03:04:05Z",
                        "impressions": search_body(SearchType.TP_TP, one)["impressions"],
                        "record": details_to_json(one.details),
                    }
                    for one in earlier[: options.calls] * (options.rounds + 1)
                ]
            ),
        },
        encoded([search_body(SearchType.TP_TP, one) for one in earlier]),
        options.calls,
    )
