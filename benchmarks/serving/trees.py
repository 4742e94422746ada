"""Checkouts of this repository. Their code fills stores and serves them as separate processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

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
        """Return the environment of its processes. The check for repeated probes is on, as by
        default.

        Only the limit on calls is lifted, because one caller makes all the calls.
        """
        given = {
            "PYTHONPATH": str(self.path),
            "IDENTLINK_STORE": str(self.store),
            "IDENTLINK_REQUESTS_PER_MINUTE": "0",
        }
        if self.database_url is not None:
            given["IDENTLINK_DATABASE_URL"] = self.database_url
        return os.environ | given

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

    def cpu_ms(self) -> float:
        """Return the processor time of the process so far, including threads that have ended."""
        return process_cpu_ms(self.pid)

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
