"""The location of a database, its connection settings, and the mode and force of a connection.

Row-level security on PostgreSQL: a force's transaction sees and writes only its own rows. Security
fails closed: a transaction that names no force sees no row. Transactions of the service itself,
for staff of the office, workers and commands, name `*` and see whatever the use cases allow.
Row-level security binds every role that is neither a superuser nor has BYPASSRLS, including the
owner of the tables. The service should connect as such a role (docs/installing.md). SQLite has no
row-level security: there only the use cases protect the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from domain.errors import ConfigurationError
from domain.outages import DatabaseMissingError, outage
from service.ports.surroundings import current_force


class DatabasePlace:
    """The file of a database, or None for a database on a server. Thread-safe.

    The file is known from the first check that finds it. A file that does not exist yet does not
    count as missing.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._known: tuple[int, int] | None = None

    def demand(self) -> None:
        """Raise DatabaseMissingError when the file no longer exists or is a different file."""
        if self._file is None:
            return
        try:
            found = self._file.stat()
        except FileNotFoundError:
            if self._known is not None:
                raise outage(DatabaseMissingError) from None
            return
        here = (found.st_dev, found.st_ino)
        if self._known is None:
            self._known = here
        if here != self._known:
            raise outage(DatabaseMissingError)


MODE = "identlink_mode"
"""Key in the `info` of a connection, where a unit of work states its mode."""
READ = "read"
WRITE = "write"
SCHEMA = "schema"
"""The mode that writes and may also read the system catalogue."""


def is_read(connection: Any) -> bool:
    """Return whether a connection, of SQLAlchemy or of its pool, belongs to a reader."""
    return bool(connection.info.get(MODE) == READ)


def common_arguments(settings: DatabaseSettings) -> dict[str, Any]:
    """Return the `create_engine` arguments that both databases share."""
    return {
        # Driver errors are logged; they must not contain the data that was being stored.
        "hide_parameters": True,
        "pool_size": settings.pool_size,
        "max_overflow": settings.pool_overflow,
        "pool_timeout": settings.pool_timeout_s,
        # Reuse the most recently used connection: in SQLite, a commit on one connection
        # invalidates the cache of every other.
        "pool_use_lifo": True,
    }


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Pool and timeouts; the same fields apply to SQLite and PostgreSQL."""

    pool_size: int = 8
    """Connections kept open."""
    pool_overflow: int = 16
    """Connections that may be opened beyond the pool under load."""
    pool_timeout_s: float = 10.0
    """How long a unit of work waits for a connection."""
    lock_timeout_ms: int = 10_000
    """How long a writer waits: `busy_timeout` on SQLite, `lock_timeout` on PostgreSQL."""
    statement_timeout_ms: int = 60_000
    """Only for PostgreSQL: the longest time that one statement may run."""


SETTING = "identlink.force"
EVERY_FORCE = "*"
"""The setting for all forces; no force has this code."""


_IS_EXEMPT = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")


def demand_binding_role(connection: Connection) -> str:
    """Return how the rows of forces are kept apart.

    Raises ConfigurationError for a database role that row security does not bind.
    """
    if connection.dialect.name != "postgresql":
        return "SQLite has none: only the use cases keep forces apart"
    if connection.execute(_IS_EXEMPT).scalar_one():
        raise ConfigurationError(
            "The database role in IDENTLINK_DATABASE_URL is a superuser or has BYPASSRLS, so "
            "row-level security does not apply to it: use another role."
        )
    return "binds the role of the service"


def binding() -> str:
    """Return the statement that binds a transaction to the force of the request, or to all forces.

    The statement is sent together with BEGIN, to save a round trip, so it cannot have parameters.
    """
    quoted = (current_force() or EVERY_FORCE).replace("'", "''")
    return f"SET LOCAL {SETTING} = '{quoted}'"
