"""The engine of PostgreSQL; its driver is an extra (`identlink[postgresql]`)."""

from __future__ import annotations

from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from service.storage.engine import row_security
from service.storage.engine.modes import MODE, READ, WRITE, common_arguments, is_read
from service.storage.engine.settings import DatabaseSettings

_CONNECT_S = 10
"""How long a server may take to accept a connection: one that is switched off never answers."""

_BEGIN_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_BEGIN_WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"


def postgresql_engine(url: URL, settings: DatabaseSettings) -> Engine:
    """Return the engine of a PostgreSQL database."""
    # With each transaction, since a pooler (pgbouncer) may give each one to another session, and
    # takes no options when a connection is made.
    limits = (
        f"SET LOCAL statement_timeout = {settings.statement_timeout_ms}",
        f"SET LOCAL lock_timeout = {settings.lock_timeout_ms}",
    )
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        # The driver's own BEGIN would be one more round trip than ours.
        isolation_level="AUTOCOMMIT",
        connect_args={"connect_timeout": _CONNECT_S},
        **common_arguments(settings),
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        # Poolers carry the time zone from session to session. A refusal is met again at BEGIN.
        connection.pgconn.exec_(b"SET timezone TO 'UTC'")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        begin = _BEGIN_READ if is_read(connection) else _BEGIN_WRITE
        _choose_cursor(connection)
        _send(connection, begin, *limits, row_security.binding())

    @event.listens_for(engine, "commit")
    def _commit(connection: Connection) -> None:
        # The driver is asked to commit next and finds nothing left to do. A writer's commit is
        # left to it, which tells one that failed from one that never reached the server.
        if is_read(connection):
            _send(connection, "COMMIT")

    return engine


class _BinaryCursor(psycopg.Cursor[Any]):
    """Gets results as they are: as text, every payload would travel in hexadecimal.

    Not for reading the schema: SQLAlchemy expects text from the catalogue.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.format = psycopg.pq.Format.BINARY


def _choose_cursor(connection: Connection) -> None:
    is_unit = connection.get_execution_options().get(MODE) in {READ, WRITE}
    driver: Any = connection.connection.driver_connection
    driver.cursor_factory = _BinaryCursor if is_unit else psycopg.Cursor


def _send(connection: Connection, *commands: str) -> None:
    """Send commands without parameters or result straight to the client library, in one message.

    A cursor of the driver costs ten times as much, and every unit of work begins and ends.
    Commands that the server refuses are sent again in the usual way, which reports the fault.
    """
    driver: Any = connection.connection.driver_connection
    try:
        status = driver.pgconn.exec_("; ".join(commands).encode()).status
    except psycopg.Error:
        status = None
    if status != psycopg.pq.ExecStatus.COMMAND_OK:
        # The usual way takes one statement at a time.
        for statement in commands:
            connection.exec_driver_sql(statement)
