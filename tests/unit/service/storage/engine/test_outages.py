from __future__ import annotations

import sqlite3
from pathlib import Path

import psycopg
import pytest
from psycopg import errors as pg
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from service.storage.engine.outages import is_outage


def wrapped(cause: Exception, *, is_disconnected: bool = False) -> DBAPIError:
    return DBAPIError("SELECT 1", None, cause, connection_invalidated=is_disconnected)


@pytest.mark.parametrize(
    "cause",
    [
        pg.AdminShutdown(),
        pg.CannotConnectNow(),
        pg.QueryCanceled(),
        pg.TooManyConnections(),
        pg.DiskFull(),
        pg.LockNotAvailable(),
        pg.DeadlockDetected(),
        pg.SerializationFailure(),
        psycopg.OperationalError("connection refused"),
    ],
)
def test_a_database_that_is_away_or_busy_is_an_outage(cause: Exception) -> None:
    assert is_outage(wrapped(cause))


@pytest.mark.parametrize(
    "cause",
    [pg.UndefinedTable(), pg.UniqueViolation(), pg.InsufficientPrivilege(), pg.SyntaxError()],
)
def test_a_mistake_of_ours_is_none(cause: Exception) -> None:
    assert not is_outage(wrapped(cause))


def test_a_lost_connection_and_an_exhausted_pool_are_outages() -> None:
    assert is_outage(wrapped(RuntimeError(), is_disconnected=True))
    assert is_outage(PoolTimeoutError())


def test_an_error_that_no_database_raised_is_none() -> None:
    assert not is_outage(ValueError())


def test_a_locked_sqlite_file_is_an_outage_and_a_missing_table_is_none(tmp_path: Path) -> None:
    file = tmp_path / "locked.db"
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("CREATE TABLE kept (number INTEGER)")
    holder.execute("BEGIN EXCLUSIVE")
    engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": 0.01})

    with pytest.raises(DBAPIError) as locked, engine.connect() as connection:
        connection.execute(text("INSERT INTO kept VALUES (1)"))
    holder.close()
    with pytest.raises(DBAPIError) as missing, engine.connect() as connection:
        connection.execute(text("SELECT * FROM absent"))
    engine.dispose()

    assert is_outage(locked.value)
    assert not is_outage(missing.value)
