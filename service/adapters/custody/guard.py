"""Calls of a security module: by few threads, with a time limit, a queue and a circuit breaker.

A call of the module's library cannot be interrupted. The caller stops waiting when its time is
over; the thread waits for the call, and takes the next call once the module answers again.
"""

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from domain.errors import StorePart, StoreUnavailableError

Session = TypeVar("Session")
Answer = TypeVar("Answer")

_ATTEMPTS = 2
"""The second one is made over a new session: the module may have been restarted."""


@dataclass(frozen=True, slots=True)
class GuardLimits:
    """How long calls may take, and how many may wait."""

    seconds: float = 5.0
    threads: int = 2
    waiting: int = 64
    failures: int = 3
    """Number of failures in a row that opens the circuit."""
    pause_s: float = 10.0
    """While the circuit is open, calls are refused at once; then one is tried."""


@dataclass(slots=True)
class _Call(Generic[Session]):
    work: Callable[[Session], None]
    done: threading.Event = field(default_factory=threading.Event)
    is_left: bool = False
    error: BaseException | None = None


class Guard(Generic[Session]):
    """Threads with one session each. Thread-safe; the threads begin with the first call."""

    def __init__(
        self,
        open_session: Callable[[], Session],
        faults: tuple[type[Exception], ...],
        limits: GuardLimits,
    ) -> None:
        """`faults`: errors of the library for which the module or the session is at fault."""
        self._open, self._faults, self._limits = open_session, faults, limits
        self._calls: queue.Queue[_Call[Session]] = queue.Queue(limits.waiting)
        self._lock = threading.Lock()
        self._threads = 0
        self._failures = 0
        self._closed_until = 0.0

    def call(self, work: Callable[[Session], Answer]) -> Answer:
        """Return the result of the work on a session.

        Raises StoreUnavailableError: no answer in time, a full queue, or an open circuit.
        """
        self._demand_closed_circuit()
        answers: list[Answer] = []
        call: _Call[Session] = _Call(lambda session: answers.append(work(session)))
        self._start_threads()
        try:
            self._calls.put_nowait(call)
        except queue.Full:
            raise _away("Too many calls are waiting for the security module.") from None
        if not call.done.wait(self._limits.seconds):
            call.is_left = True
            self._count(failed=True)
            raise _away("The module did not answer in time.")
        if isinstance(call.error, self._faults):
            self._count(failed=True)
            raise _away("The module reports a fault.") from call.error
        self._count(failed=False)
        if call.error is not None:
            raise call.error
        return answers[0]

    def _demand_closed_circuit(self) -> None:
        with self._lock:
            if time.monotonic() < self._closed_until:
                raise _away("The module has not answered recently.")
            if self._failures >= self._limits.failures:
                # This call is the one that tries; the others are refused meanwhile.
                self._closed_until = time.monotonic() + self._limits.seconds

    def _count(self, *, failed: bool) -> None:
        with self._lock:
            self._failures = self._failures + 1 if failed else 0
            is_open = self._failures >= self._limits.failures
            self._closed_until = time.monotonic() + self._limits.pause_s if is_open else 0.0

    def _start_threads(self) -> None:
        with self._lock:
            while self._threads < self._limits.threads:
                self._threads += 1
                threading.Thread(target=self._serve, daemon=True, name="key-custody").start()

    def _serve(self) -> None:
        session: Session | None = None
        while True:
            call = self._calls.get()
            if not call.is_left:
                session = self._worked(call, session)
            call.done.set()

    def _worked(self, call: _Call[Session], session: Session | None) -> Session | None:
        """Make one call; return the session for the next call, or None if this call failed."""
        for _ in range(_ATTEMPTS):
            try:
                session = session if session is not None else self._open()
                call.work(session)
            except self._faults as error:
                call.error, session = error, None
            except BaseException as error:  # noqa: BLE001 - the caller's own, raised there
                call.error = error
                return session
            else:
                call.error = None
                return session
        return session


def _away(why: str) -> StoreUnavailableError:
    return StoreUnavailableError(
        f"The security module that holds the keys cannot be used: {why} Check the "
        "module and its network; the service recovers by itself.",
        part=StorePart.KEYS,
    )
