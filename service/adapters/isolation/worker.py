"""Starts the child process, sends it calls, kills it if it costs too much, and starts another.

The limit is processor time. The parent measures it, so a child that an attacker controls cannot
reset it.
"""

import contextlib
import math
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from domain import errors
from service.adapters.isolation.confinement import Lock
from service.adapters.isolation.frames import STANDARD, Frame, FrameError, Limits, packed, received

_ROOT = str(Path(__file__).resolve().parents[3])
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from service.adapters.isolation.child import main; "
    "main(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), "
    "prepared=sys.argv[5], is_demanded=sys.argv[6] == 'demanded')"
)
_CHUNK = 1 << 16
_LEAST_WAIT_S = 0.01
_STARTING_S = 60.0
"""How long the imports of a process may take on a busy machine."""
UNLOCKED = (
    "The process that reads uploaded files cannot be confined, because this host "
    "has no seccomp. Use a Linux kernel with seccomp, or set "
    "IDENTLINK_UNLOCKED_READERS=true and accept the risk: a malicious file that "
    "takes over this process can do whatever the service can."
)
_NOT_STARTED = "The process that reads uploaded files does not start: run `identlink doctor`."


@dataclass(frozen=True, slots=True)
class Refusals:
    """How the parent reports that a file was not read."""

    error: type[errors.LinkingError]
    sentences: Mapping[str, str]
    """Sentences by the way the child ended: `costly`, `died`, `fault` or `memory`."""
    busy: type[errors.LinkingError]
    """The error for a call that did not get its processor time. It says nothing about the file."""


_OF_PRINTS = {
    "costly": "The file took too long to read: export it again, or send its images one by one.",
    "died": "The file cannot be read: it is damaged, or not a file of prints.",
    "fault": "The file cannot be read: it is damaged, or not a file of prints.",
    "memory": "The file needs more memory than a print does: send a smaller one.",
}
OF_PRINTS = Refusals(errors.UnreadablePrintError, _OF_PRINTS, busy=errors.PrintsBusyError)


class _LateError(Exception):
    pass


class _CostlyError(Exception):
    pass


@dataclass(frozen=True, slots=True)
class _Allowance:
    """The limits of one call: its deadline and its processor time."""

    deadline_s: float
    """Deadline on the monotonic clock."""
    processor: int
    """The id of the clock that counts the child's processor time."""
    processor_end_s: float

    def wait(self, descriptor: int, events: int) -> None:
        """Wait until a pipe is ready. Raises _CostlyError, _LateError."""
        poll = select.poll()
        poll.register(descriptor, events)
        while True:
            spare_s = self.processor_end_s - _spent_s(self.processor)
            left_s = self.deadline_s - time.monotonic()
            if spare_s <= 0:
                raise _CostlyError
            if left_s <= 0:
                raise _LateError
            # The child has one thread, so it cannot use up its remaining time before this.
            if poll.poll(1_000 * max(_LEAST_WAIT_S, min(spare_s, left_s))):
                return


def _spent_s(processor: int) -> float:
    try:
        return time.clock_gettime(processor)
    except OSError:
        # The process has ended; its pipe shows this.
        return 0.0


class Worker:
    """One child process, which is started for its first call. Thread-safe: callers take turns."""

    def __init__(
        self,
        tasks_module: str,
        limits: Limits = STANDARD,
        refusals: Refusals = OF_PRINTS,
        *,
        prepared: str = "",
        may_be_unlocked: bool = False,
    ) -> None:
        """Prepare a worker. `tasks_module` is imported in the child, which answers its `TASKS`.

        The module's `prepare` gets `prepared` and opens all that calls need, because calls can
        open nothing.
        """
        self._limits = limits
        self._refusals = refusals
        self._arguments = (
            tasks_module,
            str(limits.address_space_mb),
            str(limits.whole_processor_s),
            prepared,
            "asked" if may_be_unlocked else "demanded",
        )
        self._may_be_unlocked = may_be_unlocked
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._calls = 0
        self.restarts = 0
        """How often a process was killed because of a file."""

    def ask(self, call: Frame) -> Frame:
        """Return the child's answer.

        Raises the error of `refusals` for a file that the child refuses, and if the child cost too
        much, ran out of memory or died; the next call then gets a new process. Raises the `busy`
        error if the machine gave the child no time, and ConfigurationError if no process starts.
        """
        with self._turn:
            answer = self._answer(call)
        refused = answer.header.get("refused")
        if refused is None:
            return answer
        detail = answer.header.get("detail")
        sentences = self._refusals.sentences
        error = self._refusals.error(
            detail if isinstance(detail, str) else sentences.get(refused, sentences["fault"])
        )
        if isinstance(error, errors.UnreadablePrintError):
            error.is_costly = refused == "costly"
        raise error

    def close(self) -> None:
        """End the process. The next call starts another."""
        with self._turn:
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def _answer(self, call: Frame) -> Frame:
        process = self._running()
        allowed = _allowance(process, self._limits.patience_s, self._limits.processor_s)
        try:
            _send(process, packed(call), allowed)
            answer = received(lambda size: _receive(process, size, allowed))
        except _CostlyError:
            return self._failed("costly")
        except _LateError:
            self._end()
            raise self._refusals.busy from None
        except (FrameError, OSError):
            return self._failed("died")
        except BaseException:
            # A late answer would be taken for the answer to the next call.
            self._end()
            raise
        if answer.header.get("refused") == "memory":
            return self._failed("memory")
        return answer

    def _failed(self, why: str) -> Frame:
        self._end()
        self.restarts += 1
        return Frame({"refused": why})

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._calls >= self._limits.calls:
            self._end()
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = _started(self._arguments)
            self._calls = 0
            self._meet(self._process)
        self._calls += 1
        return self._process

    def _meet(self, process: subprocess.Popen[bytes]) -> None:
        """Wait for the first message of a process, which says that its locks are closed."""
        allowed = _allowance(process, _STARTING_S, math.inf)
        try:
            locks = received(lambda size: _receive(process, size, allowed)).header["locks"]
        except _LateError:
            self._end()
            raise self._refusals.busy from None
        except (FrameError, OSError, KeyError):
            self._end()
            raise errors.ConfigurationError(_NOT_STARTED) from None
        except BaseException:
            self._end()
            raise
        if Lock.SECCOMP not in locks and not self._may_be_unlocked:
            self._end()
            raise errors.ConfigurationError(UNLOCKED)

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                # Unread data is no longer needed.
                with contextlib.suppress(OSError):
                    pipe.close()


def _started(arguments: tuple[str, ...]) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-P", "-B", "-c", _START, _ROOT, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        cwd="/",
        # One thread each: the service decides how many calls run at a time. No other variable
        # is passed on, so that the child never sees a key or a password of the service.
        env={"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            os.set_blocking(pipe.fileno(), False)
    return process


def _allowance(
    process: subprocess.Popen[bytes], patience_s: float, processor_s: float
) -> _Allowance:
    # CPUCLOCK_SCHED of a process, as the C library's clock_getcpuclockid() computes it.
    processor = ~process.pid << 3 | 2
    return _Allowance(time.monotonic() + patience_s, processor, _spent_s(processor) + processor_s)


def _send(process: subprocess.Popen[bytes], data: bytes, allowed: _Allowance) -> None:
    pipe = process.stdin
    if pipe is None:
        raise FrameError
    view = memoryview(data)
    while view:
        allowed.wait(pipe.fileno(), select.POLLOUT)
        view = view[os.write(pipe.fileno(), view[:_CHUNK]) :]


def _receive(process: subprocess.Popen[bytes], size: int, allowed: _Allowance) -> bytes:
    pipe = process.stdout
    if pipe is None:
        raise FrameError
    parts, missing = [], size
    while missing:
        allowed.wait(pipe.fileno(), select.POLLIN)
        part = os.read(pipe.fileno(), min(missing, _CHUNK))
        if not part:
            raise FrameError
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
