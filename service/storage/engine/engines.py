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

import psycopg
from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from domain.errors import ConfigurationError, InvalidInputError, StoreUnavailableError
from domain.outages import ReadOnlyStoreError
from service.storage.engine import row_security
from service.storage.engine.outages import database_outage
from service.storage.engine.settings import DatabaseSettings
from service.storage.engine.write_lock import begin_immediate

MODE = "identlink_mode"
READ = "read"
WRITE = "write"
SCHEMA = "schema"
"""Writes, and may look at the catalogue."""

_CONNECT_S = 10
"""How long a server may take to accept a connection: one that is switched off never answers."""

_NO_DATABASE = (
    "The file of the database is no SQLite database, or its beginning is damaged: is --store the"
    " right one? Otherwise keep a copy and restore the newest backup."
)
_BEGIN_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_BEGIN_WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"


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
            raise InvalidInputError("The database is SQLite or PostgreSQL.")
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
    is_reader = connection is not None and not connection.invalidated and _is_read(connection)
    return is_reader and isinstance(found, ReadOnlyStoreError)


def _common(settings: DatabaseSettings) -> dict[str, Any]:
    return {
        # Errors of the driver are logged; what was being stored must not be in them.
        "hide_parameters": True,
        "pool_size": settings.pool_size,
        "max_overflow": settings.pool_overflow,
        "pool_timeout": settings.pool_timeout_s,
        # The connection used last: SQLite lets go of all that another one holds in its cache once
        # anything is committed.
        "pool_use_lifo": True,
    }


class SqliteDialect(SQLiteDialect_pysqlite):
    """Begins transactions as the unit of work says.

    In the dialect and not by an event of the engine: once an engine has any event, SQLAlchemy asks
    at every statement which of them are wanted, which costs a search as much as five statements.
    """

    supports_statement_cache = True
    lock_timeout_ms = 0

    def do_begin(self, dbapi_connection: Any) -> None:
        """Begin: sqlite3 of Python 3.11 begins transactions on its own and late."""
        driver = dbapi_connection.driver_connection
        if _is_read(dbapi_connection):
            driver.execute("PRAGMA query_only = ON")
            driver.execute("BEGIN")
        else:
            driver.execute("PRAGMA query_only = OFF")
            begin_immediate(driver, self.lock_timeout_ms)


def _sqlite(url: URL, settings: DatabaseSettings) -> Engine:
    if not url.database or ":memory:" in url.database or url.query.get("mode") == "memory":
        raise InvalidInputError("SQLite needs a file.")
    engine = create_engine(url.set(drivername="sqlite+identlink"), **_common(settings))
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


class PostgresqlDialect(PGDialect_psycopg):
    """Begins and ends transactions as the unit of work says; see `SqliteDialect`."""

    supports_statement_cache = True
    limits: tuple[str, ...] = ()
    """Commands of every transaction."""

    def do_begin(self, dbapi_connection: Any) -> None:
        """Begin, with limits and the force bound, in one message."""
        begin = _BEGIN_READ if _is_read(dbapi_connection) else _BEGIN_WRITE
        driver = dbapi_connection.driver_connection
        _choose_cursor(dbapi_connection, driver)
        _send(driver, begin, *self.limits, row_security.binding())

    def do_commit(self, dbapi_connection: Any) -> None:
        """Commit. A writer's commit is left to the driver, which tells one that failed from one
        that never reached the server."""
        if _is_read(dbapi_connection):
            _send(dbapi_connection.driver_connection, "COMMIT")
        else:
            dbapi_connection.commit()


def _postgresql(url: URL, settings: DatabaseSettings) -> Engine:
    engine = create_engine(
        url.set(drivername="postgresql+identlink"),
        # The driver's own BEGIN would be one more round trip than ours.
        isolation_level="AUTOCOMMIT",
        connect_args={"connect_timeout": _CONNECT_S},
        **_common(settings),
    )
    # With each transaction, since a pooler (pgbouncer) may give each one to another session, and
    # takes no options when a connection is made.
    cast("PostgresqlDialect", engine.dialect).limits = (
        f"SET LOCAL statement_timeout = {settings.statement_timeout_ms}",
        f"SET LOCAL lock_timeout = {settings.lock_timeout_ms}",
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        # Poolers carry the time zone from session to session. A refusal is met again at BEGIN.
        connection.pgconn.exec_(b"SET timezone TO 'UTC'")

    return engine


class _BinaryCursor(psycopg.Cursor[Any]):
    """Gets results as they are: as text, every payload would travel in hexadecimal.

    Not for reading the schema: SQLAlchemy expects text from the catalogue.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.format = psycopg.pq.Format.BINARY


def _choose_cursor(connection: Any, driver: Any) -> None:
    is_unit = connection.info.get(MODE) in {READ, WRITE}
    driver.cursor_factory = _BinaryCursor if is_unit else psycopg.Cursor


def _is_read(connection: Any) -> bool:
    """Whether a connection, SQLAlchemy's or that of its pool, belongs to a reader."""
    return bool(connection.info.get(MODE) == READ)


def _send(driver: Any, *commands: str) -> None:
    """Send commands without parameters or result straight to the client library, in one message.

    A cursor of the driver costs ten times as much, and every unit of work begins and ends.
    Commands that the server refuses are sent again in the usual way, which reports the fault.
    """
    try:
        status = driver.pgconn.exec_("; ".join(commands).encode()).status
    except psycopg.Error:
        status = None
    if status != psycopg.pq.ExecStatus.COMMAND_OK:
        # The usual way takes one statement at a time.
        with psycopg.Cursor(driver) as cursor:
            for statement in commands:
                cursor.execute(statement.encode())


registry.register("sqlite.identlink", __name__, SqliteDialect.__name__)
registry.register("postgresql.identlink", __name__, PostgresqlDialect.__name__)
