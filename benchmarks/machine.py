"""The conditions of a result (machine, versions, code, seed, load), and the timing of work."""

from __future__ import annotations

import json
import multiprocessing
import os
import platform
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np

from domain.arrays import Float64s

THREAD_SETTINGS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_PACKAGES = ("identlink", "numpy", "faiss-cpu", "scikit-learn", "psycopg")
_KIB = 1024
_POLL_S = 0.01
_Result = TypeVar("_Result")


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Let processes that are started inside this context use one thread for linear algebra."""
    before = {name: os.environ[name] for name in THREAD_SETTINGS if name in os.environ}
    os.environ.update(dict.fromkeys(THREAD_SETTINGS, "1"))
    try:
        yield
    finally:
        for name in THREAD_SETTINGS:
            del os.environ[name]
        os.environ.update(before)


def in_one_thread(work: Callable[..., _Result], *arguments: object) -> _Result:
    """Run a module-level function in a process with one thread for linear algebra."""
    context = multiprocessing.get_context("spawn")
    with one_thread_each(), ProcessPoolExecutor(1, context) as pool:
        return pool.submit(work, *arguments).result()


FORKED = multiprocessing.get_context("fork")
"""Starts processes that begin with everything this process has loaded."""


def in_a_fork(call: Callable[..., object], *arguments: object) -> None:
    """Do work in a separate process, and end the benchmark if it fails."""
    process = FORKED.Process(target=call, args=arguments)
    process.start()
    process.join()
    if process.exitcode != 0:
        raise SystemExit("A process of the benchmark failed; its own output above says why.")


def has_been_killed(process: BaseProcess) -> bool:
    """Kill a forked process; return whether the kill ended it, and not its work before."""
    process.kill()
    process.join()
    return process.exitcode == -signal.SIGKILL


def killed_at_work(
    stop: int, done: Callable[[], int], work: Callable[..., object], *arguments: object
) -> int | None:
    """Work in a separate process, and kill it as soon as more than `stop` is done.

    Returns how much was done; None if the process had ended before.
    """
    process = FORKED.Process(target=work, args=arguments)
    process.start()
    while process.exitcode is None and done() <= stop:
        time.sleep(_POLL_S)
    return done() if has_been_killed(process) else None


def described_run(command: Sequence[str], *, seed: int, dataset_digest: str) -> dict[str, object]:
    """Return the head of a result file, which has enough to repeat the measurement."""
    return {
        "command": _as_typed(command),
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "versions": versions(),
        "git_sha": git_sha(),
        "seed": seed,
        "dataset_digest": dataset_digest,
        "load_before": os.getloadavg()[0],
    }


def write_result(path: Path | None, result: Mapping[str, object]) -> None:
    """Write a result as JSON and create missing directories. Does nothing without a path."""
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


_WHERE_THINGS_ARE_KEPT = {"--cache", "--data", "--store", "--stores"}
"""Options that name a directory on this machine and do not affect results."""


def _as_typed(command: Sequence[str]) -> str:
    """Return the command as a reader would type it, without paths on this machine."""
    program, *arguments = command
    before = ["", *arguments]
    told = [
        argument
        for argument, option in zip(arguments, before, strict=False)
        if not {argument, option} & _WHERE_THINGS_ARE_KEPT
    ]
    return " ".join([program, *told])


def machine() -> dict[str, object]:
    """Return processor, cores, memory, system and the thread settings in force."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _KIB**3, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "threads": {name: os.environ.get(name, "") for name in THREAD_SETTINGS},
    }


def versions() -> Mapping[str, str]:
    """Return the versions of the packages measured; "absent" if one is not installed."""
    return {name: _version(name) for name in _PACKAGES}


def git_sha() -> str:
    """Return the commit that is checked out, or an empty text outside a repository."""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"],  # noqa: S607  # whichever git the machine has
            capture_output=True,
            text=True,
            check=False,
            cwd=Path(__file__).parent,
        )
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def private_bytes() -> int:
    """Return the anonymous memory of this process: neither file-backed nor shared."""
    return anonymous_bytes(os.getpid())


def anonymous_bytes(pid: int) -> int:
    """Return the anonymous memory of a process, or 0 if it has ended."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"^Anonymous:\s+(\d+) kB", text, re.MULTILINE)
    return int(found.group(1)) * _KIB if found else 0


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor()
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found.group(1) if found else platform.processor()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Clocked(Generic[_Value]):
    """The result of some work, with its elapsed seconds and its processor seconds."""

    value: _Value
    wall_s: float
    cpu_s: float

    @property
    def wall_ms(self) -> float:
        """Elapsed milliseconds."""
        return self.wall_s * 1e3

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of processor time, which other load on the machine affects far less."""
        return self.cpu_s * 1e3


def clocked(work: Callable[[], _Value]) -> Clocked[_Value]:
    """Do some work; return its result with the time it took."""
    with Watch() as spent:
        value = work()
    return Clocked(value, spent.wall_s, spent.cpu_s)


class Watch:
    """Adds up the elapsed and the processor seconds of everything done in its context."""

    def __init__(self) -> None:
        self.wall_s = self.cpu_s = 0.0

    def __enter__(self) -> Watch:
        self._began_ns = time.perf_counter_ns(), time.process_time_ns()
        return self

    def __exit__(self, *_: object) -> None:
        wall_ns, cpu_ns = self._began_ns
        self.cpu_s += (time.process_time_ns() - cpu_ns) / 1e9
        self.wall_s += (time.perf_counter_ns() - wall_ns) / 1e9


def quantile(values: Sequence[float] | Float64s, share: float) -> float:
    """Return a quantile, or NaN if there are no values."""
    return float(np.quantile(values, share)) if len(values) else float("nan")


@contextmanager
def folder_of(named: Path | None) -> Iterator[Path]:
    """Yield the given directory, created if needed, or else a temporary directory."""
    if named is None:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)
    else:
        named.mkdir(parents=True, exist_ok=True)
        yield named
