"""Times of searches, one at a time and in batches, in one thread; and of stages."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

BATCH = 64
_WARM_UP = 10
_Query = TypeVar("_Query")
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Times:
    """The durations of searches."""

    p50_ms: float
    p99_ms: float
    qps_batch64: float
    cpu_p50_ms: float
    """Processor time, which other load on the machine disturbs far less."""
    cpu_ms_batch64: float
    """The same for a query of a batch."""


def timed(
    queries: Sequence[_Query],
    search: Callable[[Sequence[_Query]], Sequence[_Answer]],
    *,
    singles: int | None = None,
) -> tuple[Times, list[_Answer]]:
    """Search all in batches of 64 and the first `singles` (all, if not given) one by one.

    Returns the times and the answers of the batches.
    """
    for query in queries[:_WARM_UP]:
        search([query])
    alone = [_clocked(search, [query])[1:] for query in queries[:singles]]
    answers: list[_Answer] = []
    full = []
    for first in range(0, len(queries), BATCH):
        batch = queries[first : first + BATCH]
        found, wall_ns, cpu_ns = _clocked(search, batch)
        answers += found
        if len(batch) == min(BATCH, len(queries)):
            full.append((wall_ns / len(batch), cpu_ns / len(batch)))
    walls_ms, cpus_ms = (np.array(times) / 1e6 for times in zip(*alone, strict=True))
    batch_wall_ms, batch_cpu_ms = (np.median(times) / 1e6 for times in zip(*full, strict=True))
    return (
        Times(
            p50_ms=float(np.quantile(walls_ms, 0.5)),
            p99_ms=float(np.quantile(walls_ms, 0.99)),
            qps_batch64=1e3 / float(batch_wall_ms),
            cpu_p50_ms=float(np.quantile(cpus_ms, 0.5)),
            cpu_ms_batch64=float(batch_cpu_ms),
        ),
        answers,
    )


def _clocked(
    search: Callable[[Sequence[_Query]], Sequence[_Answer]], queries: Sequence[_Query]
) -> tuple[Sequence[_Answer], int, int]:
    """Return the answers and their nanoseconds: wall time, and processor time."""
    wall_ns, cpu_ns = time.perf_counter_ns(), time.thread_time_ns()
    answers = search(queries)
    return answers, time.perf_counter_ns() - wall_ns, time.thread_time_ns() - cpu_ns


class Stages:
    """Times the stages of a measurement, in wall and processor time."""

    def __init__(self, report: Callable[[str], None]) -> None:
        self._report = report
        self._taken: dict[str, dict[str, float]] = {}
        self._open: tuple[str, float, float] | None = None

    def begin(self, name: str) -> None:
        """End the stage before and begin another."""
        self.end()
        self._report(name)
        self._open = (name, time.perf_counter(), time.process_time())

    def end(self) -> dict[str, dict[str, float]]:
        """End the last stage and return all of them."""
        if self._open is not None:
            name, wall, cpu = self._open
            self._taken[name] = {
                "wall_s": time.perf_counter() - wall,
                "cpu_s": time.process_time() - cpu,
            }
            self._open = None
        return self._taken
