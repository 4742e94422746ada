"""The state of the database as the log has to tell it: rows, columns beside bodies, nodes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, literal, select, tuple_

from service.provenance.bundle.state_rows import StateRow
from service.provenance.vault.vault import COMMITTED_BYTES
from service.storage.engine.rows import AnyRow
from service.storage.statement.access import access_rows
from service.storage.statement.commitments import stored_digests
from service.storage.statement.declared import declared_rows
from service.storage.statement.people import people_rows
from service.storage.statement.reading import rows_of
from service.storage.statement.work import work_rows
from service.storage.tables.log import event_subjects, events, log_nodes
from service.storage.tables.people import payloads
from service.storage.transaction import TransactionPart


class IndexedEvent(NamedTuple):
    """An event with the columns beside its body; made by the million."""

    seq: int
    event_id: str
    event_type: str
    at: datetime
    actor: str
    force: str
    """Empty for none, and so below."""
    case_id: str
    body: bytes


_PAGE = 2_000
_COLUMNS = (
    events.c.seq,
    events.c.event_id,
    events.c.event_type,
    events.c.at,
    events.c.actor,
    events.c.force,
    events.c.case_id,
    events.c.body,
)


class State(TransactionPart):
    """The state of a database, read in the snapshot of its unit of work."""

    def rows(self) -> Iterator[StateRow]:
        """Yield every row that has to have an event."""
        for rows in (declared_rows, people_rows, work_rows, access_rows, stored_digests):
            yield from rows(self._connection)

    def payloads(self) -> Iterator[bytes]:
        """Yield the reference and commitment of every payload that is there, as they are stored.

        Nothing where payloads are not sealed.
        """
        if self._transaction.payloads.is_sealed:
            head = func.substr(payloads.c.body, 1, COMMITTED_BYTES)
            query = select(head).order_by(payloads.c.payload_id)
            yield from (bytes(row[0]) for row in rows_of(self._connection, query))

    def indexed_events(self) -> Iterator[IndexedEvent]:
        """Yield all events in order with their columns, a page at a time."""
        start = 0
        while page := self._page(start):
            for seq, event_id, event_type, at, actor, force, case_id, body in page:
                yield IndexedEvent(
                    seq,
                    event_id,
                    event_type,
                    at,
                    actor,
                    force or "",
                    case_id or "",
                    body,
                )
            start = page[-1].seq + 1

    def subjects(self) -> Iterator[tuple[int, str]]:
        """Yield (number of the event, subject), in the order of the table's own key.

        By number there is no index, and one for this alone would burden every append.
        """
        after = ("", -1)
        while True:
            query = (
                select(event_subjects.c.subject_ref, event_subjects.c.seq)
                .where(
                    tuple_(event_subjects.c.subject_ref, event_subjects.c.seq)
                    > tuple_(literal(after[0]), literal(after[1]))
                )
                .order_by(event_subjects.c.subject_ref, event_subjects.c.seq)
                .limit(_PAGE)
            )
            page = self._connection.execute(query).all()
            if not page:
                return
            yield from ((row.seq, row.subject_ref) for row in page)
            after = (page[-1].subject_ref, page[-1].seq)

    def nodes_of_level(self, level: int) -> Iterator[bytes]:
        """Yield the stored nodes of one level in order of their index, a page at a time."""
        after = -1
        while True:
            query = (
                select(log_nodes.c.node_index, log_nodes.c.digest)
                .where(log_nodes.c.level == level, log_nodes.c.node_index > after)
                .order_by(log_nodes.c.node_index)
                .limit(_PAGE)
            )
            page = self._connection.execute(query).all()
            if not page:
                return
            yield from (bytes(row.digest) for row in page)
            after = page[-1].node_index

    def node_count(self) -> int:
        """Return how many nodes of the tree are stored."""
        return int(
            self._connection.execute(select(func.count()).select_from(log_nodes)).scalar_one()
        )

    def _page(self, start: int) -> list[AnyRow]:
        query = select(*_COLUMNS).where(events.c.seq >= start).order_by(events.c.seq).limit(_PAGE)
        return list(self._connection.execute(query).all())
