from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import create_autospec

import httpx2
import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from uvicorn.lifespan.on import LifespanOn
from uvicorn.protocols.http.h11_impl import H11Protocol

from service.cli.serving.http_server import QuietServer, address_of, server_config
from service.settings import load_settings
from service.storage.engine.migrate import upgrade
from tests.unit.service.cli.console import Console

PROJECT = Path(__file__).parents[5]


@contextmanager
def serving(store: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Start `identlink serve` on a free port as a child process; end it if the test does not."""
    store.mkdir(mode=0o700, parents=True, exist_ok=True)
    upgrade(f"sqlite:///{store / 'identlink.sqlite3'}")
    command = [sys.executable, "-m", "service", "serve", "--port", "0", "--store", str(store)]
    with subprocess.Popen(  # noqa: S603 - our own command
        [*command, *options],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "IDENTLINK_LOG_LEVEL": "info"},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def ready_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


@pytest.mark.parametrize(
    "stop", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)]
)
@pytest.mark.dear("starts a server as a process of its own")
def test_a_program_starts_a_server_drives_it_and_ends_it(
    console: Console, tmp_path: Path, stop: signal.Signals
) -> None:
    issue = ("token", "issue", "--store", tmp_path / "store", "--json")
    with serving(tmp_path / "store", "--json") as server:
        ready = json.loads(ready_line(server))
        # Issued while the server runs: the command needs nothing that the server holds.
        secret = console(*issue, "--role", "force", "--force", "01").json()["secret"]
        answer = httpx2.get(
            f"{ready['address']}/v1/searches",
            headers={"Authorization": f"Bearer {secret}", "X-Purpose": "arrest"},
            timeout=60,
        )
        server.send_signal(stop)
        _, log = server.communicate(timeout=30)

    assert (answer.status_code, ready["pid"]) == (200, server.pid)
    assert "server" not in answer.headers
    assert server.returncode == 0
    events = [json.loads(line)["event"] for line in log.splitlines()]
    assert (events[0], events[-1]) == ("started", "stopped")
    assert events.count("request") == 1


def test_an_address_in_use_is_refused_in_one_sentence(console: Console, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        console("db", "upgrade", "--store", tmp_path / "store")
        finished = console("serve", "--port", port, "--store", tmp_path / "store")

    assert finished.exit_code == 1
    assert finished.err.splitlines()[-1].startswith("The address is in use")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (("127.0.0.1", 8080), "http://127.0.0.1:8080"),
        (("::1", 8080, 0, 0), "http://[::1]:8080"),
    ],
)
def test_the_address_is_one_that_a_client_can_use(
    name: tuple[str | int, ...], expected: str
) -> None:
    # Supplied by a stub, so that a machine without IPv6 tests the second form too.
    listener = create_autospec(socket.socket, instance=True)
    listener.getsockname.return_value = name
    assert address_of(listener) == expected


def test_the_address_of_a_real_listener_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert address_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_who_comes_at_the_last_moment_is_told_to_close_as_well() -> None:
    server = QuietServer(server_config(FastAPI(), load_settings()), lambda: None)
    server.servers = []
    server.lifespan = create_autospec(LifespanOn, instance=True)
    connection = create_autospec(H11Protocol, instance=True)
    connection.shutdown.side_effect = server.server_state.connections.clear

    async def stopped_while_one_comes() -> None:
        stopping = asyncio.create_task(server.shutdown())
        await asyncio.sleep(0.01)
        server.server_state.connections.add(connection)
        await asyncio.wait_for(stopping, timeout=10)

    asyncio.run(stopped_while_one_comes())

    connection.shutdown.assert_called_once()


@pytest.mark.parametrize(
    ("trusted", "told", "seen"),
    [
        ((), "203.0.113.7", "127.0.0.1 http"),
        (("10.0.0.0/8",), "203.0.113.7", "127.0.0.1 http"),
        (("127.0.0.1",), "203.0.113.7", "203.0.113.7 https"),
        (("127.0.0.1",), "198.51.100.1, 203.0.113.7", "203.0.113.7 https"),
        (("127.0.0.0/8", "203.0.113.7"), "198.51.100.1, 203.0.113.7", "198.51.100.1 https"),
    ],
)
def test_only_a_trusted_proxy_says_where_a_caller_is(
    trusted: tuple[str, ...], told: str, seen: str
) -> None:
    app = FastAPI()

    @app.get("/")
    def where(request: Request) -> str:
        return f"{request.client.host if request.client else ''} {request.url.scheme}"

    config = server_config(app, load_settings(trusted_proxies=trusted))
    config.load()
    client = TestClient(config.loaded_app, client=("127.0.0.1", 50_000))

    answer = client.get("/", headers={"X-Forwarded-For": told, "X-Forwarded-Proto": "https"})

    assert answer.json() == seen
