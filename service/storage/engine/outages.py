"""Finds driver errors that mean an outage: the database is unavailable, busy or full."""

import sqlite3
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from domain.errors import StorePart, StoreUnavailableError
from domain.outages import (
    DiskFullError,
    ReadOnlyStoreError,
    StorageFaultError,
    StoreLockedError,
    outage,
)
from service.outages import no_descriptor_left, sqlite_outage

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


def database_outage(
    error: BaseException,
    *,
    directory: Path | None = None,
    statement: str | None = None,
    is_disconnect: bool = False,
) -> StoreUnavailableError | None:
    """Return the outage that caused an error of SQLAlchemy or a driver, or None.

    `directory` is the directory of an SQLite file.
    """
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
    kind = _BY_STATE.get(state or "") or _BY_CLASS.get((state or "")[:2])
    if state == _NOT_SUPPORTED and statement.startswith("BEGIN"):
        kind = ReadOnlyStoreError
    return None if kind is None else outage(kind)
