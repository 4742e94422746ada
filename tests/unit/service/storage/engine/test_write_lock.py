"""The write lock of SQLite is obtained soon after it is free, by one thread of a process."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from service.storage.engine.engines import (
    WriterTurn,
    open_engine,
    read_connection,
    write_connection,
)
from service.storage.engine.settings import DatabaseSettings

WAIT_MS = 5_000
HELD_S = 0.35
SEEN_S = 0.05
"""With its own intervals SQLite would retry 328 ms after it began, and then not before 428."""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(
        f"sqlite:///{tmp_path / 'a.db'}", DatabaseSettings(lock_timeout_ms=WAIT_MS)
    )
    yield opened
    opened.dispose()


def test_a_lock_that_is_let_go_is_had_at_once(engine: Engine) -> None:
    waits_s = sorted(_wait_after_release_s(engine) for _ in range(3))

    assert waits_s[0] < SEEN_S


def _wait_after_release_s(engine: Engine) -> float:
    begun_at: list[float] = []

    def write() -> None:
        with write_connection(engine) as second:
            second.begin()
            begun_at.append(time.monotonic())

    with write_connection(engine) as first:
        first.begin()
        other = threading.Thread(target=write)
        other.start()
        threading.Event().wait(HELD_S)
        first.rollback()
        let_go_at = time.monotonic()
        other.join()
    return begun_at[0] - let_go_at


def test_waiting_for_the_lock_leaves_no_trace_on_the_connection(engine: Engine) -> None:
    with write_connection(engine) as connection:
        connection.begin()
        connection.rollback()
    with read_connection(engine) as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == WAIT_MS


def test_what_is_no_lock_is_not_waited_for(engine: Engine) -> None:
    with write_connection(engine) as connection:
        driver: Any = connection.connection.dbapi_connection
        driver.execute("BEGIN")
        begun = time.monotonic()
        with pytest.raises(OperationalError, match="within a transaction"):
            connection.begin()

    assert time.monotonic() - begun < WAIT_MS / 1e3


def test_one_thread_at_a_time_has_the_turn() -> None:
    turn, inside, most = WriterTurn(WAIT_MS), [0], [0]

    def write() -> None:
        with turn.taken():
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            threading.Event().wait(0.002)
            inside[0] -= 1

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == [1]


def test_who_has_waited_long_enough_goes_on_to_be_refused() -> None:
    turn = WriterTurn(wait_ms=1)

    with turn.taken(), turn.taken():
        went_on = True

    assert went_on
    with turn.taken():
        pass
