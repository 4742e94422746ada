"""A value of another service, fetched on demand and kept for a while.

Fetches keep a distance, so that requests cannot make us call out each time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from domain.errors import ProviderUnavailableError

Value = TypeVar("Value")
MonotonicSeconds = Callable[[], float]


class KeptValue(Generic[Value]):
    """Keeps the value that `fetch` returns. Thread-safe; one thread fetches, and others wait only
    while there is no usable value.

    A value serves for `kept_s`; two fetches, whether they succeed or fail, are `pause_s` apart.
    """

    def __init__(
        self,
        fetch: Callable[[], Value],
        seconds: MonotonicSeconds,
        *,
        kept_s: float = 3_600.0,
        pause_s: float = 10.0,
    ) -> None:
        self._fetch = fetch
        self._seconds = seconds
        self._kept_s = kept_s
        self._pause_s = pause_s
        self._lock = threading.Lock()
        self._kept: tuple[Value, float] | None = None
        self._tried_at: float | None = None

    def get(self, is_wanted: Callable[[Value], bool] = lambda _: True) -> Value:
        """Return the value, fetched anew when it is old or not the one wanted.

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
        if self._tried_at is not None and now - self._tried_at < self._pause_s:
            return
        self._tried_at = now
        self._kept = (self._fetch(), self._seconds())
