"""Starts the child process, asks it, ends it when it is late, and starts another."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from domain.errors import LinkingError, UnreadablePrintError
from service.adapters.isolation.frames import Frame, FrameError, packed, received
from service.adapters.isolation.limits import STANDARD, Limits

_ROOT = str(Path(__file__).resolve().parents[3])
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from service.adapters.isolation.child import main; "
    "main(sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))"
)
_CHUNK = 1 << 16
_ENDING_S = 1.0
"""How long a process that has closed its pipe may take to end."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """How the parent says that a file was not read."""

    error: type[LinkingError]
    sentences: Mapping[str, str]
    """By the way the child ended: `late`, `costly`, `died`, `fault`, `memory`."""
    busy: type[LinkingError] | None = None
    """For a call that was late although its processor time was not used up; None: as `late`."""


_OF_PRINTS = {
    "late": "The file took too long to read: export it again, or send its images one by one.",
    "died": "The file cannot be read: it is damaged, or not a file of prints.",
    "fault": "The file cannot be read: it is damaged, or not a file of prints.",
    "memory": "The file needs more memory than a print does: send a smaller one.",
}
OF_PRINTS = Refusals(UnreadablePrintError, _OF_PRINTS)


class _LateError(Exception):
    pass


class Worker:
    """One child process, started when it is first asked. Thread-safe: callers take turns."""

    def __init__(
        self, tasks_module: str, limits: Limits = STANDARD, refusals: Refusals = OF_PRINTS
    ) -> None:
        """`tasks_module` is imported in the child; its `TASKS` are the calls that it answers."""
        self._tasks_module = tasks_module
        self._limits = limits
        self._refusals = refusals
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._calls = 0
        self.restarts = 0
        """How often a process was ended because of a file."""

    def ask(self, call: Frame) -> Frame:
        """Return the child's answer.

        Raises the error of its `refusals` for a file that the child refuses, and where it was
        late, ran out of memory or died; the next call gets a new process.
        """
        with self._turn:
            answer = self._answer(call)
        refused = answer.header.get("refused")
        if refused is None:
            return answer
        if refused == "late" and self._refusals.busy is not None:
            raise self._refusals.busy
        detail = answer.header.get("detail")
        sentences = self._refusals.sentences
        error = self._refusals.error(
            detail if isinstance(detail, str) else sentences.get(refused, sentences["fault"])
        )
        if isinstance(error, UnreadablePrintError):
            error.is_late = refused == "late"
        raise error

    def close(self) -> None:
        """End the process; the next call starts another."""
        with self._turn:
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _answer(self, call: Frame) -> Frame:
        process = self._running()
        deadline = time.monotonic() + self._limits.seconds
        try:
            _send(process, packed(call), deadline)
            answer = received(lambda size: _receive(process, size, deadline))
        except _LateError:
            return self._failed("late")
        except (FrameError, OSError):
            return self._failed("costly" if self._is_spent(process) else "died")
        except BaseException:
            # An answer that nobody waits for would be taken for that of the next call.
            self._end()
            raise
        if answer.header.get("refused") == "memory":
            return self._failed("memory")
        return answer

    def _is_spent(self, process: subprocess.Popen[bytes]) -> bool:
        """Whether a process that answers no more was ended for its processor time."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_ENDING_S)
        return process.returncode == -signal.SIGPROF

    def _failed(self, why: str) -> Frame:
        self._end()
        self.restarts += 1
        return Frame({"refused": why})

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._calls >= self._limits.calls:
            self._end()
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = _started(self._tasks_module, self._limits)
            self._calls = 0
        self._calls += 1
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                # What was not taken any more is of no use.
                with contextlib.suppress(OSError):
                    pipe.close()


def _started(tasks_module: str, limits: Limits) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [
            *(sys.executable, "-P", "-B", "-c", _START),
            *(_ROOT, tasks_module, str(limits.address_space_mb), str(limits.processor_s)),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        cwd="/",
        # One thread each: the service decides how many calls run at a time. No other variable
        # is passed on: a key or a password of the service is none of the child's business.
        env={"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            os.set_blocking(pipe.fileno(), False)
    return process


def _send(process: subprocess.Popen[bytes], data: bytes, deadline: float) -> None:
    pipe = process.stdin
    if pipe is None:
        raise FrameError
    view = memoryview(data)
    while view:
        _wait(pipe.fileno(), select.POLLOUT, deadline)
        view = view[os.write(pipe.fileno(), view[:_CHUNK]) :]


def _receive(process: subprocess.Popen[bytes], size: int, deadline: float) -> bytes:
    pipe = process.stdout
    if pipe is None:
        raise FrameError
    parts, missing = [], size
    while missing:
        _wait(pipe.fileno(), select.POLLIN, deadline)
        part = os.read(pipe.fileno(), min(missing, _CHUNK))
        if not part:
            raise FrameError
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _wait(descriptor: int, events: int, deadline: float) -> None:
    """Wait until the pipe is ready; raises _LateError at the deadline."""
    poll = select.poll()
    poll.register(descriptor, events)
    left_ms = (deadline - time.monotonic()) * 1000
    if left_ms <= 0 or not poll.poll(left_ms):
        raise _LateError
