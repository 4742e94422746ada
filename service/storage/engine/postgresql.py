"""The engine of PostgreSQL; its driver is an extra (`identlink[postgresql]`)."""

from __future__ import annotations

from typing import Any, cast

import psycopg
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import URL

from service.ports.surroundings import is_planned_once
from service.storage.engine.row_security import binding
from service.storage.engine.settings import (
    MODE,
    READ,
    WRITE,
    DatabaseSettings,
    common_arguments,
    is_read,
)

PATIENCE: dict[str, Any] = {
    "connect_timeout": 10,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""How long a server may take to accept a connection, and how long an open one may be silent.

One that is switched off never answers; TCP gives a lost connection up after a quarter of an hour.
"""

_BEGIN_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_BEGIN_WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
_PLANNED_ONCE = (
    "SET LOCAL plan_cache_mode = force_generic_plan",
    # A plan outlives the days when its tables were empty: by an index it never reads them whole.
    "SET LOCAL enable_seqscan = off",
    # Before version 18 a table of one row, which has no other way, then counts as dear enough to
    # compile its plan each time.
    "SET LOCAL jit = off",
)


class PostgresqlDialect(PGDialect_psycopg):
    """Begins and ends transactions as the unit of work says; see `engines.SqliteDialect`."""

    supports_statement_cache = True
    limits: tuple[str, ...] = ()
    """Commands of every transaction."""

    def do_begin(self, dbapi_connection: Any) -> None:
        """Begin, with limits and the force bound, in one message."""
        begin = _BEGIN_READ if is_read(dbapi_connection) else _BEGIN_WRITE
        driver = dbapi_connection.driver_connection
        _choose_cursor(dbapi_connection, driver)
        planned = _PLANNED_ONCE if is_planned_once() else ()
        _send(driver, begin, *self.limits, *planned, binding())

    def do_commit(self, dbapi_connection: Any) -> None:
        """Commit. A writer's commit is left to the driver, which tells one that failed from one
        that never reached the server."""
        if is_read(dbapi_connection):
            _send(dbapi_connection.driver_connection, "COMMIT")
        else:
            dbapi_connection.commit()


def postgresql_engine(url: URL, settings: DatabaseSettings) -> Engine:
    """Return the engine of a PostgreSQL database."""
    engine = create_engine(
        url.set(drivername="postgresql+identlink"),
        # The driver's own BEGIN would be one more round trip than ours.
        isolation_level="AUTOCOMMIT",
        connect_args=PATIENCE,
        **common_arguments(settings),
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


registry.register("postgresql.identlink", __name__, PostgresqlDialect.__name__)
