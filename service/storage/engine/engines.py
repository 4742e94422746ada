"""Engines for both databases: BEGIN, durability and waiting times.

The unit of work says in the `info` of its connection (`MODE`) whether it reads or writes. SQLite:
a writer takes the one write lock at BEGIN IMMEDIATE, a reader a deferred snapshot that WAL keeps
for it. PostgreSQL: a writer works READ COMMITTED under row locks, a reader in a REPEATABLE READ,
READ ONLY snapshot.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from domain.errors import ConfigurationError, InvalidInputError, StoreUnavailableError
from domain.outages import ReadOnlyStoreError
from service.storage.engine.outages import database_outage
from service.storage.engine.settings import (
    MODE,
    READ,
    SCHEMA,
    WRITE,
    DatabaseSettings,
    common_arguments,
    is_read,
)
from service.storage.engine.write_lock import begin_immediate

_QUERY_ONLY = "query_only"
"""Key in the `info` of a connection of SQLite: whether it refuses to write at present."""

_NO_DATABASE = (
    "The database file is not an SQLite database, or its start is damaged. Check --store; if "
    "it is right, keep a copy of the file and restore the newest backup."
)


def open_engine(url: str, settings: DatabaseSettings) -> Engine:
    """Return an engine; no connection is made yet. Outages are raised as StoreUnavailableError.

    `url` is `sqlite:///FILE` or `postgresql+psycopg://...`. Raises InvalidInputError for another
    database, and for SQLite in memory, which no second connection would see; ConfigurationError
    for an address that cannot be read.
    """
    parsed = _parsed(url)
    match parsed.get_backend_name():
        case "sqlite":
            engine = _sqlite(parsed, settings)
        case "postgresql":
            engine = _postgresql(parsed, settings)
        case _:
            raise InvalidInputError("The database must be SQLite or PostgreSQL.")
    _name_outages(engine)
    event.listen(engine, "checkin", _forget_mode)
    return engine


def _forget_mode(_driver: Any, record: Any) -> None:
    """Let the next user of a connection of the pool say again whether it reads or writes."""
    record.info.pop(MODE, None)


def sqlite_file(url: str) -> Path | None:
    """Return the file of an SQLite database, None for another one; raises ConfigurationError."""
    parsed = _parsed(url)
    is_file = parsed.get_backend_name() == "sqlite" and parsed.database
    return Path(parsed.database or "") if is_file else None


def _parsed(url: str) -> URL:
    """Return an address taken apart; raises ConfigurationError, which repeats nothing of it."""
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        # Without the cause: its text may repeat the address, and with it a password.
        raise ConfigurationError(
            "IDENTLINK_DATABASE_URL is malformed: write postgresql://USER@HOST/NAME or"
            " sqlite:///FILE."
        ) from None


def _name_outages(engine: Engine) -> None:
    file = sqlite_file(str(engine.url))
    directory = None if file is None else file.parent

    @event.listens_for(engine, "handle_error")
    def _name(context: ExceptionContext) -> None:
        found = database_outage(
            context.original_exception,
            directory=directory,
            # Without a statement a transaction was to begin or to end.
            statement=context.statement or "BEGIN",
            is_disconnect=context.is_disconnect,
        )
        if found is not None and not _is_own_mistake(context, found):
            raise found from context.original_exception


def read_connection(engine: Engine) -> Connection:
    """Return a connection whose transactions are snapshots that cannot write."""
    connection = engine.connect()
    connection.info[MODE] = READ
    return connection


def write_connection(engine: Engine) -> Connection:
    """Return a connection whose transactions may write."""
    connection = engine.connect()
    connection.info[MODE] = WRITE
    return connection


def schema_connection(engine: Engine) -> Connection:
    """Return a connection for building or comparing the schema."""
    connection = engine.connect()
    connection.info[MODE] = SCHEMA
    return connection


def commit(connection: Connection) -> None:
    """Make the work durable, or let go of the connection and with it of all locks.

    After a commit that failed SQLAlchemy believes the transaction to be over, while the database
    may still hold it open: such a connection must not go back to the pool.
    """
    try:
        connection.commit()
    except BaseException:
        connection.invalidate()
        raise


def _is_own_mistake(context: ExceptionContext, found: StoreUnavailableError) -> bool:
    """Whether a reader was told that it cannot write, which says nothing about the database."""
    connection = context.connection
    is_reader = connection is not None and not connection.invalidated and is_read(connection)
    return is_reader and isinstance(found, ReadOnlyStoreError)


class SqliteDialect(SQLiteDialect_pysqlite):
    """Begins transactions as the unit of work says.

    In the dialect and not by an event of the engine: once an engine has any event, SQLAlchemy asks
    at every statement which of them are wanted, which costs a search as much as five statements.
    """

    supports_statement_cache = True
    lock_timeout_ms = 0

    def do_begin(self, dbapi_connection: Any) -> None:
        """Begin: sqlite3 of Python 3.11 begins transactions on its own and late."""
        driver, known = dbapi_connection.driver_connection, dbapi_connection.info
        reads = is_read(dbapi_connection)
        # The driver's connection keeps it; the pool forgets `info` when it opens another one.
        if known.get(_QUERY_ONLY) is not reads:
            driver.execute(f"PRAGMA query_only = {'ON' if reads else 'OFF'}")
            known[_QUERY_ONLY] = reads
        if reads:
            driver.execute("BEGIN")
        else:
            begin_immediate(driver, self.lock_timeout_ms)


def _sqlite(url: URL, settings: DatabaseSettings) -> Engine:
    if not url.database or ":memory:" in url.database or url.query.get("mode") == "memory":
        raise InvalidInputError("Name a file for SQLite: sqlite:///FILE.")
    engine = create_engine(url.set(drivername="sqlite+identlink"), **common_arguments(settings))
    cast("SqliteDialect", engine.dialect).lock_timeout_ms = settings.lock_timeout_ms

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        try:
            for pragma in _pragmas(settings):
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_NOTADB:
                raise
            raise ConfigurationError(_NO_DATABASE) from error

    return engine


def _pragmas(settings: DatabaseSettings) -> tuple[str, ...]:
    return (
        # First, so that changing the journal mode waits for others as well.
        f"busy_timeout = {settings.lock_timeout_ms}",
        "journal_mode = WAL",
        "synchronous = FULL",
        # In KiB: a search reads more than the 2 MB of the default.
        "cache_size = -8192",
        "foreign_keys = ON",
        # Without it INSERT OR REPLACE would delete a row past the triggers that forbid it.
        "recursive_triggers = ON",
        # What is deleted is overwritten with zeros: an erasure that a file reader cannot undo.
        "secure_delete = ON",
    )


def _postgresql(url: URL, settings: DatabaseSettings) -> Engine:
    try:
        # An extra, loaded where it is used alone.
        from service.storage.engine.postgresql import postgresql_engine  # noqa: PLC0415
    except ImportError:
        raise ConfigurationError(
            "PostgreSQL needs its driver: install identlink[postgresql]."
        ) from None
    return postgresql_engine(url, settings)


registry.register("sqlite.identlink", __name__, SqliteDialect.__name__)
