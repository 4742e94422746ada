"""Sign-ins that failed, counted by account and source, so that guessing is slowed.

Each failure beyond a few doubles the time until the next attempt is looked at. An attempt is
counted as failed before it is looked at and uncounted when it was right, so that many guesses at
one time gain nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from domain.accounts import Account, FailedAttempts, KnownSource, Slowing
from service.storage.unit_of_work import UnitOfWork

HELD_UP = "There were too many attempts from here. Wait a quarter of an hour and try again."

KNOWN_FOR = timedelta(days=90)
"""A source stays known for an account for this long after the last sign-in from it."""

_REMEMBERED = timedelta(hours=1)
"""Failures are forgotten so long after the first one or, once they hold up, after the delay. It is
longer than any delay."""

_IPV6_SITE_BITS = 64
"""A single connection commonly has a whole network of this many bits to itself."""


class Counted(NamedTuple):
    """A key under which failures are counted, and the delays that they cause."""

    key: str
    slowing: Slowing


def attempts_key(kind: str, *values: str) -> str:
    """Return the digest under which attempts are counted: no name and no address is kept."""
    return hashlib.sha256("\n".join((kind, *values)).encode()).hexdigest()


def source_of(address: str) -> str:
    """Return the source that an address belongs to: itself, or the /64 network of an IPv6 one."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((int(found), _IPV6_SITE_BITS), strict=False))


def known_source(account: Account, source: str, now: datetime) -> KnownSource:
    """Return a source as an account knows it; another password makes all sources strange."""
    digest = hmac.new(account.password_hash.encode(), source.encode(), hashlib.sha256).hexdigest()
    return KnownSource(digest, account.user_id, now)


def count_attempt(
    unit: UnitOfWork, counted: Sequence[Counted], *, now: datetime
) -> frozenset[str] | None:
    """Count an attempt under each key and return the keys that hold up from this one on.

    Return None, and count nothing, while any of them is held up.
    """
    # In one order everywhere: two attempts that lock several counters cannot wait for each other.
    order = sorted(counted, key=lambda one: one.key)
    counters = [_counter(unit, one.key, now) for one in order]
    if any(each.blocked_until is not None and each.blocked_until > now for each in counters):
        return None
    for counter, (_, slowing) in zip(counters, order, strict=True):
        _count(unit, counter, slowing, now)
    return frozenset(
        counter.key_sha256
        for counter, (_, slowing) in zip(counters, order, strict=True)
        if counter.failures + 1 == slowing.limit
    )


def uncount_attempt(unit: UnitOfWork, key: str, *, now: datetime) -> None:
    """Take back a failure that was counted ahead."""
    found = _counter(unit, key, now)
    if found.failures <= 1:
        unit.sessions.forget(key)
        return
    unit.sessions.count(replace(found, failures=found.failures - 1, blocked_until=None))


def _counter(unit: UnitOfWork, key: str, now: datetime) -> FailedAttempts:
    """Return the counter of a key, locked until the transaction ends; a stale one begins again."""
    fresh = FailedAttempts(key, failures=0, first_at=now)
    found = unit.sessions.attempts(fresh)
    # Either way: a failure of days ahead was counted while the clock was ahead.
    is_stale = abs(now - (found.blocked_until or found.first_at)) > _REMEMBERED
    return fresh if is_stale else found


def _count(unit: UnitOfWork, counter: FailedAttempts, slowing: Slowing, now: datetime) -> None:
    failures = counter.failures + 1
    delay = slowing.delay(failures)
    blocked = now + delay if delay else None
    unit.sessions.count(replace(counter, failures=failures, blocked_until=blocked))
