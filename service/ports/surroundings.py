"""The environment of a use case: time, ids, secrets, limits of calls, tenant, and cached plans."""

from collections.abc import Callable, Iterator
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
    """Let the database reuse one plan for each statement in the block, whatever its values.

    As a decorator, this applies to the whole function. PostgreSQL plans a statement again for each
    list of values, as long as it estimates a list of one to be cheaper than a list of ten;
    planning costs an enrolment more than executing all its statements. Use this only for calls
    without lists or reports: a plan that holds for all values cannot use an index that suits only
    some of them.
    """
    held = _IS_PLANNED_ONCE.set(True)
    try:
        yield
    finally:
        _IS_PLANNED_ONCE.reset(held)


def is_planned_once() -> bool:
    """Return whether the current work uses reusable plans."""
    return _IS_PLANNED_ONCE.get()
