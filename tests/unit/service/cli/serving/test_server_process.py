"""The accepting of connections by one of several processes."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from service.cli.serving.server_process import _FairListener


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the requested delays, without waiting."""
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    return waited


@pytest.fixture
def plain() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


@pytest.mark.parametrize(("held", "expected_s"), [(0, 0.0), (3, 0.000_6), (1_000, 0.002)])
def test_the_more_it_holds_the_longer_it_leaves_a_connection_to_others(
    plain: socket.socket, waits: list[float], held: int, expected_s: float
) -> None:
    with (
        closing(_FairListener(plain, lambda: held)) as fair,
        socket.create_connection(fair.getsockname()) as caller,
    ):
        taken, address = fair.accept()
        taken.close()
        assert address == caller.getsockname()
    assert waits == pytest.approx([expected_s])


def test_a_connection_that_another_has_taken_is_no_failure_of_the_server(
    plain: socket.socket, waits: list[float]
) -> None:
    with closing(_FairListener(plain, lambda: 1)) as fair:
        fair.setblocking(False)

        # The event loop's sign that the other end is gone.
        with pytest.raises(BlockingIOError):
            fair.accept()

    assert len(waits) == 1
