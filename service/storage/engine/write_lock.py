"""SQLite's single write lock, obtained soon after it is free and roughly in order of request.

SQLite itself retries at growing intervals, finally every tenth of a second, so the longest waiter
retries least often. Here the threads of a process queue for each other, and only the first of them
retries, every millisecond, which takes a hundredth of a core. Retrying is needed because other
processes also write, especially workers.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from service.outages import PRIMARY_CODE

_ASK_EVERY_S = 0.001
_BEGIN = "BEGIN IMMEDIATE"


class WriterTurn:
    """A queue in which the threads of a process take turns to write. Thread-safe."""

    def __init__(self, wait_ms: int) -> None:
        self._wait_s = wait_ms / 1e3
        self._lock = Lock()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for the turn and hold the turn during the block.

        A thread that has waited for the full time proceeds without the turn; the database then
        refuses it.
        """
        is_taken = self._lock.acquire(timeout=self._wait_s)
        try:
            yield
        finally:
            if is_taken:
                self._lock.release()


def begin_immediate(driver: sqlite3.Connection, wait_ms: int) -> None:
    """Begin a writing transaction as soon as no other is open.

    Raises SQLite's error when this takes longer than `wait_ms`.
    """
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        answer, until = _ask(driver), time.monotonic() + wait_ms / 1e3
        while answer == sqlite3.SQLITE_BUSY and time.monotonic() < until:
            time.sleep(_ASK_EVERY_S)
            answer = _ask(driver)
        if answer != sqlite3.SQLITE_OK:
            driver.execute(_BEGIN)
    finally:
        driver.execute(f"PRAGMA busy_timeout = {wait_ms}")


def _ask(driver: sqlite3.Connection) -> int:
    """Return SQLite's primary error code; SQLITE_OK when the transaction has begun."""
    try:
        driver.execute(_BEGIN)
    except sqlite3.OperationalError as error:
        return error.sqlite_errorcode & PRIMARY_CODE
    return sqlite3.SQLITE_OK
