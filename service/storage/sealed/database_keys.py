"""The key store in a PostgreSQL database, for several hosts, with the same tables as the file.

Every key in it is wrapped, so neither the database nor a copy of it can decrypt a payload. A
destroyed key remains, wrapped, in dead rows until VACUUM, in the write-ahead log and in backups.
After the next `identlink vault wrap` these remains are useless too.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from sqlalchemy import make_url
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import ArgumentError

from domain.errors import ConfigurationError, StorePart, VaultDamagedError
from domain.outages import outage
from service.provenance.vault.key_files import FileKeyStore, open_key_file
from service.provenance.vault.key_stores import Wrapping
from service.storage.engine.engines import database_outage
from service.storage.engine.postgresql import PATIENCE, Server, server_of

Answer = TypeVar("Answer")

_SCHEMA = "identlink_keys"
"""A separate schema, so that a backup of the payloads' database need not contain the keys."""
_TABLES = (
    f"CREATE SCHEMA IF NOT EXISTS {_SCHEMA}",
    'CREATE TABLE IF NOT EXISTS item_keys (ref TEXT COLLATE "C" PRIMARY KEY, item_key BYTEA,'
    " destroyed_at TEXT, doomed_place TEXT,"
    " CHECK (destroyed_at IS NULL OR doomed_place IS NULL),"
    " CHECK ((item_key IS NULL) = (destroyed_at IS NOT NULL)))",
    "CREATE TABLE IF NOT EXISTS withdrawals (access TEXT, ref TEXT, withdrawn_at TEXT NOT NULL,"
    " PRIMARY KEY (access, ref))",
    'CREATE TABLE IF NOT EXISTS log ("only" INTEGER PRIMARY KEY CHECK ("only" = 1),'
    " first_event TEXT NOT NULL)",
    'CREATE TABLE IF NOT EXISTS binding ("only" INTEGER PRIMARY KEY CHECK ("only" = 1))',
    "CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, fingerprint TEXT NOT NULL)",
)
_LOST = (psycopg.OperationalError, psycopg.InterfaceError)
_NO_WRAPPING = (
    "Keys in a database must be wrapped: run `identlink vault wrap` before "
    "`identlink vault to-database`."
)


class KeyConnection:
    """A PostgreSQL connection with the interface of SQLite's; reopened after it was lost."""

    def __init__(self, address: dict[str, Any]) -> None:
        """`address` has what `psycopg.connect` takes. The connection is not opened yet."""
        self._address = address
        self._open: Any = None
        self._server = Server("", 0)
        self._is_writing = False

    def execute(self, query: str, values: Sequence[Any] = (), /) -> Any:
        """Run a statement with question marks for its values; if the connection is lost, retry."""
        if query == "BEGIN IMMEDIATE":
            return self._begun()
        text = query.replace("?", "%s")
        return self._run(lambda connection: connection.execute(text, tuple(values) or None))

    def executemany(self, query: str, values: Iterable[Sequence[Any]], /) -> None:
        """Run a statement for each row of values."""
        text, rows = query.replace("?", "%s"), list(values)

        def run(connection: Any) -> None:
            with connection.cursor() as cursor:
                cursor.executemany(text, rows)

        self._run(run)

    def commit(self) -> None:
        """End the transaction and make it durable."""
        self._ended("COMMIT")

    def rollback(self) -> None:
        """Undo the transaction; if the connection was lost, it is already undone."""
        with suppress(*_LOST):
            self._ended("ROLLBACK")
        self._is_writing = False

    def close(self) -> None:
        """Close the connection."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _begun(self) -> Any:
        begun = self._run(lambda connection: connection.execute("BEGIN READ WRITE"))
        self._is_writing = True
        return begun

    def _ended(self, word: str) -> None:
        if self._is_writing:
            self._run(lambda connection: connection.execute(word))
            self._is_writing = False

    def _run(self, work: Callable[[Any], Answer]) -> Answer:
        for is_last in (self._is_writing, True):
            try:
                return work(self._connected())
            except _LOST:
                self.close()
                if is_last:
                    raise
        raise AssertionError

    def _connected(self) -> Any:
        if self._server.is_replaced and not self._is_writing:
            self.close()
        if self._open is None:
            connection = psycopg.connect(autocommit=True, **self._address)
            self._server = server_of(connection, StorePart.KEYS)
            self._open = connection
        return self._open


@dataclass(frozen=True, slots=True)
class KeyDatabase:
    """The place of a key store in a database; turns driver errors into domain errors."""

    @contextmanager
    def used(self) -> Iterator[None]:
        """Raise errors in the block as the outage that they mean, or else VaultDamagedError."""
        try:
            yield
        except psycopg.Error as error:
            found = database_outage(error)
            if found is not None:
                raise outage(type(found), StorePart.KEYS) from error
            raise VaultDamagedError(
                "The key database is damaged, or it already contains this key."
            ) from error


@dataclass(frozen=True, slots=True)
class DatabaseKeyStore(FileKeyStore):
    """Item keys in PostgreSQL; opened by `open_key_database`. Safe to share between threads."""

    def back_up(self, target: Path) -> None:
        """Write a copy of the keys to a key file, still wrapped."""
        with closing(open_key_file(target)) as copy:
            _copy(self, copy)

    def take_over(self, file: FileKeyStore) -> int:
        """Copy the keys of a key file and return their number; an interrupted run can be repeated.

        Raises ConfigurationError for keys that are not wrapped.
        """
        if file.holds_plain_keys():
            raise ConfigurationError(_NO_WRAPPING)
        return _copy(file, self)

    def _empty_write_ahead_log(self) -> None:
        """Do nothing, because what remains of a destroyed key in the database is wrapped."""


def open_key_database(
    url: str, *, lock_timeout_ms: int, wrapping: Wrapping | None
) -> DatabaseKeyStore:
    """Open the key store in a database; its tables are created on first use.

    `url` is `postgresql://...`. Raises ConfigurationError without a wrapping key or the driver,
    and StoreUnavailableError.
    """
    if wrapping is None:
        raise ConfigurationError(_NO_WRAPPING)
    settings = (
        f"-c search_path={_SCHEMA} -c lock_timeout={lock_timeout_ms:d} -c statement_timeout=60000"
    )
    address = PATIENCE | _for_driver(url) | {"options": settings}
    writer, reader = KeyConnection(address), KeyConnection(address)
    place = KeyDatabase()
    try:
        with place.used():
            for statement in _TABLES:
                writer.execute(statement)
    except BaseException:
        writer.close()
        raise
    return DatabaseKeyStore(writer, reader, place, wrapping)


def _for_driver(url: str) -> dict[str, Any]:
    try:
        dialect: Any = PGDialect_psycopg
        return dict(dialect().create_connect_args(make_url(url))[1])
    except ArgumentError:
        raise ConfigurationError(
            "IDENTLINK_VAULT_URL is malformed: write postgresql://USER@HOST/NAME."
        ) from None


def _copy(source: FileKeyStore, target: FileKeyStore) -> int:
    """Copy all rows that the target does not yet hold; return the number of keys in the source."""
    count = 0
    for rows in source.pages():
        target.put("item_keys", rows)
        count += len(rows)
    for table in ("withdrawals", "log", "secrets", "binding"):
        target.put(table, source.rows_of(table))
    return count
