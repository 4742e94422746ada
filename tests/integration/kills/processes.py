"""`identlink serve` and `identlink worker` as real processes over one store, to be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).parents[3]
COMMANDS = {
    "api": ("serve", "--port", "0", "--json"),
    "worker": ("worker", "--lease", "5", "--nice", "0", "--json"),
}


@dataclass(slots=True)
class Processes:
    """The processes of one store; each writes its log beside the store."""

    store: Path
    database_url: str
    address: str | None = None
    """Where the API listens; None while it is dead. Read by the clients' threads."""
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start a process and wait until it is ready."""
        with (self.store.parent / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-m", "service", *COMMANDS[name]],
                cwd=PROJECT,
                stdout=subprocess.PIPE,
                stderr=log,
                env=self._environment(),
            )
        self._running[name] = process
        assert process.stdout is not None
        ready = process.stdout.readline()
        assert ready, f"{name} did not start: {self._log(name)[-2_000:]}"
        if name == "api":
            self.address = str(json.loads(ready)["address"])

    def kill(self, name: str) -> None:
        """Kill a process, which has to be alive until then."""
        process = self._running.pop(name)
        if name == "api":
            self.address = None
        assert process.poll() is None, f"{name} ended by itself: {self._log(name)[-2_000:]}"
        self._end(process)

    def end(self) -> None:
        """Kill whatever still runs."""
        while self._running:
            _, process = self._running.popitem()
            self._end(process)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGKILL)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def _log(self, name: str) -> str:
        return (self.store.parent / f"{name}.log").read_text()

    def _environment(self) -> dict[str, str]:
        return os.environ | {
            "IDENTLINK_STORE": str(self.store),
            "IDENTLINK_DATABASE_URL": self.database_url,
            # How often the load comes round depends on the machine.
            "IDENTLINK_REQUESTS_PER_MINUTE": "0",
            "IDENTLINK_PROBE_ATTEMPTS": "0",
            "IDENTLINK_LOG_LEVEL": "warning",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
