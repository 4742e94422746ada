from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import count
from typing import cast

import pytest

from benchmarks.serving import batch as arrivals
from benchmarks.serving.batch import arrive
from benchmarks.serving.clients import Client

LATE_S = 0.05


class FakeClient:
    """Answers as instructed, once `until` permits."""

    def __init__(self, answer: bool, until: Callable[[], object]) -> None:
        self._answer, self._until = answer, until
        self.closed = 0

    def submit(self, body: bytes) -> bool:
        assert body == b"{}"
        self._until()
        return self._answer

    def close(self) -> None:
        self.closed += 1


def client(*, answer: bool = True, until: Callable[[], object] = lambda: None) -> Client:
    return cast(Client, FakeClient(answer, until))


def late() -> None:
    threading.Event().wait(LATE_S)


def test_searches_come_when_they_are_due_though_earlier_ones_are_not_answered() -> None:
    all_are_under_way = threading.Barrier(3, timeout=30.0)

    load = arrive(
        [0.0, 0.001, 0.002],
        [b"{}"],
        lambda: client(until=all_are_under_way.wait),
        threading.Event(),
    )

    assert len(load.durations_ms) == 3


def test_what_waited_for_a_connection_took_longer() -> None:
    load = arrive([0.0] * 17, [b"{}"], lambda: client(until=late), threading.Event())

    assert max(load.durations_ms) >= 2 * LATE_S * 1e3


@pytest.mark.parametrize(("fresh_s", "closed"), [(0.0, 2), (60.0, 1)])
def test_a_connection_that_lay_idle_is_opened_anew(
    monkeypatch: pytest.MonkeyPatch, fresh_s: float, closed: int
) -> None:
    monkeypatch.setattr(arrivals, "FRESH_S", fresh_s)
    made: list[FakeClient] = []

    def connect() -> Client:
        made.append(FakeClient(answer=True, until=lambda: None))
        return cast(Client, made[-1])

    load = arrive([0.01], [b"{}"], connect, threading.Event())

    assert load.errors == 0
    assert max(client.closed for client in made) == closed


def test_refusals_are_errors_and_have_no_duration() -> None:
    load = arrive([0.0], [b"{}"], lambda: client(answer=False), threading.Event())

    assert load.durations_ms == []
    assert load.errors == 1


def test_an_endless_load_ends_when_it_is_told_to() -> None:
    stopping = threading.Event()

    load = arrive(
        (0.001 * n for n in count()), [b"{}"], lambda: client(until=stopping.set), stopping
    )

    assert load.durations_ms
