"""Prometheus metrics: latency by route and by search stage, and the state of the index.

Labels are route templates, methods, statuses and stages: never ids, forces or people. Where
several processes serve behind one port, each of them can report the metrics of all: durations are
summed, and the state of the index is given for each process by its number (`pid`).
"""

import time
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from domain.agencies.matters import WAITING
from domain.errors import StoreUnavailableError
from domain.exchange.duties import Reconciliation
from domain.jobs import JobKind
from domain.outages import OUTAGES
from domain.searches.models import LawState
from domain.webhooks import CircuitState, Endpoint
from service.api.trace import CURRENT_TRACE
from service.live.law_watch import LawWatch
from service.ports.gallery import Stage
from service.usecases.services import Services

_Mode = Literal["livemostrecent", "livemax", "liveall"]
_LAW_STATES = (LawState.MOVING, LawState.MOVED)
_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds in seconds, close together around the target of 150 ms."""


class Metrics:
    """The metrics of one application, which listens to the stages of use cases; thread-safe.

    `shared` is the directory in which processes that serve together store their metrics; each
    process then reports the metrics of all. (When the library is imported, it takes this directory
    from PROMETHEUS_MULTIPROC_DIR as well.)
    """

    def __init__(self, shared: Path | None = None) -> None:
        self._registry = CollectorRegistry()
        self._told = self._registry if shared is None else CollectorRegistry()
        if shared is not None:
            MultiProcessCollector(self._told, str(shared))  # type: ignore[no-untyped-call]  # has no types
        self._requests = self._durations(
            "request_seconds", "Duration of a request.", ("method", "route", "status")
        )
        self._stages = self._durations(
            "stage_seconds", "Duration of a stage of a search.", ("stage",)
        )
        self._queue_lengths = self._gauge("queue_jobs", "Jobs that are waiting.", ("kind",))
        self._queue_ages = self._gauge(
            "queue_age_seconds", "How long the next job has been due.", ("kind",)
        )
        self._endpoints = self._gauge(
            "webhook_endpoints",
            "Webhook endpoints: circuit closed, circuit open (messages are not accepted),"
            " or paused (answered that it is gone).",
            ("state",),
        )
        self._matters = self._gauge("matters_waiting", "Matters that are waiting.", ("state",))
        self._matter_age = self._gauge("matters_age_seconds", "Age of the oldest waiting matter.")
        self._log_events = self._gauge("log_events", "Events in the log.")
        # In any process.
        self._outages = self._gauge(
            "outage", "1 while an outage of this kind lasts.", ("kind",), mode="livemax"
        )
        self._state = self._gauge(
            "state_behind", "1 while the log is behind the checkpoint stored with its key."
        )
        self._duties = self._gauge(
            "exchange_duties", "Duties to notify other States, by status.", ("group", "standing")
        )
        self._law = self._gauge(
            "law_sources",
            "Sources of prints whose comparisons no longer follow the model (moved),"
            " or may be leaving it (moving).",
            ("state",),
        )
        # Each process has its own index.
        self._index = {
            name: self._gauge(name, text, mode="liveall") for name, text in _INDEX_GAUGES.items()
        }
        self._begin()

    def _begin(self) -> None:
        """Show stages, outages and states of sources before the first of them is recorded."""
        for stage in Stage:
            self._stages.labels(stage.value)
        for kind in OUTAGES:
            self._outages.labels(kind.code)
        for state in _LAW_STATES:
            self._law.labels(state.value).set(0)

    def _durations(self, name: str, text: str, labels: tuple[str, ...]) -> Histogram:
        return Histogram(
            f"identlink_{name}", text, labels, buckets=_BUCKETS_S, registry=self._registry
        )

    def _gauge(
        self, name: str, text: str, labels: tuple[str, ...] = (), mode: _Mode = "livemostrecent"
    ) -> Gauge:
        """Return a gauge: by default of the database's state, the same in every process."""
        return Gauge(
            f"identlink_{name}", text, labels, registry=self._registry, multiprocess_mode=mode
        )

    def request_done(self, method: str, route: str, *, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(method, route, str(status)).observe(seconds)

    @contextmanager
    def timed(self, stage: Stage) -> Iterator[None]:
        """Measure a stage, for the histogram and for the request's log line."""
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
        """Put the number of stored candidates into the request's log line."""
        trace = CURRENT_TRACE.get()
        if trace is not None:
            trace.candidates = candidates

    def note_index(self, services: Services) -> None:
        """Record the state of this process's index, so that any process can report it."""
        index = services.gallery.index
        with services.units.read() as unit:
            last_change = unit.gallery_feed.last_change()
        self._index["index_generation"].set(index.generation)
        self._index["index_encounters"].set(len(index))
        self._index["index_lag_changes"].set(max(0, last_change - index.cursor))

    def note_exchange(self, figures: Reconciliation) -> None:
        """Record the status of duties to notify; single forces and States are left out."""
        for one in figures.strata:
            if one.name.startswith(("force ", "State ")):
                continue
            for standing in _DUTIES:
                count = getattr(one, standing)
                self._duties.labels(one.name, standing).set(count)

    def note_law(self, watch: LawWatch) -> None:
        """Record how many sources of prints are in each state, without naming any source."""
        for state in _LAW_STATES:
            self._law.labels(state.value).set(sum(one is state for one in watch.states.values()))

    def note_outages(self, lasting: Collection[StoreUnavailableError]) -> None:
        """Record the outages that last in this process."""
        codes = {outage.code for outage in lasting}
        for kind in OUTAGES:
            self._outages.labels(kind.code).set(kind.code in codes)

    def note_state(self, is_behind: bool) -> None:
        """Record whether the log is behind the checkpoint stored with its key."""
        self._state.set(is_behind)

    def exposition(self, services: Services) -> bytes:
        """Return all metrics in the Prometheus text format, with gauges read now.

        While the database is unavailable, its gauges keep their last values.
        """
        with suppress(StoreUnavailableError):
            self._read_gauges(services)
        return generate_latest(self._told)

    def _read_gauges(self, services: Services) -> None:
        self.note_index(services)
        with services.units.read() as unit:
            events = unit.events.size()
            queues = {
                kind: (unit.jobs.waiting(kind), unit.jobs.oldest_waiting(kind)) for kind in JobKind
            }
            endpoints = Counter(map(_state_of, unit.webhooks.every()))
            matters = unit.matters.counts()
        self._log_events.set(events)
        for state in sorted(WAITING):
            found = [one.count for one in matters if one.state is state]
            self._matters.labels(state.value).set(sum(found))
        for state in (*CircuitState, _PAUSED):
            self._endpoints.labels(state).set(endpoints[state])
        now = services.now()
        since = min((one.oldest for one in matters), default=now)
        self._matter_age.set(max(0.0, (now - since).total_seconds()))
        for kind, (waiting, oldest) in queues.items():
            age_s = max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
            self._queue_lengths.labels(kind.value).set(waiting)
            self._queue_ages.labels(kind.value).set(age_s)


_DUTIES = ("acknowledged", "sent", "pending", "exempt", "late", "unsent_past_due")
_PAUSED = "paused"


def _state_of(endpoint: Endpoint) -> str:
    return _PAUSED if endpoint.is_paused else endpoint.circuit.state.value


_INDEX_GAUGES = {
    "index_generation": "Generation of the index.",
    "index_encounters": "Encounters in the index.",
    "index_lag_changes": "Committed changes that are not yet in the index.",
}
