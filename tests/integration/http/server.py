"""`identlink serve` as a process, and connections that say anything to it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from service.settings import Settings, load_settings
from tests.integration.answers import Answer

PROJECT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Served:
    """A running server, its port and its log."""

    settings: Settings
    process: subprocess.Popen[str]
    port: int
    log: Path

    def raw(self, content: bytes = b"", *, timeout_s: float = 10.0) -> socket.socket:
        """Return a connection over which something was sent."""
        opened = socket.create_connection(("127.0.0.1", self.port), timeout=timeout_s)
        opened.sendall(content)
        return opened

    def said(self, content: bytes) -> bytes:
        """Return everything that is answered to these bytes until the connection ends."""
        with self.raw(content) as opened:
            return read_all(opened)

    def get(self, path: str, *, timeout_s: float = 5.0, **headers: str) -> Answer:
        """Return the answer over a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=timeout_s)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.read())
        finally:
            connection.close()

    def lines(self, event: str) -> list[dict[str, Any]]:
        """Return the lines of the log of one event."""
        lines = [line for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [line for line in map(json.loads, lines) if line["event"] == event]


def read_all(opened: socket.socket) -> bytes:
    """Return everything until the other side closes or resets the connection."""
    read = bytearray()
    try:
        while chunk := opened.recv(65_536):
            read += chunk
    except ConnectionResetError:
        pass
    return bytes(read)


@contextmanager
def serving(
    directory: Path, *, descriptors: int | None = None, **settings: str
) -> Iterator[Served]:
    """Serve an empty store until the block ends, with so many file descriptors."""
    store, log = directory / "store", directory / "server.log"
    named = {f"IDENTLINK_{name.upper()}": value for name, value in settings.items()}

    limited = (
        [] if descriptors is None else ["sh", "-c", f'ulimit -n {descriptors}; exec "$@"', "sh"]
    )
    with log.open("ab") as stderr:
        process = subprocess.Popen(  # noqa: S603 - our own code
            [*limited, sys.executable, "-m", "service", "serve", "--port", "0", "--json"],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env=os.environ | {"IDENTLINK_STORE": str(store), "OMP_NUM_THREADS": "1"} | named,
        )
    assert process.stdout is not None
    try:
        ready = process.stdout.readline()
        assert ready, log.read_text()[-2_000:]
        port = urlsplit(json.loads(ready)["address"]).port
        assert port is not None
        yield Served(load_settings(store=store), process, port, log)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
