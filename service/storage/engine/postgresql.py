"""The engine for PostgreSQL; its driver is an extra (`identlink[postgresql]`).

A server that a standby has replaced is refused. A promoted standby begins a new timeline, with a
higher number. A primary that was cut off and comes back does not know that it was replaced, and
answers from old rows. A primary and its standbys share one system identifier, by which all
connections of this process to them are compared, including those to the keys of payloads.
"""

from dataclasses import dataclass
from typing import Any, cast

import psycopg
from psycopg.pq import ExecStatus
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError

from domain.errors import ConfigurationError, StorePart
from domain.outages import ReadOnlyStoreError, ServerReplacedError, outage
from service.ports.surroundings import is_planned_once
from service.storage.engine.settings import (
    MODE,
    READ,
    WRITE,
    DatabaseSettings,
    binding,
    common_arguments,
    is_read,
)

# A standby cannot tell its timeline this way; nothing is written there anyway.
_SYSTEM_AND_TIMELINE = (
    b"SELECT system_identifier, CASE WHEN NOT pg_is_in_recovery()"
    b" THEN left(pg_walfile_name(pg_current_wal_lsn()), 8) END FROM pg_control_system()"
)
_latest: dict[str, int] = {}
"""By system identifier: the latest timeline on which this process has worked."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server as it was when a connection to it was opened."""

    system: str
    timeline: int

    @property
    def is_replaced(self) -> bool:
        """Whether this process has since worked on a later timeline."""
        return self.timeline < _latest.get(self.system, 0)


def server_of(connection: Any, part: StorePart) -> Server:
    """Return the server that a new psycopg connection leads to.

    Closes the connection and raises ServerReplacedError if that server was replaced. A server that
    does not tell this account its timeline is never refused.
    """
    answer = connection.pgconn.exec_(_SYSTEM_AND_TIMELINE)
    is_told = answer.status == ExecStatus.TUPLES_OK
    system, timeline = (answer.get_value(0, n) if is_told else None for n in (0, 1))
    name = (system or b"").decode()
    latest = _latest.get(name, 0)
    server = Server(name, int(timeline, 16) if timeline else latest)
    if server.is_replaced:
        connection.close()
        raise outage(ServerReplacedError, part)
    _latest[name] = server.timeline
    return server


PATIENCE: dict[str, Any] = {
    "connect_timeout": 10,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""How long a server may take to accept a connection, and how long an open connection may be
silent.

A server that is switched off never responds, and TCP gives up a lost connection only after 15
minutes.
"""

_SERVER = "identlink_server"
"""Key in the `info` of a pooled connection: the server that it leads to."""
_BEGIN = {
    READ: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    WRITE: "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
}
_BEGIN_SCHEMA = "BEGIN ISOLATION LEVEL READ COMMITTED"
"""Of those who read the schema, also of a standby, or change it."""
_PLANNED_ONCE = (
    "SET LOCAL plan_cache_mode = force_generic_plan",
    # A plan may have been made while its tables were empty: with an index it never scans them
    # whole.
    "SET LOCAL enable_seqscan = off",
    # Before version 18, a sequential scan of a one-row table, which has no index, then has such a
    # high estimated cost that its plan would be compiled each time.
    "SET LOCAL jit = off",
)


class PostgresqlDialect(PGDialect_psycopg):
    """Begins and ends transactions in the mode of their unit: see `engines.SqliteDialect`."""

    supports_statement_cache = True
    limits: tuple[str, ...] = ()
    """Commands that begin every transaction."""

    def do_begin(self, dbapi_connection: Any) -> None:
        """Begin, set limits and bind the force, all in one message."""
        begin = _BEGIN.get(dbapi_connection.info.get(MODE), _BEGIN_SCHEMA)
        driver = dbapi_connection.driver_connection
        # BEGIN ... READ WRITE would override it. Servers from version 14 tell it; a pooler may not
        # pass it on.
        is_frozen = driver.pgconn.parameter_status(b"default_transaction_read_only") == b"on"
        if is_frozen and begin == _BEGIN[WRITE]:
            raise outage(ReadOnlyStoreError)
        _choose_cursor(dbapi_connection, driver)
        planned = _PLANNED_ONCE if is_planned_once() else ()
        _send(driver, begin, *self.limits, *planned, binding())

    def do_commit(self, dbapi_connection: Any) -> None:
        """Commit.

        A writer's commit is left to the driver, which can distinguish a failed commit from one
        that never reached the server.
        """
        if is_read(dbapi_connection):
            _send(dbapi_connection.driver_connection, "COMMIT")
        else:
            dbapi_connection.commit()


def postgresql_engine(url: URL, settings: DatabaseSettings) -> Engine:
    """Return the engine of a PostgreSQL database."""
    engine = create_engine(
        url.set(drivername="postgresql+identlink"),
        # Otherwise the driver would send its own BEGIN in an additional round trip.
        isolation_level="AUTOCOMMIT",
        # What the address says is the operator's choice.
        connect_args={name: each for name, each in PATIENCE.items() if name not in url.query},
        **common_arguments(settings),
    )
    # Set in each transaction, because a pooler (pgbouncer) may give each transaction another
    # session, and accepts no options when a connection is opened.
    cast("PostgresqlDialect", engine.dialect).limits = (
        f"SET LOCAL statement_timeout = {settings.statement_timeout_ms}",
        f"SET LOCAL lock_timeout = {settings.lock_timeout_ms}",
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, record: Any) -> None:
        # Poolers keep the time zone across sessions. If this is refused, BEGIN will be refused
        # too.
        connection.pgconn.exec_(b"SET timezone TO 'UTC'")
        record.info[_SERVER] = server_of(connection, StorePart.DATABASE)

    # Before the library reads the version of the server as text.
    event.listen(engine, "connect", _demand_utf8, insert=True)

    @event.listens_for(engine, "checkout")
    def _is_current(_connection: Any, record: Any, _proxy: Any) -> None:
        if record.info[_SERVER].is_replaced:
            # The pool opens another connection in its place.
            raise DisconnectionError

    return engine


def _demand_utf8(connection: Any, _record: Any) -> None:
    """Close the connection and raise ConfigurationError if the database is not in UTF-8.

    `initdb` without a locale makes SQL_ASCII, whose texts come back as bytes.
    """
    encoding = connection.info.parameter_status("server_encoding")
    if encoding not in {None, "UTF8"}:
        connection.close()
        raise ConfigurationError(
            "The database does not use UTF-8: create it again with ENCODING 'UTF8' TEMPLATE "
            "template0."
        )


class _BinaryCursor(psycopg.Cursor[Any]):
    """Receives results in binary format; as text, every payload would be sent as hexadecimal.

    Not for reading the schema, because SQLAlchemy expects text from the system catalogue.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.format = psycopg.pq.Format.BINARY


def _choose_cursor(connection: Any, driver: Any) -> None:
    is_unit = connection.info.get(MODE) in {READ, WRITE}
    driver.cursor_factory = _BinaryCursor if is_unit else psycopg.Cursor


def _send(driver: Any, *commands: str) -> None:
    """Send commands without parameters or results directly to the client library, in one message.

    A cursor of the driver costs ten times as much, and every unit of work begins and ends a
    transaction. If the server refuses the commands, they are sent again with a cursor, which
    reports the fault.
    """
    try:
        status = driver.pgconn.exec_("; ".join(commands).encode()).status
    except psycopg.Error:
        status = None
    if status != psycopg.pq.ExecStatus.COMMAND_OK:
        # A cursor takes one statement at a time.
        with psycopg.Cursor(driver) as cursor:
            for statement in commands:
                cursor.execute(statement.encode())


registry.register("postgresql.identlink", __name__, PostgresqlDialect.__name__)
