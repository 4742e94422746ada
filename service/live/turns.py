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
        mine = Lock()
        with self._lock:
            if self._free:
                self._free -= 1
            else:
                mine.acquire()
                self._waiting.append(mine)
        # Free at once, or opened by the thread that gives its turn back.
        mine.acquire()
        try:
            yield
        finally:
            with self._lock:
                if self._waiting:
                    self._waiting.popleft().release()
                else:
                    self._free += 1
