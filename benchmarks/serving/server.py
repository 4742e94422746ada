"""The service as separate processes: the log of its requests, and its memory over searches."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import anonymous_bytes
from benchmarks.serving.clients import SearchClient, submit_for
from benchmarks.serving.trees import family, process_cpu_ms, started
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Served:
    """A running server: its address, process and log.

    Its usage is that of all its processes, the supervising one included.
    """

    address: str
    pid: int
    log: Path

    def private_bytes(self) -> int:
        """Return the anonymous memory of the processes."""
        return sum(map(anonymous_bytes, family(self.pid)))

    def cpu_s(self) -> float:
        """Return the processor time they have used so far."""
        return sum(map(process_cpu_ms, family(self.pid))) / 1e3


@contextmanager
def serving(settings: Settings, processes: int = 1) -> Iterator[Served]:
    """Run `identlink serve` over a store until the context ends."""
    log = settings.store / "serve.log"
    command = ("serve", "--port", "0", "--processes", str(processes))
    with _started(settings, command, log) as (process, said):
        yield Served(str(said["address"]), process.pid, log)


@contextmanager
def working(settings: Settings, count: int) -> Iterator[None]:
    """Run this many `identlink worker` processes over a store until the context ends."""
    with ExitStack() as stack:
        for number in range(1, count + 1):
            log = settings.store / f"worker-{number}.log"
            stack.enter_context(_started(settings, ("worker",), log))
        yield


def _started(
    settings: Settings, command: Sequence[str], log: Path
) -> AbstractContextManager[tuple[subprocess.Popen[bytes], Mapping[str, object]]]:
    """Run a command over a store until the context ends; yield it with its ready message."""
    ours = [sys.executable, "-m", "service", *command, "--json"]
    return started(ours, os.environ | _environment(settings), log)


def _environment(settings: Settings) -> dict[str, str]:
    # One caller makes all the load and repeats its probes, so the limits are lifted. There are no
    # names enquiries, and reading names would take the first minute of the load.
    given = {
        "IDENTLINK_STORE": str(settings.store),
        "IDENTLINK_REQUESTS_PER_MINUTE": "0",
        "IDENTLINK_PROBE_ATTEMPTS": "0",
        "IDENTLINK_NAMES_AT_START": "false",
    }
    if settings.database_url is not None:
        given["IDENTLINK_DATABASE_URL"] = settings.database_url.get_secret_value()
    return given


def requests_in(log: Path, begin: int) -> Iterator[Mapping[str, object]]:
    """Yield the canonical lines of searches that the log has from byte `begin` on."""
    with log.open("rb") as stream:
        stream.seek(begin)
        for line in stream:
            fields = json.loads(line)
            if fields.get("event") == "request" and fields.get("route") == "/v1/searches":
                yield fields


_ROUND_S = 5.0
_SETTLING = 0.2
"""The first share of the samples, left out of the slope while caches fill."""


def memory_over(
    served: Served,
    bodies: Sequence[bytes],
    *,
    clients: int,
    searches: int,
    connect: Callable[[], SearchClient],
) -> dict[str, Any]:
    """Submit at least so many searches and return the private memory sampled on the way.

    `slope_bytes_per_search` is the least-squares line through the samples after the first fifth.
    """
    samples = [(0, served.private_bytes())]
    errors = 0
    while samples[-1][0] < searches and errors <= searches:
        load = submit_for(_ROUND_S, bodies, clients, connect)
        errors += load.errors
        samples.append((samples[-1][0] + len(load.durations_ms), served.private_bytes()))
    return {
        "searches": samples[-1][0],
        "errors": errors,
        "samples": samples,
        "slope_bytes_per_search": slope(samples),
    }


def slope(samples: Sequence[tuple[int, int]]) -> float:
    """Return bytes a search, of (searches, bytes) in order; NaN for fewer than two samples."""
    kept = samples[int(len(samples) * _SETTLING) :]
    if len(kept) < 2:
        return float("nan")
    counts, sizes = np.array(kept, dtype=np.float64).T
    away = counts - counts.mean()
    return float(away @ sizes / (away @ away)) if away.any() else float("nan")
