"""Clients that each keep one connection busy, as cheap as the standard library makes them."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.parse import urlsplit

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
