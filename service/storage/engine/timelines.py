"""Refuse a PostgreSQL server that a standby has replaced.

A standby that is promoted begins a new timeline, whose number is higher. A primary that was cut
off and comes back does not know that it was replaced: it answers from old rows.
"""

from __future__ import annotations

from typing import Any

from psycopg.pq import ExecStatus

from domain.outages import ServerReplacedError, outage
from domain.refusals import StorePart

# A standby cannot tell its timeline this way; nothing is written there anyway.
_TIMELINE = (
    b"SELECT CASE WHEN NOT pg_is_in_recovery()"
    b" THEN left(pg_walfile_name(pg_current_wal_lsn()), 8) END"
)


class Timelines:
    """The latest timeline on which this process has worked. Thread-safe."""

    def __init__(self, part: StorePart) -> None:
        self._part, self._latest = part, 0

    def check(self, connection: Any, *before: bytes) -> int:
        """Run statements on a new connection of psycopg, and return the timeline of its server.

        Closes the connection and raises ServerReplacedError when the timeline is an earlier one.
        A server that does not tell it is left to the next statement.
        """
        answer = connection.pgconn.exec_(b"; ".join((*before, _TIMELINE)))
        told = answer.get_value(0, 0) if answer.status == ExecStatus.TUPLES_OK else None
        timeline = int(told, 16) if told else self._latest
        if self.is_past(timeline):
            connection.close()
            raise outage(ServerReplacedError, self._part)
        self._latest = timeline
        return timeline

    def is_past(self, timeline: int) -> bool:
        """Return whether this process has worked on a later timeline."""
        return timeline < self._latest
