"""Limits: the rate of calls, attempts with nearly the same probe, turns of uploaded documents.

Calls are counted for one process, or by all processes together.
"""

import hashlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from domain.errors import RateLimitedError, StoreUnavailableError, UploadsBusyError
from domain.ids import ForceCode, UserId
from prints.vectors.comparing import PlaneSketcher
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
"""Seconds that one process waits while another counts; far less is usually needed."""

_TAKES_A_SWEEP = 1_000
"""Full buckets are dropped once in so many calls; nothing is lost: a new bucket is full."""

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


@dataclass(frozen=True, slots=True)
class AttemptPolicy:
    """How many searches with nearly the same probe are allowed."""

    attempts: int
    """Searches that one force may make within the window; further searches are refused."""
    window: timedelta = timedelta(hours=24)
    looked_at: int = 500
    """How many of the force's latest searches are compared with the probe."""
    attempts_under_examination: int = field(init=False)
    """How many of those searches may have a case that is still open."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "attempts_under_examination", max(1, self.attempts // 2))

    @property
    def suspicious(self) -> int:
        """The number of attempts from which the series is shown to the auditor."""
        return max(2, self.attempts * 2 // 5)


@dataclass(frozen=True, slots=True, eq=False)
class ProbeGuard:
    """Recognises repeated probes by their sketches. Thread-safe."""

    sketcher: PlaneSketcher
    policy: AttemptPolicy
    unpacked: set[ForceCode] = field(default_factory=set)
    """Forces whose recent searches had to compare many sketches that are not yet in packs."""


_RETRY_S = 10
"""The wait in seconds that a refusal asks for; several documents are checked in this time."""


@dataclass(slots=True, eq=False)
class _Waiting:
    application: str


@dataclass(slots=True)
class UploadQueue:
    """Lets one document be checked at a time. Thread-safe.

    The next document is the oldest from an application other than the last one, if there is any.
    An application that sends many documents therefore waits for the others, not they for it.
    """

    most: int = 8
    """The most documents being checked or waiting; each of them holds a thread of the process."""
    most_of_one: int = 2
    """The most documents of one application being checked or waiting."""
    _waiting: list[_Waiting] = field(default_factory=list)
    _in_hand: _Waiting | None = None
    _last: str = ""
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def turn(self, application: str) -> Iterator[None]:
        """Wait for the document's turn.

        Raises UploadsBusyError when too many are already waiting.
        """
        mine = _Waiting(application)
        with self._changed:
            self._demand_room(application)
            self._waiting.append(mine)
            self._changed.wait_for(lambda: self._in_hand is None and self._next() is mine)
            self._waiting.remove(mine)
            self._in_hand, self._last = mine, application
        try:
            yield
        finally:
            with self._changed:
                self._in_hand = None
                self._changed.notify_all()

    def _demand_room(self, application: str) -> None:
        here = [*self._waiting, *([self._in_hand] if self._in_hand else [])]
        own = sum(one.application == application for one in here)
        if len(here) >= self.most or own >= self.most_of_one:
            raise UploadsBusyError().after(_RETRY_S)

    def _next(self) -> _Waiting:
        others = [one for one in self._waiting if one.application != self._last]
        return (others or self._waiting)[0]
