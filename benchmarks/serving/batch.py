"""A batch together with interactive searches that arrive at given times: how fast is the batch,
and how long do the searches wait?
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from queue import SimpleQueue
from typing import Any

import numpy as np

from benchmarks.serving.clients import Client, Load
from benchmarks.serving.server import working
from service.settings import Settings

ARRIVALS_PER_SECOND = 4.0
"""Rate of interactive searches, at random times: a tenth of the service's capacity."""

IDLE_S = 60.0
"""How long interactive searches are measured without the batch: 240 searches, enough for a p99."""

_BATCHES = "/v1/search-batches"
_LOOK_S = 2.0
_STALLED_S = 120.0


def batch_beside(
    settings: Settings,
    searches: int,
    workers: int,
    seed: int,
    bodies: Sequence[bytes],
    connect: Callable[[], Client],
) -> dict[str, Any]:
    """Return the figures for a batch of so many searches, and for the searches at the same time.

    Raises SystemExit if the batch is not accepted, or makes no progress for a long time.
    """
    text = b"\n".join(bodies[number % len(bodies)] for number in range(searches))
    with working(settings, workers):
        idle = arrive(_instants_s(seed, IDLE_S), bodies, connect, threading.Event())
        standing, beside = _worked(text, seed, bodies, connect)
    submitted_at, finished_at = (
        datetime.fromisoformat(standing[name]) for name in ("submitted_at", "finished_at")
    )
    elapsed_s = (finished_at - submitted_at).total_seconds()
    return {
        "batch_searches": searches,
        "batch_not_done": standing["lines"] - standing["done"],
        "workers": workers,
        "batch_searches_per_second": standing["done"] / elapsed_s,
        "arrivals_per_second": ARRIVALS_PER_SECOND,
        **_waited("idle", idle),
        **_waited("beside", beside),
    }


def _worked(
    text: bytes, seed: int, bodies: Sequence[bytes], connect: Callable[[], Client]
) -> tuple[Mapping[str, Any], Load]:
    """Submit a batch; return its final state, and the load that arrived in the meantime."""
    stopping, client = threading.Event(), connect()
    with ThreadPoolExecutor(1) as aside:
        batch_id = client.accepted(_BATCHES, text, "application/x-ndjson")["batch_id"]
        beside = aside.submit(arrive, _instants_s(seed), bodies, connect, stopping)
        try:
            standing = _finished(client, batch_id)
        finally:
            stopping.set()
            client.close()
        return standing, beside.result()


def _instants_s(seed: int, end_s: float = float("inf")) -> Iterator[float]:
    rng, instant_s = np.random.default_rng(seed), 0.0
    while (instant_s := instant_s + rng.exponential(1 / ARRIVALS_PER_SECOND)) < end_s:
        yield instant_s


def _waited(name: str, load: Load) -> dict[str, Any]:
    return {
        f"interactive_{name}_searches": len(load.durations_ms),
        f"interactive_{name}_errors": load.errors,
        **{
            f"interactive_p{percent}_{name}_ms": float(np.percentile(load.durations_ms, percent))
            for percent in (50, 99)
            if load.durations_ms
        },
    }


def _finished(client: Client, batch_id: str) -> Mapping[str, Any]:
    """Wait until no line is left; return the state of the batch."""
    settled, moved = 0, time.monotonic()
    while True:
        standing = client.accepted(f"{_BATCHES}/{batch_id}")
        if standing["finished_at"]:
            return standing
        now = standing["lines"] - standing["waiting"] - standing["working"]
        if now > settled:
            settled, moved = now, time.monotonic()
        if time.monotonic() - moved > _STALLED_S:
            raise SystemExit("The batch makes no progress: check that the workers are running.")
        time.sleep(_LOOK_S)


_CLIENTS = 16
"""Number of connections. If all are busy a search waits, which counts in its duration."""

FRESH_S = 2.0
"""A connection idle for longer is reopened: the server closes it after five seconds."""


def arrive(
    instants_s: Iterable[float],
    bodies: Sequence[bytes],
    connect: Callable[[], Client],
    stopping: threading.Event,
) -> Load:
    """Submit a search at each instant until stopped.

    The instants are seconds from now, ascending. A duration counts from the instant at which the
    search was due, so it includes any wait for a connection.
    """
    due: SimpleQueue[tuple[int, float] | None] = SimpleQueue()
    begun = time.perf_counter()

    def work() -> tuple[list[float], int]:
        durations_ms: list[float] = []
        errors, client = 0, connect()
        used = time.perf_counter()
        while (one := due.get()) is not None:
            number, instant_s = one
            if time.perf_counter() - used > FRESH_S:
                client.close()
            used = time.perf_counter()
            if client.submit(bodies[number % len(bodies)]):
                durations_ms.append((time.perf_counter() - begun - instant_s) * 1e3)
            else:
                errors += 1
        client.close()
        return durations_ms, errors

    with ThreadPoolExecutor(_CLIENTS) as pool:
        working = [pool.submit(work) for _ in range(_CLIENTS)]
        try:
            for number, instant_s in enumerate(instants_s):
                if stopping.wait(max(0.0, instant_s - (time.perf_counter() - begun))):
                    break
                due.put((number, instant_s))
        finally:
            # Also when stopped, because the pool waits for all threads that wait for work.
            for _ in working:
                due.put(None)
        done = [one.result() for one in working]
    elapsed_s = time.perf_counter() - begun
    return Load.of(done, elapsed_s)
