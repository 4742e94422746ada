"""What a connection is for, and the arguments that engines of both databases share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from service.storage.engine.settings import DatabaseSettings

MODE = "identlink_mode"
"""The execution option by which a unit of work says what it does."""
READ = "read"
WRITE = "write"
SCHEMA = "schema"
"""Writes, and may look at the catalogue."""


def is_read(connection: Connection) -> bool:
    """Return whether the unit of work of a connection only reads."""
    return connection.get_execution_options().get(MODE) == READ


def common_arguments(settings: DatabaseSettings) -> dict[str, Any]:
    """Return the arguments of `create_engine` for either database."""
    return {
        # Errors of the driver are logged; what was being stored must not be in them.
        "hide_parameters": True,
        "pool_size": settings.pool_size,
        "max_overflow": settings.pool_overflow,
        "pool_timeout": settings.pool_timeout_s,
    }
