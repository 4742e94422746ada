"""Clients that each keep one connection busy, and the calls that they make."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

import numpy as np

from data.synthetic.population import Population, ProbePlan, make_mark, make_probe
from domain.searches.searches import SearchType
from service.demo.calls import details_body, search_body

_TIMEOUT_S = 60.0
_Worker = TypeVar("_Worker")


@dataclass(frozen=True, slots=True)
class Load:
    """The requests of a load, and their results."""

    durations_ms: list[float]
    """Durations of all requests that succeeded."""
    errors: int
    elapsed_s: float

    @classmethod
    def of(cls, done: Sequence[tuple[list[float], int]], elapsed_s: float) -> Load:
        """Return the load of all workers; `done`: durations and number of errors of each."""
        return cls([ms for kept, _ in done for ms in kept], sum(e for _, e in done), elapsed_s)

    @property
    def per_second(self) -> float:
        """The number of successful requests per second."""
        return len(self.durations_ms) / self.elapsed_s


class Client:
    """One connection of a force. Use it in one thread only."""

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

    def answer(
        self, path: str, body: bytes | None = None, media_type: str = "application/json"
    ) -> tuple[int, bytes]:
        """Post a body, or make a GET request if there is none; return status and content."""
        headers = self._headers | {"Content-Type": media_type}
        self._connection.request("GET" if body is None else "POST", path, body, headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def accepted(
        self, path: str, body: bytes | None = None, media_type: str = "application/json"
    ) -> dict[str, Any]:
        """Return the answer to a call. Raises SystemExit if the call is refused."""
        status, content = self.answer(path, body, media_type)
        if status >= http.client.BAD_REQUEST:
            raise SystemExit(f"{path}: {status}\n{content.decode()}")
        found: dict[str, Any] = json.loads(content)
        return found

    def submit(self, body: bytes) -> bool:
        """Submit one search; return whether it was accepted."""
        try:
            return self.answer("/v1/searches", body)[0] == http.client.CREATED
        except (OSError, http.client.HTTPException):
            self._connection.close()
            return False


def encoded(bodies: Sequence[Mapping[str, object]]) -> list[bytes]:
    """Return encoded request bodies."""
    return [json.dumps(body).encode() for body in bodies]


def submit_for(
    seconds: float, bodies: Sequence[bytes], clients: int, connect: Callable[[], Client]
) -> Load:
    """Let every client submit bodies in turn for some time."""

    def step(client: Client, number: int) -> bool:
        return client.submit(bodies[number % len(bodies)])

    return load_for(seconds, clients, connect, step)


def load_for(
    seconds: float,
    clients: int,
    connect: Callable[[], Client],
    step: Callable[[Client, int], bool],
) -> Load:
    """Let this many clients repeat a step for some time, each over its own connection."""
    with ExitStack() as held:
        opened = [held.enter_context(closing(connect())) for _ in range(clients)]
        return repeat_for(seconds, opened, step)


def repeat_for(
    seconds: float, workers: Sequence[_Worker], step: Callable[[_Worker, int], bool]
) -> Load:
    """Let one thread for each worker repeat a step for some time. The threads start together."""
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
    return Load.of(done, elapsed_s)


NAMES, ENROL = "names", "enrol"
_PATHS = {
    SearchType.TP_TP.value: "/v1/searches",
    SearchType.LT_TP.value: "/v1/searches",
    NAMES: "/v1/names-enquiries",
    ENROL: "/v1/encounters",
}
_NAMES_S = 900.0


def call(client: Client, kind: str, body: bytes) -> None:
    """Make a call of this kind. Raises SystemExit if the call is refused."""
    status, content = client.answer(_PATHS[kind], body)
    if status != http.client.CREATED:
        raise SystemExit(f"{_PATHS[kind]}: {status}\n{content.decode()}")


def _await_names(client: Client, body: bytes) -> None:
    """Wait until the server has loaded the names. Raises SystemExit if this takes too long."""
    end = time.monotonic() + _NAMES_S
    while client.answer(_PATHS[NAMES], body)[0] == http.client.SERVICE_UNAVAILABLE:
        if time.monotonic() > end:
            raise SystemExit("The server has not finished loading the names: see its log.")
        time.sleep(1.0)


@dataclass(frozen=True, slots=True)
class Calls:
    """Bodies of each kind of call, each with a different probe."""

    bodies: Mapping[str, Sequence[bytes]]
    earlier: Sequence[bytes]
    """Searches with other probes, which are made before the first round."""
    a_round: int

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of calls, the most common first."""
        return tuple(self.bodies)

    def round(self, kind: str, number: int) -> Sequence[bytes]:
        """Return the bodies of a round. -1 is the last round, which is kept for the meters."""
        start = number * self.a_round if number >= 0 else len(self.bodies[kind]) - self.a_round
        return self.bodies[kind][start : start + self.a_round]

    def warm(self, client: Client, searches: int) -> None:
        """Wait until the names are loaded, then repeat searches and make a call of each kind."""
        _await_names(client, self.round(NAMES, -1)[0])
        for body in self.earlier[:searches]:
            call(client, SearchType.TP_TP.value, body)
        for kind in self.kinds:
            call(client, kind, self.round(kind, -1)[0])

    def step(self, turn: int, client: Client, number: int) -> bool:
        """Search tenprints. The service refuses a probe that is repeated too often.

        Therefore all probes are used in turn, including those of earlier searches.
        """
        kind = SearchType.TP_TP.value
        kept = [*self.bodies[kind], *self.earlier]
        call(client, kind, kept[(number + turn * len(kept) // 2) % len(kept)])
        return True


def calls_of(persons: int, seed: int, *, a_round: int, rounds: int) -> Calls:
    """Return the calls of a run. One of three probes is of an enrolled person."""
    population, plan = Population(seed), ProbePlan()
    count = (rounds + 1) * a_round
    rng = np.random.default_rng(seed)
    people = rng.choice(persons, count, replace=count > persons).tolist()
    numbers = [person if at % 3 == 0 else persons + person for at, person in enumerate(people)]
    tenprints = [make_probe(population, number, plan).probe for number in numbers]
    marks = [make_mark(population, number, plan).probe for number in numbers]
    earlier = [make_probe(population, 2 * persons + at, plan).probe for at in range(520)]
    return Calls(
        {
            SearchType.TP_TP.value: encoded(
                [search_body(SearchType.TP_TP, one) for one in tenprints]
            ),
            SearchType.LT_TP.value: encoded([search_body(SearchType.LT_TP, one) for one in marks]),
            NAMES: encoded([{"details": details_body(one.details)} for one in tenprints]),
            ENROL: encoded(
                [
                    {
                        "captured_at": "2026-01-02T03:04:05Z",
                        "impressions": search_body(SearchType.TP_TP, one)["impressions"],
                        "record": details_body(one.details),
                    }
                    for one in earlier[:a_round] * (rounds + 1)
                ]
            ),
        },
        encoded([search_body(SearchType.TP_TP, one) for one in earlier]),
        a_round,
    )
