"""Prometheus figures: latency by route and by stage of a search, and how the index stands.

Labels are route templates, methods, statuses and stages: never ids, forces or people.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest

from domain.jobs import JobKind
from service.api.trace import CURRENT_TRACE
from service.ports.stages import Stage
from service.usecases.services import Services

_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds in seconds, close together around the target of 150 ms."""


class Metrics:
    """The figures of one application, and the listener of the use cases' stages; thread-safe."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            "identlink_request_seconds",
            "Duration of a request.",
            ("method", "route", "status"),
            buckets=_BUCKETS_S,
            registry=self._registry,
        )
        self._stages = Histogram(
            "identlink_stage_seconds",
            "Duration of a stage of a search.",
            ("stage",),
            buckets=_BUCKETS_S,
            registry=self._registry,
        )
        for stage in Stage:
            self._stages.labels(stage.value)
        self._queue_lengths = Gauge(
            "identlink_queue_jobs", "Jobs that wait.", ("kind",), registry=self._registry
        )
        self._queue_ages = Gauge(
            "identlink_queue_age_seconds",
            "How long the job that is next has been due.",
            ("kind",),
            registry=self._registry,
        )
        self._gauges = {
            name: Gauge(f"identlink_{name}", text, registry=self._registry)
            for name, text in _GAUGES.items()
        }

    def request_done(self, method: str, route: str, *, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(method, route, str(status)).observe(seconds)

    @contextmanager
    def timed(self, stage: Stage) -> Iterator[None]:
        """Measure a stage, for the histogram and for the request's own line."""
        begun_ns = time.perf_counter_ns()
        try:
            yield
        finally:
            elapsed_ns = time.perf_counter_ns() - begun_ns
            self._stages.labels(stage.value).observe(elapsed_ns / 1e9)
            trace = CURRENT_TRACE.get()
            if trace is not None:
                trace.stages_ms[stage.value] = round(elapsed_ns / 1e6, 2)

    def found(self, candidates: int) -> None:
        """Put the number of candidates kept into the request's line."""
        trace = CURRENT_TRACE.get()
        if trace is not None:
            trace.candidates = candidates

    def exposition(self, services: Services) -> bytes:
        """Return everything in the Prometheus text format, gauges read now."""
        index = services.gallery.index
        with services.units.read() as unit:
            last_change, events = unit.encounters.last_change(), unit.log.size()
            queues = {
                kind: (unit.jobs.waiting(kind), unit.jobs.oldest_waiting(kind)) for kind in JobKind
            }
        self._gauges["index_generation"].set(index.generation)
        self._gauges["index_encounters"].set(len(index))
        self._gauges["index_lag_changes"].set(max(0, last_change - index.cursor))
        self._gauges["log_events"].set(events)
        now = services.surroundings.clock()
        for kind, (waiting, oldest) in queues.items():
            age_s = max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
            self._queue_lengths.labels(kind.value).set(waiting)
            self._queue_ages.labels(kind.value).set(age_s)
        return generate_latest(self._registry)


_GAUGES = {
    "index_generation": "Generation of the index.",
    "index_encounters": "Encounters that the index holds.",
    "index_lag_changes": "Committed changes that the index lacks.",
    "log_events": "Events in the log.",
}
