"""A value from another service, fetched on demand and kept for a while.

The rate of fetches is limited, so that incoming requests cannot make us call the other service
each time.
"""

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from domain.errors import ProviderUnavailableError

Value = TypeVar("Value")
MonotonicSeconds = Callable[[], float]


class KeptValue(Generic[Value]):
    """Keeps the value that `fetch` returns. Thread-safe. One thread fetches; others wait only
    while there is no usable value.

    A value is used for `kept_s`. After a failed fetch, the next one is made no sooner than
    `pause_s` later. There are at most `at_once` fetches within `at_once * pause_s`, so that keys
    may change twice in a short time.
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
        """Return the value. It is fetched again if it is old or is not the one wanted.

        The value returned may still not be the one wanted if it was fetched a moment ago. Raises
        ProviderUnavailableError if there is no value, and the errors of `fetch`.
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
