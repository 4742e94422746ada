"""Engines for both databases: how transactions begin, durability, timeouts and outages.

The unit of work states in the `info` of its connection (`MODE`) whether it reads or writes.
PostgreSQL: a writer uses READ COMMITTED with row locks; a reader uses a REPEATABLE READ, READ ONLY
snapshot. SQLite: a reader takes a deferred snapshot, which WAL preserves; a writer takes the only
write lock with BEGIN IMMEDIATE, soon after it is free and roughly in order of request. SQLite
itself retries at growing intervals, finally every tenth of a second, so the longest waiter retries
least often. Here the threads of a process queue for each other, and only the first of them
retries, every millisecond, which takes a hundredth of a core. Retrying is needed because other
processes also write, especially workers.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from domain.errors import ConfigurationError, InvalidInputError, StorePart, StoreUnavailableError
from domain.outages import (
    DiskFullError,
    ReadOnlyStoreError,
    StorageFaultError,
    StoreLockedError,
    outage,
)
from service.outages import PRIMARY_CODE, no_descriptor_left, sqlite_outage
from service.storage.engine.settings import (
    MODE,
    READ,
    SCHEMA,
    WRITE,
    DatabaseSettings,
    common_arguments,
    is_read,
)

_QUERY_ONLY = "query_only"
"""Key in the `info` of an SQLite connection: whether the connection currently refuses to write."""

_NO_DATABASE = (
    "The database file is not an SQLite database, or the beginning of the file is damaged. "
    "Check --store; if "
    "it is right, keep a copy of the file and restore the newest backup."
)


def open_engine(url: str, settings: DatabaseSettings) -> Engine:
    """Return an engine without connecting yet. Outages are raised as StoreUnavailableError.

    `url` is `sqlite:///FILE` or `postgresql+psycopg://...`. Raises InvalidInputError for any other
    database, and for SQLite in memory, which a second connection would not see. Raises
    ConfigurationError for a malformed URL.
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
    """Clear the mode of a pooled connection, so that its next user must set it again."""
    record.info.pop(MODE, None)


def sqlite_file(url: str) -> Path | None:
    """Return the file of an SQLite database, None for others. Raises ConfigurationError."""
    parsed = _parsed(url)
    is_file = parsed.get_backend_name() == "sqlite" and parsed.database
    path = parsed.database or ""
    # Of a store that is read as it stands, see `fixed_address`.
    named = unquote(urlsplit(path).path) if path.startswith("file:") else path
    return Path(named) if is_file else None


def _parsed(url: str) -> URL:
    """Return the parsed URL. Raises ConfigurationError, which repeats nothing of the URL."""
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        # The cause is left out, because its text may repeat the address and its password.
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
            # No statement means that a transaction was beginning or ending.
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
    """Commit, or discard the connection and so release all its locks.

    After a failed commit, SQLAlchemy treats the transaction as ended, while the database may still
    hold it open. Such a connection must not return to the pool.
    """
    try:
        connection.commit()
    except BaseException:
        connection.invalidate()
        raise


def _is_own_mistake(context: ExceptionContext, found: StoreUnavailableError) -> bool:
    """Whether the error says only that a reader cannot write: no fault of the database."""
    if found.detail == _NO_RIGHTS:
        return False
    connection = context.connection
    is_reader = connection is not None and not connection.invalidated and is_read(connection)
    return is_reader and isinstance(found, ReadOnlyStoreError)


class SqliteDialect(SQLiteDialect_pysqlite):
    """Begins transactions in the mode that the unit of work has set.

    This is done in the dialect, not by an event of the engine: once an engine has any event
    listener, SQLAlchemy checks at every statement which events are wanted, which costs a search as
    much as five statements.
    """

    supports_statement_cache = True
    lock_timeout_ms = 0

    def do_begin(self, dbapi_connection: Any) -> None:
        """Begin a transaction, because sqlite3 in Python 3.11 would begin one itself, too late."""
        driver, known = dbapi_connection.driver_connection, dbapi_connection.info
        reads = is_read(dbapi_connection)
        # `query_only` stays set on the driver's connection; `info` is cleared when the pool opens
        # another.
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
        # First, so that changing the journal mode also waits for other processes.
        f"busy_timeout = {settings.lock_timeout_ms}",
        "journal_mode = WAL",
        "synchronous = FULL",
        # In KiB: a search reads more than the default of 2 MB.
        "cache_size = -8192",
        "foreign_keys = ON",
        # Otherwise INSERT OR REPLACE would delete a row without firing the triggers that forbid
        # it.
        "recursive_triggers = ON",
        # Deleted data is overwritten with zeros, so that erased data cannot be read from the file.
        "secure_delete = ON",
    )


def _postgresql(url: URL, settings: DatabaseSettings) -> Engine:
    try:
        # An optional dependency, loaded only where it is used.
        from service.storage.engine.postgresql import postgresql_engine  # noqa: PLC0415
    except ImportError:
        raise ConfigurationError(
            "PostgreSQL needs its driver: install identlink[postgresql]."
        ) from None
    return postgresql_engine(url, settings)


registry.register("sqlite.identlink", __name__, SqliteDialect.__name__)


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


_BY_STATE: dict[str, type[StoreUnavailableError]] = {
    "25006": ReadOnlyStoreError,  # read_only_sql_transaction
    "40001": StoreLockedError,  # serialization_failure
    "40P01": StoreLockedError,  # deadlock_detected
    "53100": DiskFullError,  # disk_full
    "53300": StoreLockedError,  # too_many_connections
    "55P03": StoreLockedError,  # lock_not_available
    "57014": StoreLockedError,  # query_canceled: a statement ran into its timeout
}
_BY_CLASS: dict[str, type[StoreUnavailableError]] = {
    "08": StoreUnavailableError,  # the connection was lost
    "53": StoreUnavailableError,  # resources are exhausted
    "57": StoreUnavailableError,  # an operator intervened, for example with a restart
    "58": StorageFaultError,  # a system error outside PostgreSQL
}
_NOT_SUPPORTED = "0A000"
"""The error code with which a standby answers BEGIN ... READ WRITE."""

_NO_PRIVILEGE = "42501"
_NO_RIGHTS = (
    "The role in the address of the database has no right to a table: let it own every table of "
    "the service."
)


def database_outage(
    error: BaseException,
    *,
    directory: Path | None = None,
    statement: str | None = None,
    is_disconnect: bool = False,
) -> StoreUnavailableError | None:
    """Return the outage behind a driver's error, or None; `directory` holds an SQLite file."""
    if isinstance(error, PoolTimeoutError):
        return outage(StoreLockedError)
    if isinstance(error, DBAPIError):
        cause = error.orig
        if not isinstance(cause, Exception):
            return None
        return database_outage(
            cause,
            directory=directory,
            statement=error.statement,
            is_disconnect=error.connection_invalidated,
        )
    if isinstance(error, sqlite3.Error):
        return sqlite_outage(error, StorePart.DATABASE, directory)
    return _of_postgresql(error, statement or "") or (
        outage(StoreUnavailableError) if is_disconnect else None
    )


def _of_postgresql(error: BaseException, statement: str) -> StoreUnavailableError | None:
    state = getattr(error, "sqlstate", None)
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if "OperationalError" in kinds and state is None:
        # No server responded, so there is no state; possibly this process could not open a
        # connection.
        lost = no_descriptor_left(StorePart.DATABASE)
        return lost or outage(StoreUnavailableError)
    told_by = getattr(getattr(error, "diag", None), "source_function", None)
    if state == _NO_PRIVILEGE and told_by == "aclcheck_error":
        # A row of another force has the same code, and is a mistake of ours.
        return ReadOnlyStoreError(_NO_RIGHTS, part=StorePart.DATABASE)
    kind = _BY_STATE.get(state or "") or _BY_CLASS.get((state or "")[:2])
    if state == _NOT_SUPPORTED and statement.startswith("BEGIN"):
        kind = ReadOnlyStoreError
    return None if kind is None else outage(kind)
