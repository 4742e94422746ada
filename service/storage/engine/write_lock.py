"""SQLite's one write lock, given soon after it is free and roughly in the order of asking.

SQLite asks again at growing intervals, in the end every tenth of a second, so that the
longest waiter asks most seldom. Here the threads of a process wait for each other, and one of
them asks every millisecond, which is a hundredth of a core: other processes write as well, a
worker above all.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from service.outages import PRIMARY_CODE

_ASK_EVERY_S = 0.001
_BEGIN = "BEGIN IMMEDIATE"


class WriterTurn:
    """The turn to write among the threads of a process. Thread-safe."""

    def __init__(self, wait_ms: int) -> None:
        self._wait_s = wait_ms / 1e3
        self._lock = Lock()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for the turn and hold it over the block.

        A thread that has waited its time goes on without the turn, and the database refuses it.
        """
        is_taken = self._lock.acquire(timeout=self._wait_s)
        try:
            yield
        finally:
            if is_taken:
                self._lock.release()


def begin_immediate(driver: sqlite3.Connection, wait_ms: int) -> None:
    """Begin a transaction that may write, as soon as no other is open.

    Raises SQLite's refusal when that takes longer than `wait_ms`.
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
    """Return the primary code of SQLite's answer; SQLITE_OK when the transaction has begun."""
    try:
        driver.execute(_BEGIN)
    except sqlite3.OperationalError as error:
        return error.sqlite_errorcode & PRIMARY_CODE
    return sqlite3.SQLITE_OK
