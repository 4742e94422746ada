"""What surrounds the work: time, ids, secrets, limits of calls, the tenant, kept plans."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.ids import ForceCode, UserId

Clock = Callable[[], datetime]
"""Returns the present instant, aware, UTC."""

NewId = Callable[[], str]
"""Returns a fresh opaque id: 32 hexadecimal characters without meaning or order."""

NewSecret = Callable[[], str]
"""Returns a fresh secret of at least 256 bits, URL-safe."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The non-deterministic outside of a use case."""

    clock: Clock
    new_id: NewId
    new_secret: NewSecret


class CallLimiter(Protocol):
    """One bucket of tokens for each caller, which fills evenly; thread-safe."""

    def take(self, user_id: UserId) -> None:
        """Count one call; raises RateLimitedError when the caller has none left."""


@dataclass(slots=True)
class Tenant:
    """Filled in by authentication, in whichever thread that runs."""

    force: ForceCode | None = None


CURRENT_TENANT: ContextVar[Tenant | None] = ContextVar("identlink_tenant", default=None)


def name_tenant(force: ForceCode | None) -> None:
    """Let the request that runs see only this force's rows; without a request, do nothing."""
    tenant = CURRENT_TENANT.get()
    if tenant is not None:
        tenant.force = force


def current_force() -> ForceCode | None:
    """Return the force of the request that runs."""
    tenant = CURRENT_TENANT.get()
    return None if tenant is None else tenant.force


_IS_PLANNED_ONCE: ContextVar[bool] = ContextVar("identlink_planned_once", default=False)


@contextmanager
def planned_once() -> Iterator[None]:
    """Let the database keep the plan of each statement in the block, whatever its values.

    As a decorator, in the whole function. PostgreSQL plans a statement again for each list of
    values as long as it takes a list of one for cheaper than one of ten, and planning costs an
    enrolment more than all its statements do. Only for calls without lists or reports: a plan
    that holds for all values cannot use what only some of them allow.
    """
    held = _IS_PLANNED_ONCE.set(True)
    try:
        yield
    finally:
        _IS_PLANNED_ONCE.reset(held)


def is_planned_once() -> bool:
    """Return whether the work that runs asks for kept plans."""
    return _IS_PLANNED_ONCE.get()
