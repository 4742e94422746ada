"""What a connection is for, and the arguments that engines of both databases share."""

from __future__ import annotations

from typing import Any

from service.storage.engine.settings import DatabaseSettings

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
