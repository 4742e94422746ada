from __future__ import annotations

import sqlite3
from pathlib import Path

import psycopg
import pytest
from psycopg import errors as pg
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from domain.errors import StoreUnavailableError
from domain.outages import (
    DiskFullError,
    NoDescriptorsError,
    ReadOnlyStoreError,
    StorageFaultError,
    StoreLockedError,
)
from service.storage.engine.engines import database_outage
from tests.disks import no_descriptors_left


def wrapped(cause: Exception, *, is_disconnected: bool = False) -> DBAPIError:
    return DBAPIError("SELECT 1", None, cause, connection_invalidated=is_disconnected)


@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        (pg.AdminShutdown(), StoreUnavailableError),
        (pg.CannotConnectNow(), StoreUnavailableError),
        (pg.OutOfMemory(), StoreUnavailableError),
        (psycopg.OperationalError("connection refused"), StoreUnavailableError),
        (pg.QueryCanceled(), StoreLockedError),
        (pg.TooManyConnections(), StoreLockedError),
        (pg.LockNotAvailable(), StoreLockedError),
        (pg.DeadlockDetected(), StoreLockedError),
        (pg.SerializationFailure(), StoreLockedError),
        (pg.DiskFull(), DiskFullError),
        (pg.IoError(), StorageFaultError),
        (pg.ReadOnlySqlTransaction(), ReadOnlyStoreError),
    ],
    ids=lambda given: type(given).__name__ if isinstance(given, Exception) else given.__name__,
)
def test_a_database_that_is_away_or_busy_or_full_is_an_outage_of_its_kind(
    cause: Exception, kind: type[StoreUnavailableError]
) -> None:
    assert type(database_outage(wrapped(cause))) is kind


def test_a_standby_refuses_to_begin_and_no_other_statement_is_taken_for_that() -> None:
    begun = DBAPIError("BEGIN READ WRITE", None, pg.FeatureNotSupported())

    assert type(database_outage(begun)) is ReadOnlyStoreError
    assert database_outage(wrapped(pg.FeatureNotSupported())) is None


def test_without_descriptors_a_server_that_does_not_answer_was_never_asked() -> None:
    with no_descriptors_left():
        found = database_outage(wrapped(psycopg.OperationalError("too many open files")))

    assert type(found) is NoDescriptorsError


@pytest.mark.parametrize(
    "cause",
    [pg.UndefinedTable(), pg.UniqueViolation(), pg.InsufficientPrivilege(), pg.SyntaxError()],
)
def test_a_mistake_of_ours_is_none(cause: Exception) -> None:
    assert not database_outage(wrapped(cause))


def test_a_lost_connection_and_an_exhausted_pool_are_outages() -> None:
    assert database_outage(wrapped(RuntimeError(), is_disconnected=True))
    assert database_outage(PoolTimeoutError())


def test_an_error_that_no_database_raised_is_none() -> None:
    assert not database_outage(ValueError())


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

    assert database_outage(locked.value)
    assert not database_outage(missing.value)
