"""What surrounds a use case: time, ids, secrets, limits of calls, tenant, plans, tracing."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.ids import ForceCode, UserId

Clock = Callable[[], datetime]
"""Returns the present time, timezone-aware, in UTC."""

NewId = Callable[[], str]
"""Returns a new opaque id: 32 hexadecimal characters without meaning or order."""

NewSecret = Callable[[], str]
"""Returns a new secret of at least 256 bits, safe in a URL."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The non-deterministic inputs of a use case."""

    clock: Clock
    new_id: NewId
    new_secret: NewSecret
    outer_clock: Clock | None = None
    """The clock of everybody else, where `clock` was moved, as in a sandbox; otherwise None."""

    def time_outside(self) -> datetime:
        """Return the current time as those who receive a message know it."""
        return (self.outer_clock or self.clock)()


class CallLimiter(Protocol):
    """A bucket of call tokens for each caller, refilled at a constant rate; thread-safe."""

    def take(self, user_id: UserId) -> None:
        """Count one call. Raises RateLimitedError when the caller has no calls left."""


@dataclass(slots=True)
class Tenant:
    """The force of a request. Authentication sets it, in whichever thread authentication runs."""

    force: ForceCode | None = None


CURRENT_TENANT: ContextVar[Tenant | None] = ContextVar("identlink_tenant", default=None)


def name_tenant(force: ForceCode | None) -> None:
    """Restrict the current request to this force's rows; outside a request, do nothing."""
    tenant = CURRENT_TENANT.get()
    if tenant is not None:
        tenant.force = force


def current_force() -> ForceCode | None:
    """Return the force of the current request."""
    tenant = CURRENT_TENANT.get()
    return None if tenant is None else tenant.force


_IS_PLANNED_ONCE: ContextVar[bool] = ContextVar("identlink_planned_once", default=False)


@contextmanager
def planned_once() -> Iterator[None]:
    """Let the database reuse one plan for each statement in the block, or in a decorated function.

    PostgreSQL plans a statement again for each list of values while it estimates a list of one to
    be cheaper than one of ten; planning costs an enrolment more than executing all its statements.
    Not for calls with lists or reports: a plan that holds for all values cannot use an index that
    suits only some.
    """
    held = _IS_PLANNED_ONCE.set(True)
    try:
        yield
    finally:
        _IS_PLANNED_ONCE.reset(held)


def is_planned_once() -> bool:
    """Return whether the current work uses reusable plans."""
    return _IS_PLANNED_ONCE.get()


Facts = Mapping[str, str | int | float]
"""Names and values in a span: only codes and numbers."""


class CallSpan(Protocol):
    """The span of the call in progress."""

    def end(self, name: str, facts: Facts, *, failure: str = "") -> None:
        """End the span under a name; `failure` is the code or class of the error, if any."""


class Tracing(Protocol):
    """Creates spans and exports them; thread-safe.

    A span names routes, codes, counts and durations. It never contains a URL, query, body or
    account, or the IP address of a client.
    """

    def begin_call(self, traceparent: str) -> CallSpan:
        """Begin the span of a call, within the caller's trace if the header names one."""

    def note_round(self, name: str, begun_ns: int, *, done: int, failure: str = "") -> None:
        """Create the span of a completed round: how much was done, or which error ended it."""

    def close(self) -> None:
        """Export the last spans."""


def traced(tracing: Tracing | None, work: Callable[[], int], name: str) -> Callable[[], int]:
    """Return a round of work that creates a span each time it did something or failed."""
    if tracing is None:
        return work

    def _round() -> int:
        begun_ns = time.time_ns()
        try:
            done = work()
        except Exception as error:
            tracing.note_round(name, begun_ns, done=0, failure=type(error).__name__)
            raise
        if done:
            tracing.note_round(name, begun_ns, done=done)
        return done

    return _round
