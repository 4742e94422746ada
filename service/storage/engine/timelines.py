"""Refuses a PostgreSQL server that a standby has replaced.

A promoted standby begins a new timeline, with a higher number. A primary that was cut off and
comes back does not know that it was replaced, and answers from old rows. A primary and its
standbys share one system identifier. By this identifier, all connections of this process to them
are compared, including those to the keys of payloads.
"""

from dataclasses import dataclass
from typing import Any

from psycopg.pq import ExecStatus

from domain.errors import StorePart
from domain.outages import ServerReplacedError, outage

# A standby cannot tell its timeline this way; nothing is written there anyway.
_SERVER = (
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
    answer = connection.pgconn.exec_(_SERVER)
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
