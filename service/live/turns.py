"""Turns: a fixed number work at once, and the others wait in the order of arrival."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Turns:
    """A fair semaphore: waiting threads go in the order of arrival. Thread-safe.

    A search is mostly work in the interpreter, which runs one thread at a time. Many at once
    finish no sooner: each waits for all others at every round trip to the database, and the
    slowest waits longest. In turns, the last of n callers waits for n searches and no longer.
    """

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._lock = Lock()
        self._waiting: deque[Lock] = deque()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for a turn and hold it over the block."""
        self._take()
        try:
            yield
        finally:
            self._give()

    def _take(self) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        # A finishing thread hands its turn over by opening this lock.
        mine.acquire()

    def _give(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
