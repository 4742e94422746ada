"""`identlink serve` and `identlink worker` as real processes over one store, to be killed."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import IO

PROJECT = Path(__file__).parents[3]
COMMANDS = {
    "api": ("serve", "--port", "0", "--json"),
    "second api": ("serve", "--port", "0", "--json"),
    "worker": ("worker", "--lease", "5", "--nice", "0", "--json"),
}
"""Two servers on one store, each with a port of its own, and one worker."""


@dataclass(slots=True)
class Processes:
    """The processes of one store; each writes its log beside the store."""

    store: Path
    _orders: IO[bytes]
    _numbers: IO[bytes]
    addresses: dict[str, str] = field(default_factory=dict)
    """Addresses of the servers that live. Read by the clients' threads."""
    _running: dict[str, int] = field(default_factory=dict)
    """File descriptors of the processes themselves, since the numbers may be reused."""

    def start(self, *names: str, ahead: Callable[[], timedelta] = timedelta) -> None:
        """Start processes at the same time and wait until all are ready.

        `ahead` says for each how far its clock is from the true time.
        """
        for name in names:
            os.mkfifo(self._says(name))
            self._running[name] = os.pidfd_open(self._forked(name, ahead()))
        for name in names:
            said = self._said(name)
            if name != "worker":
                self.addresses[name] = str(json.loads(said)["address"])

    def kill(self, name: str) -> None:
        """Kill a process, which must be alive until then."""
        process = self._running.pop(name)
        self.addresses.pop(name, None)
        assert not _is_dead(process, 0), f"{name} ended by itself: {self._log(name)[-2_000:]}"
        _end(process)

    def end(self) -> None:
        """Kill all remaining processes."""
        while self._running:
            _, process = self._running.popitem()
            _end(process)

    def _forked(self, name: str, ahead: timedelta) -> int:
        order = {
            "arguments": COMMANDS[name],
            "ahead_s": ahead.total_seconds(),
            "says": str(self._says(name)),
            "log": str(self.store.parent / f"{name}.log"),
        }
        self._orders.write(json.dumps(order).encode() + b"\n")
        self._orders.flush()
        return int(self._numbers.readline())

    def _said(self, name: str) -> bytes:
        """Return the first line that a process prints, which it does when it is ready."""
        with self._says(name).open("rb") as says:
            ready = says.readline()
        self._says(name).unlink()
        assert ready, f"{name} did not start: {self._log(name)[-2_000:]}"
        return ready

    def _says(self, name: str) -> Path:
        return self.store.parent / f"{name}.says"

    def _log(self, name: str) -> str:
        return (self.store.parent / f"{name}.log").read_text()


@contextmanager
def processes(store: Path, database_url: str) -> Iterator[Processes]:
    """Yield the processes of a store, none of them started yet; kill them in the end."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.integration.kills.nursery"],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=_environment(store, database_url),
    ) as nursery:
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        begun = Processes(store, nursery.stdin, nursery.stdout)
        try:
            yield begun
        finally:
            begun.end()


def _is_dead(process: int, wait_s: float | None) -> bool:
    return bool(select.select([process], [], [], wait_s)[0])


def _end(process: int) -> None:
    signal.pidfd_send_signal(process, signal.SIGKILL)
    assert _is_dead(process, None)
    os.close(process)


def _environment(store: Path, database_url: str) -> dict[str, str]:
    return os.environ | {
        "IDENTLINK_STORE": str(store),
        "IDENTLINK_DATABASE_URL": database_url,
        # How often the load comes round depends on the machine.
        "IDENTLINK_REQUESTS_PER_MINUTE": "0",
        "IDENTLINK_PROBE_ATTEMPTS": "0",
        "IDENTLINK_LOG_LEVEL": "warning",
        # A worker gives up on a receiver that drips after so long.
        "IDENTLINK_WEBHOOK_TIMEOUT_S": "2",
        "IDENTLINK_WEBHOOK_PRIVATE_ADDRESSES": "true",
        "IDENTLINK_EXCHANGE_STATE": "GBR",
        # Messages to other States wait in it.
        "IDENTLINK_EXCHANGE_FOLDER": str(store.parent / "messages"),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
