"""`identlink serve` with several processes behind one port, and callers of a known process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from domain.access.access import Purpose, Role
from domain.ids import ForceCode, UserId
from service.bootstrap.stores import open_store
from service.settings import Settings
from service.usecases.access.tokens import IssueToken, issue_token
from tests.integration.answers import Answer
from tests.integration.api.driver import PURPOSES, ROOT, headers

PROJECT = Path(__file__).parents[3]
FORCE = ForceCode("01")
_PATIENCE_S = 90.0
_LISTENING = "0A"
"""The state of a socket in /proc/net/tcp."""


@dataclass(frozen=True, slots=True)
class Group:
    """Processes that serve one store."""

    settings: Settings
    parent: subprocess.Popen[str]
    address: str
    log: Path

    def pids(self) -> list[int]:
        """Return the processes that serve."""
        return servers_of(self.parent.pid)

    def names_pid(self) -> int:
        """Return the process that holds the names."""
        (pid,) = set(children_of(self.parent.pid)) - set(self.pids())
        return pid

    def shared(self) -> Path:
        """Return the directory of the processes' shared files."""
        return self.log.parent

    def connection(self) -> HTTPConnection:
        return HTTPConnection(urlsplit(self.address).netloc, timeout=_PATIENCE_S)

    @contextmanager
    def to_each(self) -> Iterator[list[Caller]]:
        """Yield a caller for each process, connected to that process."""
        held: dict[int, HTTPConnection] = {}
        spare = []
        for _ in range(64):
            connection = self.connection()
            Caller(connection).get("/healthz")
            holder = self._holder(connection)
            spare.append(connection)
            held.setdefault(holder, connection)
            if len(held) == self.settings.processes:
                break
        assert set(held) == set(self.pids())
        try:
            yield [Caller(connection) for connection in held.values()]
        finally:
            for connection in spare:
                connection.close()

    def _holder(self, connection: HTTPConnection) -> int:
        """Return the process at the other end of a connection."""
        inode = _inode(connection.sock.getpeername()[1], connection.sock.getsockname()[1])
        link = f"socket:[{inode}]"
        return next(pid for pid in self.pids() if link in _open_files(pid))

    def events(self) -> list[str]:
        return [str(json.loads(line)["event"]) for line in self._lines()]

    def _lines(self) -> list[str]:
        return [line for line in self.log.read_text().splitlines() if line.startswith("{")]


@dataclass(frozen=True, slots=True)
class Caller:
    """One kept connection, perhaps with a token."""

    connection: HTTPConnection
    secret: str = ""
    purpose: Purpose = Purpose.ARREST

    def of(self, secret: str, role: Role) -> Caller:
        return Caller(self.connection, secret, PURPOSES[role])

    def get(self, path: str) -> Answer:
        return self._send("GET", path, b"")

    def post(self, path: str, body: Any, purpose: Purpose | None = None) -> Answer:
        return self._send("POST", path, json.dumps(body).encode(), purpose)

    def _send(
        self, method: str, path: str, content: bytes, purpose: Purpose | None = None
    ) -> Answer:
        named = headers(self.secret, purpose or self.purpose) if self.secret else {}
        named = named | {"Content-Type": "application/json"}
        self.connection.request(method, path, content, named)
        response = self.connection.getresponse()
        return Answer(response.status, response.read())


def secret_of(settings: Settings, role: Role, name: str) -> str:
    """Issue a token, without involving the running processes."""
    with open_store(settings) as services:
        command = IssueToken(
            caller=ROOT,
            user_id=UserId(name),
            role=role,
            force=FORCE if role is Role.FORCE else None,
            valid_for=timedelta(days=1),
            may_decide=True,
        )
        return issue_token(services, command).secret


def launched(settings: Settings, log: Path, **environment: str) -> subprocess.Popen[str]:
    """Start the processes; their log goes to a file."""
    with log.open("ab") as stderr:
        return subprocess.Popen(
            [sys.executable, "-m", "service", "serve", "--port", "0", "--json"],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env=os.environ
            | {
                "IDENTLINK_STORE": str(settings.store),
                "IDENTLINK_DATABASE_URL": settings.database_address,
                "IDENTLINK_PROCESSES": str(settings.processes),
                "IDENTLINK_PROBE_ATTEMPTS": "0",
                "TMPDIR": str(log.parent),
                "OMP_NUM_THREADS": "1",
                "OPENBLAS_NUM_THREADS": "1",
            }
            | environment,
        )


@contextmanager
def serving(settings: Settings, **environment: str) -> Iterator[Group]:
    """Serve until the block ends, then kill any remaining process."""
    log = settings.store.parent / "group.log"
    parent = launched(settings, log, **environment)
    assert parent.stdout is not None
    try:
        ready = parent.stdout.readline()
        assert ready, log.read_text()[-2_000:]
        facts = json.loads(ready)
        assert facts["pid"] == parent.pid
        yield Group(settings, parent, str(facts["address"]), log)
    finally:
        left = children_of(parent.pid)
        parent.kill()
        parent.wait()
        parent.stdout.close()
        for pid in left:
            kill(pid)


def kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Wait until a condition holds; fails after a while."""
    deadline = time.monotonic() + _PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, f"still not: {what}"
        time.sleep(0.05)


def children_of(parent: int) -> list[int]:
    """Return the processes that a parent has started, without those of the library."""
    found = Path(f"/proc/{parent}/task").glob("*/children")
    pids = [int(pid) for each in found for pid in each.read_text().split()]
    return [pid for pid in pids if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def servers_of(parent: int) -> list[int]:
    """Return a parent's serving processes: those that hold a listening socket."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    listening = {f"socket:[{fields[9]}]" for fields in lines if fields[3] == _LISTENING}
    return [pid for pid in children_of(parent) if listening & _open_files(pid)]


def _open_files(pid: int) -> set[str]:
    links = set()
    for each in Path(f"/proc/{pid}/fd").iterdir():
        try:
            links.add(os.readlink(each))  # noqa: PTH115 - the link's target is not a path
        except FileNotFoundError:
            continue
    return links


def _inode(port: int, peer: int) -> str:
    """Return the inode of the socket of 127.0.0.1 at `port` that is connected to `peer`."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        ends = [int(end.rpartition(":")[2], 16) for end in fields[1:3]]
        if ends == [port, peer]:
            return fields[9]
    raise AssertionError("no process holds this connection")
