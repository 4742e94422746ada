"""The figures of processes that serve together."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client import values

from service.api.metrics import Metrics

Told = dict[str, float]


class FakeUnit:
    """A database that knows of 7 changes, 12 events, and no jobs, webhooks and matters."""

    gallery_feed = SimpleNamespace(last_change=lambda: 7)
    events = SimpleNamespace(size=lambda: 12)
    jobs = SimpleNamespace(waiting=lambda _: 0, oldest_waiting=lambda _: None)
    webhooks = SimpleNamespace(every=tuple)
    matters = SimpleNamespace(counts=tuple)

    def __enter__(self) -> FakeUnit:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class FakeIndex(list[int]):
    generation = 3

    def __init__(self, cursor: int) -> None:
        super().__init__(range(cursor))
        self.cursor = cursor


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    return tmp_path


def process(
    number: int, directory: Path, monkeypatch: pytest.MonkeyPatch, *, cursor: int
) -> tuple[Metrics, Any]:
    """Return the figures and the services of a process: the library tells processes by number."""
    kind = values.MultiProcessValue(lambda: number)  # type: ignore[no-untyped-call]
    monkeypatch.setattr(values, "ValueClass", kind)
    services = SimpleNamespace(
        gallery=SimpleNamespace(index=FakeIndex(cursor)),
        units=SimpleNamespace(read=FakeUnit),
        now=lambda: datetime(2026, 11, 30, tzinfo=UTC),
    )
    return Metrics(directory), services


def told(text: bytes) -> Told:
    lines = re.findall(r"^(identlink_\S+) (\S+)$", text.decode(), re.MULTILINE)
    return {name: float(value) for name, value in lines}


def test_whichever_process_is_asked_tells_the_figures_of_all(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, its_services = process(11, directory, monkeypatch, cursor=7)
    second, other_services = process(22, directory, monkeypatch, cursor=4)
    first.request_done("GET", "/healthz", status=200, seconds=0.002)
    second.request_done("GET", "/healthz", status=200, seconds=0.02)
    second.request_done("GET", "/healthz", status=200, seconds=0.3)
    second.note_index(other_services)

    figures = told(first.exposition(its_services))

    route = 'method="GET",route="/healthz",status="200"'
    assert figures[f"identlink_request_seconds_count{{{route}}}"] == 3
    assert figures[f'identlink_request_seconds_bucket{{le="0.025",{route}}}'] == 2
    assert figures['identlink_index_lag_changes{pid="11"}'] == 0
    assert figures['identlink_index_lag_changes{pid="22"}'] == 3
    assert figures["identlink_log_events"] == 12
    assert told(second.exposition(other_services)).keys() == figures.keys()


def test_a_process_that_serves_alone_has_no_number(tmp_path: Path) -> None:
    metrics = Metrics()
    services = SimpleNamespace(
        gallery=SimpleNamespace(index=FakeIndex(7)),
        units=SimpleNamespace(read=FakeUnit),
        now=lambda: datetime(2026, 11, 30, tzinfo=UTC),
    )

    figures = told(metrics.exposition(services))  # type: ignore[arg-type]

    assert figures["identlink_index_encounters"] == 7
    assert figures["identlink_index_lag_changes"] == 0
    assert not any("pid=" in name for name in figures)
