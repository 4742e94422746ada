"""How often one address, and one reference, may ask.

Counts are in memory: the pages are one process, and a restart forgives. No address is stored,
only a keyed digest of it.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from collections import OrderedDict
from collections.abc import Callable

_MOST_KEPT = 100_000
"""Beyond it the one that asked longest ago is forgotten."""
_PREFIX_V6 = 64
"""An IPv6 network of this length is one household or server."""


class Allowance:
    """So many in a period for each key; they come back evenly. For one event loop."""

    def __init__(self, most: int, period_s: float, clock: Callable[[], float]) -> None:
        """`clock` returns seconds and never goes back."""
        self._most = most
        self._back_per_s = most / period_s
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def is_used_up(self, key: str) -> bool:
        """Whether none is left; takes none."""
        return self._now_left(key) < 1.0

    def take(self, key: str) -> bool:
        """Take one; False, with nothing taken, when none is left."""
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


class Sources:
    """Turns addresses and references into keys that say nothing."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def of_address(self, host: str) -> str:
        """Return the key of an address; one IPv6 network is one source."""
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
