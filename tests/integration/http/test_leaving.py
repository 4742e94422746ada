"""A server that is told to stop says so first, and serves on until its balancer knows."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from tests.integration.http.server import serving

pytestmark = pytest.mark.dear("servers as processes, which are told to stop")

DRAIN_S = 8
"""Long enough for a busy machine to be asked what it says meanwhile."""


@pytest.mark.parametrize("processes", ["1", "2"])
def test_it_serves_on_while_it_says_that_it_leaves(tmp_path: Path, processes: str) -> None:
    with serving(tmp_path, drain_s=str(DRAIN_S), processes=processes) as served:
        before = served.get("/readyz").status
        begun = time.monotonic()
        served.process.send_signal(signal.SIGTERM)
        while (ready := served.get("/readyz")).status == 200:
            time.sleep(0.05)
        alive = served.get("/healthz").status
        code = served.process.wait(timeout=40)
        took_s = time.monotonic() - begun

    assert (before, ready.status, alive) == (200, 503, 200)
    assert ready.json()["type"] == "/problems/leaving"
    assert code == 0
    assert took_s >= DRAIN_S


def test_a_second_signal_ends_the_time_to_leave(tmp_path: Path) -> None:
    with serving(tmp_path, drain_s="600") as served:
        served.process.send_signal(signal.SIGTERM)
        while (ready := served.get("/readyz").status) == 200:
            time.sleep(0.05)
        served.process.send_signal(signal.SIGTERM)
        code = served.process.wait(timeout=40)

    assert (ready, code) == (503, 0)
