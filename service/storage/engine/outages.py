"""Errors of a driver that mean no more than a database that is away, busy or full."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

_SQLSTATE_CLASSES = ("08", "53", "57")
"""PostgreSQL: connection lost, resources exhausted, and operator intervention, to which belong a
restart and a statement that ran into its timeout."""

_SQLSTATES = frozenset({"40001", "40P01", "55P03"})
"""Serialisation failure, deadlock, lock not available: another try may succeed."""

_SQLITE_CODES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
    }
)
PRIMARY_CODE = 0xFF
"""An extended code of SQLite has the primary one in its lowest byte."""


def is_outage(error: BaseException) -> bool:
    """Whether the database could not serve a request that is sound."""
    if isinstance(error, PoolTimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return (getattr(cause, "sqlite_errorcode", 0) & PRIMARY_CODE) in _SQLITE_CODES
    return _is_postgresql_outage(cause)


def _is_postgresql_outage(cause: BaseException | None) -> bool:
    if type(cause).__name__ == "OperationalError" and getattr(cause, "sqlstate", None) is None:
        # No server answered, so that there is no state.
        return True
    state = getattr(cause, "sqlstate", None) or ""
    return state.startswith(_SQLSTATE_CLASSES) or state in _SQLSTATES
