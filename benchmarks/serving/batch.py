"""A batch beside interactive searches: its speed, and the waiting time of the others.

The workers are separate processes. First they idle beside an open load of interactive
searches, then they work a batch beside the same load.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from benchmarks.serving.arrivals import arrive
from benchmarks.serving.clients import Load, SearchClient
from benchmarks.serving.server import working
from service.settings import Settings

ARRIVALS_PER_SECOND = 4.0
"""Of interactive searches, at random: a tenth of the service's capacity."""

IDLE_S = 60.0
"""How long they are measured without the batch: 240 of them, enough for a p99."""

_LOOK_S = 2.0
_STALLED_S = 120.0


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """The batch to submit, and the number of its workers."""

    searches: int
    workers: int
    seed: int
    interactive_per_second: float
    """The rate of constantly busy clients without a batch beside them."""


def batch_beside(
    settings: Settings,
    plan: BatchPlan,
    bodies: Sequence[bytes],
    connect: Callable[[], SearchClient],
) -> dict[str, Any]:
    """Return the figures of the batch and the searches beside it; empty for no searches.

    Raises SystemExit if the batch is not accepted, or makes no progress for long.
    """
    if not plan.searches:
        return {}
    text = b"\n".join(bodies[number % len(bodies)] for number in range(plan.searches))
    with working(settings, plan.workers):
        idle = arrive(_instants_s(plan.seed, IDLE_S), bodies, connect, threading.Event())
        standing, beside = _worked(text, plan, bodies, connect)
    submitted_at, finished_at = (
        datetime.fromisoformat(standing[name]) for name in ("submitted_at", "finished_at")
    )
    elapsed_s = (finished_at - submitted_at).total_seconds()
    return {
        "batch_searches": plan.searches,
        "batch_not_done": standing["lines"] - standing["done"],
        "workers": plan.workers,
        "batch_searches_per_second": standing["done"] / elapsed_s,
        "interactive_searches_per_second": plan.interactive_per_second,
        "ratio": standing["done"] / elapsed_s / plan.interactive_per_second,
        "arrivals_per_second": ARRIVALS_PER_SECOND,
        **_waited("idle", idle),
        **_waited("beside", beside),
    }


def _worked(
    text: bytes, plan: BatchPlan, bodies: Sequence[bytes], connect: Callable[[], SearchClient]
) -> tuple[Mapping[str, Any], Load]:
    """Submit a batch and return its final state, and the load that arrived meanwhile."""
    stopping, client = threading.Event(), connect()
    with ThreadPoolExecutor(1) as aside:
        batch_id = client.submit_batch(text)
        beside = aside.submit(arrive, _instants_s(plan.seed), bodies, connect, stopping)
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


def _finished(client: SearchClient, batch_id: str) -> Mapping[str, Any]:
    """Wait until no line is left and return the state of the batch."""
    settled, moved = 0, time.monotonic()
    while True:
        standing = client.batch(batch_id)
        if standing["finished_at"]:
            _show(standing["lines"], standing["lines"])
            return standing
        now = standing["lines"] - standing["waiting"] - standing["working"]
        if now > settled:
            settled, moved = now, time.monotonic()
            _show(settled, standing["lines"])
        if time.monotonic() - moved > _STALLED_S:
            raise SystemExit("The batch makes no progress; check that the workers run.")
        time.sleep(_LOOK_S)


def _show(settled: int, lines: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if settled == lines else ""
        print(f"\rbatch: {settled:,} of {lines:,} lines", end=end, file=sys.stderr)
