"""How sign-ins and sessions are logged, and failed sign-ins counted to slow down guessing.

Failures are counted by account and source. After the first few, each failure doubles the delay
before the next attempt is checked. An attempt is counted as failed before it is checked, and
uncounted if it was right, so that making many guesses at once gains nothing.
"""

import hashlib
import hmac
import ipaddress
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from domain.access.access import Caller
from domain.access.accounts import Account, FailedAttempts, KnownSource, Session, Slowing
from domain.events.access import SessionState, SignedIn, SignedOut
from domain.ids import UserId
from service.provenance.bundle.row_commitments import session_ref
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import record
from service.usecases.services import StoreServices

HELD_UP = "There have been too many attempts from this address. Wait 15 minutes and try again."

KNOWN_FOR = timedelta(days=90)
"""How long a source stays known for an account after the last sign-in from that source."""

_REMEMBERED = timedelta(hours=1)
"""How long failures are remembered after the first one or, once they cause a delay, after the
delay ends. It is longer than any delay."""

_IPV6_SITE_BITS = 64
"""A single connection commonly has a whole IPv6 network with a prefix of this many bits."""


class Counted(NamedTuple):
    """A key under which failures are counted, and the delays that these failures cause."""

    key: str
    slowing: Slowing


def attempts_key(kind: str, *values: str) -> str:
    """Return the digest under which attempts are counted, so that no name or address is stored."""
    return hashlib.sha256("\n".join((kind, *values)).encode()).hexdigest()


def source_of(address: str) -> str:
    """Return the source of an address: the address itself or, for IPv6, its /64 network."""
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
    """Return the record that this account has signed in from this network address.

    Changing the password makes every source unknown again.
    """
    digest = hmac.new(account.password_hash.encode(), source.encode(), hashlib.sha256).hexdigest()
    return KnownSource(digest, account.user_id, now)


def count_attempt(
    unit: UnitOfWork, counted: Sequence[Counted], *, now: datetime
) -> frozenset[str] | None:
    """Count an attempt under each key, and return the keys for which this attempt starts a delay.
    If any of the keys is delayed now, count nothing and return None.
    """
    # Always lock in the same order: two attempts that lock several counters then cannot deadlock.
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
    """Take back one failure, which was counted before the attempt was checked."""
    found = _counter(unit, key, now)
    if found.failures <= 1:
        unit.sessions.forget(key)
        return
    unit.sessions.count(replace(found, failures=found.failures - 1, blocked_until=None))


def _counter(unit: UnitOfWork, key: str, now: datetime) -> FailedAttempts:
    """Return the counter of a key, locked; a stale counter starts again at 0."""
    fresh = FailedAttempts(key, failures=0, first_at=now)
    found = unit.sessions.attempts(fresh)
    # In either direction: a failure dated days ahead was counted while the clock was fast.
    is_stale = abs(now - (found.blocked_until or found.first_at)) > _REMEMBERED
    return fresh if is_stale else found


def _count(unit: UnitOfWork, counter: FailedAttempts, slowing: Slowing, now: datetime) -> None:
    failures = counter.failures + 1
    delay = slowing.delay(failures)
    blocked = now + delay if delay else None
    unit.sessions.count(replace(counter, failures=failures, blocked_until=blocked))


def record_begin(
    services: StoreServices, unit: UnitOfWork, caller: Caller, session: Session, *, by: str
) -> None:
    """Append the event for the begin of a session; `by` is the kind of sign-in."""
    ref, state = session_ref(session), SessionState.OPEN
    record(services, unit, caller, SignedIn(ref, session.user_id, by=by, session=state))


def end_sessions(
    services: StoreServices, unit: UnitOfWork, caller: Caller, user_id: UserId
) -> None:
    """End every session of an account, each with an event: none can be reopened unnoticed."""
    for session in unit.sessions.end_all(user_id, services.now()):
        record_end(services, unit, caller, session)


def record_end(
    services: StoreServices, unit: UnitOfWork, caller: Caller, session: Session
) -> None:
    """Append the event for the end of a session, whoever ended it."""
    ref, state = session_ref(session), SessionState.ENDED
    record(services, unit, caller, SignedOut(ref, session.user_id, session=state))
