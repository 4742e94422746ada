"""Where a database is, how it is opened, and in which mode."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.outages import DatabaseMissingError, outage


class DatabasePlace:
    """The file of a database, None for one on a server. Thread-safe.

    It is known from the first look that finds it; a file that is not made yet is none that is
    missing.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._known: tuple[int, int] | None = None

    def demand(self) -> None:
        """Raise DatabaseMissingError when the file is gone, or is another one."""
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
"""The key in the `info` of a connection by which a unit of work says what it does."""
READ = "read"
WRITE = "write"
SCHEMA = "schema"
"""Writes, and may look at the catalogue."""


def is_read(connection: Any) -> bool:
    """Return whether a connection, SQLAlchemy's or that of its pool, belongs to a reader."""
    return bool(connection.info.get(MODE) == READ)


def common_arguments(settings: DatabaseSettings) -> dict[str, Any]:
    """Return the arguments of `create_engine` for either database."""
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


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Pool and timeouts; the same fields serve SQLite and PostgreSQL."""

    pool_size: int = 8
    """Connections kept open."""
    pool_overflow: int = 16
    """Connections that may be opened beyond the pool under load."""
    pool_timeout_s: float = 10.0
    """How long a unit of work waits for a connection."""
    lock_timeout_ms: int = 10_000
    """How long a writer waits for another (`busy_timeout`, on PostgreSQL `lock_timeout`)."""
    statement_timeout_ms: int = 60_000
    """Only for PostgreSQL: the longest that one statement may run."""
