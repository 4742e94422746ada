"""Sign-ins that failed, counted under a name or an address, so that guessing stops.

An attempt is counted as failed before it is looked at and uncounted when it was right, so that
many guesses at one time gain nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from domain.accounts import FailedAttempts
from domain.errors import NotAuthenticatedError
from service.storage.unit_of_work import UnitOfWork

BLOCKED = "There were too many attempts. Wait a quarter of an hour, or ask an administrator."


def attempts_key(kind: str, value: str) -> str:
    """Return the digest under which attempts are counted: no name and no address is kept."""
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()


def count_attempt(
    unit: UnitOfWork, limits: Sequence[tuple[str, int]], *, now: datetime, window: timedelta
) -> tuple[bool, ...]:
    """Count an attempt under each (key, limit); say for each key whether this one blocks it.

    Raises NotAuthenticatedError while any of them is blocked.
    """
    counters = [_counter(unit, key, now, window) for key, _ in limits]
    if any(c.blocked_until is not None and c.blocked_until > now for c in counters):
        raise NotAuthenticatedError(BLOCKED)
    for counter, (_, limit) in zip(counters, limits, strict=True):
        _count(unit, counter, limit, now + window)
    return tuple(
        counter.failures + 1 == limit for counter, (_, limit) in zip(counters, limits, strict=True)
    )


def uncount_attempt(unit: UnitOfWork, key: str) -> None:
    """Take back a failure that was counted ahead."""
    found = unit.sessions.attempts(key)
    if found is None or found.failures <= 1:
        unit.sessions.forget(key)
        return
    unit.sessions.count(replace(found, failures=found.failures - 1, blocked_until=None))


def _counter(unit: UnitOfWork, key: str, now: datetime, window: timedelta) -> FailedAttempts:
    found = unit.sessions.attempts(key)
    fresh = FailedAttempts(key, failures=0, first_at=now)
    if found is None:
        return fresh
    if found.blocked_until is not None:
        return found if found.blocked_until > now else fresh
    return fresh if now - found.first_at > window else found


def _count(unit: UnitOfWork, counter: FailedAttempts, limit: int, until: datetime) -> None:
    failures = counter.failures + 1
    blocked = until if failures >= limit else None
    unit.sessions.count(replace(counter, failures=failures, blocked_until=blocked))
