"""The state of the database as the log has to tell it: rows, columns beside bodies, nodes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, literal, select, tuple_

from domain.events.catalogue import kind_of
from domain.ids import CaseId, SearchId
from service.provenance.bundle.state_rows import StateRow
from service.provenance.canonical import EventBody, read_event
from service.provenance.vault.vault import COMMITTED_BYTES
from service.storage.engine.rows import AnyRow
from service.storage.log.events import Events
from service.storage.statement.access import access_rows
from service.storage.statement.commitments import changed_since, stored_digests
from service.storage.statement.declared import declared_rows
from service.storage.statement.people import people_rows
from service.storage.statement.reading import rows_of
from service.storage.statement.work import work_rows
from service.storage.tables.log import event_subjects, events, log_nodes
from service.storage.tables.people import gallery_changes, payloads
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


class ChangedRow(NamedTuple):
    """A row that is not as the event that committed to it left it."""

    ref: str
    """The first subject of the event."""
    seq: int | None
    """The number of the event; None for a search that has none."""


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

    def first_changed(self, search_id: SearchId, case_id: CaseId) -> ChangedRow | None:
        """Return the first row behind a case that is not as its event left it.

        Events of releases that did not commit to rows are passed over, and so is what the events
        themselves hold: that is for `identlink log verify` to find.
        """
        told = [*self._committing(search_id), *self._committing(case_id)]
        if not any(search_id in body.subject_refs for body in told):
            return ChangedRow(search_id, None)
        for body in told:
            if changed_since(self._connection, body):
                return ChangedRow(body.subject_refs[0], body.seq)
        return None

    def _committing(self, subject_ref: str) -> Iterator[EventBody]:
        for entry in Events(self._transaction).about(subject_ref):
            if kind_of(entry.event_type).declared.commits:
                yield read_event(entry.body)

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
            for place, row in enumerate(page, after + 1):
                yield bytes(row.digest) if row.node_index == place else b""
            after = page[-1].node_index

    def node_count(self) -> int:
        """Return how many nodes of the tree are stored."""
        return int(
            self._connection.execute(select(func.count()).select_from(log_nodes)).scalar_one()
        )

    def feed_ends(self) -> tuple[int, int]:
        """Return how many gallery changes there are, and the number of the last one."""
        numbers = gallery_changes.c.change_seq
        row = self._connection.execute(select(func.count(), func.max(numbers))).one()
        return row[0], row[1] or 0

    def _page(self, start: int) -> list[AnyRow]:
        query = select(*_COLUMNS).where(events.c.seq >= start).order_by(events.c.seq).limit(_PAGE)
        return list(self._connection.execute(query).all())
