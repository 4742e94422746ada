"""An open load: searches are sent when due, whether or not earlier ones were answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

from benchmarks.serving.clients import Load, SearchClient

_CLIENTS = 16
"""Connections; a search that finds all of them busy waits, and its duration includes the wait."""

FRESH_S = 2.0
"""A connection idle for longer is reopened: the server ends it after five seconds."""


def arrive(
    instants_s: Iterable[float],
    bodies: Sequence[bytes],
    connect: Callable[[], SearchClient],
    stopping: threading.Event,
) -> Load:
    """Submit a search at each instant until told to stop.

    The instants are seconds from now, ascending. A duration counts from the instant at which its
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
        for number, instant_s in enumerate(instants_s):
            if stopping.wait(max(0.0, instant_s - (time.perf_counter() - begun))):
                break
            due.put((number, instant_s))
        for _ in working:
            due.put(None)
        done = [one.result() for one in working]
    elapsed_s = time.perf_counter() - begun
    return Load([ms for kept, _ in done for ms in kept], sum(e for _, e in done), elapsed_s)
