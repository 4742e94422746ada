"""Limits how often one address may call, and how often one reference may be tried.

Counts are in memory: the pages are one process, and a restart resets the counts. No address is
stored, only a keyed digest of it.
"""

import hashlib
import hmac
import ipaddress
import secrets
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from domain.access.accounts import Slowing

_MOST_KEPT = 100_000
"""The most keys that are stored; beyond this number, the key unused for longest is removed."""
_FAILURES_OF_SOURCE = 5
"""Wrong codes from one source at one reference before a delay, as for accounts."""
_FORGOTTEN_S = 60 * 60.0
"""The time, in seconds, after which failures are forgotten; it is longer than any delay."""
_PREFIX_V6 = 64
"""The length of an IPv6 network that counts as one household or server."""


class Allowance:
    """A number of calls per period for each key, which is refilled evenly. For one event loop."""

    def __init__(self, most: int, period_s: float, clock: Callable[[], float]) -> None:
        """`clock` returns seconds and must never go back."""
        self._most = most
        self._back_per_s = most / period_s
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> bool:
        """Take one call; if none is left, take nothing and return False."""
        left = self._now_left(key)
        is_left = left >= 1.0
        self._left[key] = (left - 1.0 if is_left else left, self._clock())
        self._left.move_to_end(key)
        if len(self._left) > _MOST_KEPT:
            self._left.popitem(last=False)
        return is_left

    def _now_left(self, key: str) -> float:
        left, then = self._left.get(key, (float(self._most), self._clock()))
        return min(float(self._most), left + (self._clock() - then) * self._back_per_s)


class Delays:
    """Failures by key, each of which delays the next attempt. For one event loop."""

    def __init__(self, slowing: Slowing, clock: Callable[[], float]) -> None:
        """`clock` returns seconds and must never go back."""
        self._slowing = slowing
        self._clock = clock
        self._failed: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def is_held_up(self, key: str) -> bool:
        """Whether the delay after the last failure is still running."""
        failures, at_s = self._found(key)
        return self._clock() < at_s + self._slowing.delay(failures).total_seconds()

    def fail(self, key: str) -> None:
        """Count a failure."""
        failures, _ = self._found(key)
        self._failed[key] = (failures + 1, self._clock())
        _keep_most(self._failed, key)

    def forget(self, key: str) -> None:
        """Forget the failures of a key."""
        self._failed.pop(key, None)

    def _found(self, key: str) -> tuple[int, float]:
        failures, at_s = self._failed.get(key, (0, 0.0))
        return (0, 0.0) if self._clock() - at_s > _FORGOTTEN_S else (failures, at_s)


class Guesses:
    """Wrong codes for references, which delay the next attempt but lock nobody out.

    They are counted by reference and source. They are also counted by reference only, for sources
    that have not opened the application; such sources wait a minute at most. A source that has
    opened the application is never delayed by other people's guesses.
    """

    def __init__(self, failures_from_anywhere: int, clock: Callable[[], float]) -> None:
        """`clock` returns seconds and must never go back."""
        minute, second = timedelta(minutes=1), timedelta(seconds=1)
        self._by_source = Delays(Slowing(_FAILURES_OF_SOURCE, second, 15 * minute), clock)
        self._anywhere = Delays(Slowing(failures_from_anywhere, second, minute), clock)
        self._known: OrderedDict[str, None] = OrderedDict()

    def is_held_up(self, reference: str, source: str) -> bool:
        """Whether a code is not checked now, even if it is right."""
        own = f"{reference} {source}"
        if self._by_source.is_held_up(own):
            return True
        return own not in self._known and self._anywhere.is_held_up(reference)

    def fail(self, reference: str, source: str) -> None:
        """Count a wrong code."""
        own = f"{reference} {source}"
        self._by_source.fail(own)
        if own not in self._known:
            self._anywhere.fail(reference)

    def open(self, reference: str, source: str) -> None:
        """Forget the failures of a source that gave the right code, and remember this source."""
        own = f"{reference} {source}"
        self._by_source.forget(own)
        self._known[own] = None
        _keep_most(self._known, own)


def _keep_most(kept: OrderedDict[str, Any], key: str) -> None:
    kept.move_to_end(key)
    if len(kept) > _MOST_KEPT:
        kept.popitem(last=False)


class Sources:
    """Turns addresses and references into keys that reveal nothing."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def of_address(self, host: str) -> str:
        """Return the key of an address; all addresses of one IPv6 network have the same key."""
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return self._digest(f"host {host}")
        if address.version == 6:
            network = ipaddress.ip_network((address, _PREFIX_V6), strict=False)
            return self._digest(f"network {network}")
        return self._digest(f"address {address}")

    def of_reference(self, reference: str) -> str:
        """Return the key of a reference."""
        return self._digest(f"reference {reference}")

    def _digest(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()
