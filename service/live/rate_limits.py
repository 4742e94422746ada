"""How fast one caller may call: a bucket of tokens that fills evenly.

Counted in one process: several that serve together count in a file
(`service.live.shared_limits`), and limits across all processes (attempts with one probe) are
counted in the database.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from domain.errors import RateLimitedError
from domain.ids import UserId

MonotonicSeconds = Callable[[], float]

_CALLERS_KEPT = 10_000
"""Buckets kept at most; full ones are dropped first, since a new one is full as well."""


class RateLimiter:
    """One bucket for each caller. Thread-safe.

    `per_minute` calls are allowed on average and as many at once after a quiet minute.
    """

    def __init__(self, per_minute: int, seconds: MonotonicSeconds) -> None:
        self._per_second = per_minute / 60
        self._size = float(per_minute)
        self._seconds = seconds
        self._buckets: dict[UserId, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, user_id: UserId) -> None:
        """Count one call; raises RateLimitedError when the caller has none left."""
        with self._lock:
            now = self._seconds()
            level, at = self._buckets.get(user_id, (self._size, now))
            left = min(self._size, level + (now - at) * self._per_second)
            if left < 1:
                raise RateLimitedError().after((1 - left) / self._per_second)
            if len(self._buckets) >= _CALLERS_KEPT:
                self._drop_full(now)
            self._buckets[user_id] = (left - 1, now)

    def _drop_full(self, now: float) -> None:
        self._buckets = {
            user: (level, at)
            for user, (level, at) in self._buckets.items()
            if level + (now - at) * self._per_second < self._size
        }
