"""Limits on the rate of calls, for one process or shared by all processes."""

import hashlib
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

from domain.errors import RateLimitedError, StoreUnavailableError
from domain.ids import UserId
from service.outages import outage_of

MonotonicSeconds = Callable[[], float]

_CALLERS_KEPT = 10_000
"""The most buckets kept. Full buckets are dropped first, because a new bucket is also full."""


class RateLimiter:
    """One bucket for each caller. Thread-safe.

    `per_minute` calls are allowed on average, and as many at once after a quiet minute.
    """

    def __init__(self, per_minute: int, seconds: MonotonicSeconds) -> None:
        self._per_second = per_minute / 60
        self._size = float(per_minute)
        self._seconds = seconds
        self._buckets: dict[UserId, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, user_id: UserId) -> None:
        """Count one call. Raises RateLimitedError when the caller has no calls left."""
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


FILE_NAME = "limits.sqlite3"

_WAIT_S = 5.0
"""How long one process waits while another counts; far less is needed unless the machine
stalls."""

_TAKES_A_SWEEP = 1_000
"""Full buckets are dropped once in this many calls; nothing is lost, because a new bucket is
full."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS buckets (
    caller BLOB PRIMARY KEY, calls_left REAL NOT NULL, at_s REAL NOT NULL
) WITHOUT ROWID
"""
_LEVEL = "min(:size, calls_left + max(0, :now_s - at_s) * :per_second)"
_TAKE = f"""
INSERT INTO buckets (caller, calls_left, at_s) VALUES (:caller, :size - 1, :now_s)
ON CONFLICT (caller) DO UPDATE SET calls_left = {_LEVEL} - 1, at_s = max(at_s, :now_s)
WHERE {_LEVEL} >= 1
"""  # noqa: S608 - our own words
_WAIT = f"SELECT (1 - {_LEVEL}) / :per_second FROM buckets WHERE caller = :caller"  # noqa: S608
_SWEEP = f"DELETE FROM buckets WHERE {_LEVEL} >= :size"  # noqa: S608 - our own words


class SharedRateLimiter:
    """The buckets of `RateLimiter`, in a file that processes share. Thread-safe.

    `seconds` is a clock that shows the same time in all processes. Callers are stored only as
    digests.
    """

    def __init__(
        self, directory: Path, name: str, per_minute: int, seconds: Callable[[], float]
    ) -> None:
        self._terms = {"size": float(per_minute), "per_second": per_minute / 60}
        self._seconds = seconds
        self._lock = threading.Lock()
        self._takes = 0
        self._connection = sqlite3.connect(
            directory / f"{name}-{FILE_NAME}",
            timeout=_WAIT_S,
            isolation_level=None,
            check_same_thread=False,
        )
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute(_SCHEMA)

    def take(self, user_id: UserId) -> None:
        """Count one call. Raises RateLimitedError when the caller has no calls left.

        Raises StoreUnavailableError when the call cannot be counted, for example on a full disk.
        """
        caller = hashlib.sha256(user_id.encode()).digest()
        try:
            with self._lock:
                wait_s = self._take(caller)
        except sqlite3.Error as error:
            raise outage_of(error) or StoreUnavailableError() from error
        if wait_s:
            raise RateLimitedError().after(wait_s)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _take(self, caller: bytes) -> float:
        """Count a call; return 0, or the number of seconds until the next call may be made."""
        terms = self._terms | {"caller": caller, "now_s": self._seconds()}
        if self._takes % _TAKES_A_SWEEP == 0:
            self._connection.execute(_SWEEP, terms)
        self._takes += 1
        if self._connection.execute(_TAKE, terms).rowcount == 1:
            return 0.0
        (wait_s,) = self._connection.execute(_WAIT, terms).fetchone()
        return float(wait_s)
