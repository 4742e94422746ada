"""A value of another service, fetched on demand and kept for a while.

Fetches keep a distance, so that requests cannot make us call out each time.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from domain.errors import ProviderUnavailableError

Value = TypeVar("Value")
MonotonicSeconds = Callable[[], float]


class KeptValue(Generic[Value]):
    """Keeps the value that `fetch` returns. Thread-safe; one thread fetches, and others wait only
    while there is no usable value.

    A value serves for `kept_s`. A fetch that failed is repeated after `pause_s` at the earliest;
    of others there are at most `at_once` in `at_once * pause_s`, so that keys may change twice in
    a moment.
    """

    def __init__(
        self,
        fetch: Callable[[], Value],
        seconds: MonotonicSeconds,
        *,
        kept_s: float = 3_600.0,
        pause_s: float = 10.0,
        at_once: int = 3,
    ) -> None:
        self._fetch = fetch
        self._seconds = seconds
        self._kept_s = kept_s
        self._pause_s = pause_s
        self._lock = threading.Lock()
        self._kept: tuple[Value, float] | None = None
        self._at_once = at_once
        self._tried_at: deque[float] = deque(maxlen=at_once)
        self._has_failed = False

    def get(self, is_wanted: Callable[[Value], bool] = lambda _: True) -> Value:
        """Return the value, fetched again when it is old or not the one wanted.

        It may still not be the one wanted if it was fetched a moment ago. Raises
        ProviderUnavailableError when there is none, and the errors of `fetch`.
        """
        found = self._fresh()
        if found is not None and is_wanted(found):
            return found
        if self._lock.acquire(blocking=found is None):
            try:
                self._fetch_unless_just_tried(is_wanted)
            finally:
                self._lock.release()
        found = self._fresh()
        if found is None:
            raise ProviderUnavailableError
        return found

    def _fresh(self) -> Value | None:
        kept = self._kept
        if kept is None or self._seconds() - kept[1] > self._kept_s:
            return None
        return kept[0]

    def _fetch_unless_just_tried(self, is_wanted: Callable[[Value], bool]) -> None:
        found, now = self._fresh(), self._seconds()
        if found is not None and is_wanted(found):
            return
        if not self._may_try(now):
            return
        self._tried_at.append(now)
        self._has_failed = True
        self._kept = (self._fetch(), self._seconds())
        self._has_failed = False

    def _may_try(self, now: float) -> bool:
        tried = self._tried_at
        if self._has_failed and now - tried[-1] < self._pause_s:
            return False
        return len(tried) < self._at_once or now - tried[0] >= self._at_once * self._pause_s
