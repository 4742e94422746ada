"""The state of the database as the log has to tell it: rows, columns beside bodies, nodes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_
from sqlalchemy import case as sql_case

from domain.events import EventType
from indexing.batches import Gallery
from service.ports.desk import CONTROL_FORCE
from service.ports.state import IndexedEvent
from service.provenance.state_rows import StateRow
from service.storage.rows import AnyRow
from service.storage.tables.access import (
    client_key_revocations,
    client_keys,
    client_revocations,
    clients,
    token_revocations,
    tokens,
)
from service.storage.tables.cases import cases, decisions
from service.storage.tables.links import link_revocations, links
from service.storage.tables.log import event_subjects, events, loads, log_nodes
from service.storage.tables.people import (
    ENROLLED,
    encounters,
    gallery_changes,
    person_erasures,
    persons,
)
from service.storage.tables.provenance import (
    encounter_successors,
    merge_confirmations,
    person_merges,
)
from service.storage.tables.searches import searches
from service.storage.transaction import Transaction

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


def load_ref(source_digest: str, chunk: int, *, first_change: int, last_change: int) -> str:
    """Return what the event of a loaded chunk names: the chunk and the changes that it made."""
    return f"{source_digest}:{chunk}:{first_change}-{last_change}"


class SqlState:
    """The state of a database, read in the snapshot of its unit of work."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def rows(self) -> Iterator[StateRow]:
        """Yield every row that has to have an event."""
        yield from self._encounters()
        for query in (_searches(), _cases(), *_plain_rows(), *_merges()):
            for event_type, ref, actor in self._connection.execute(query):
                yield StateRow(EventType(event_type), ref, actor)

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
        """Yield (number of the event, what it names), in the order of the table's own key.

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

    def _encounters(self) -> Iterator[StateRow]:
        """Yield the loaded chunks, and the captures that came in one by one between them."""
        last = 0
        query = select(loads).order_by(loads.c.first_change)
        for load in self._connection.execute(query).all():
            ref = load_ref(
                load.source_digest,
                load.chunk,
                first_change=load.first_change,
                last_change=load.last_change,
            )
            yield StateRow(EventType.ENROLLED, ref)
            if load.first_change > last + 1:
                yield from self._captures(last, load.first_change)
            last = max(last, load.last_change)
        yield from self._captures(last, None)

    def _captures(self, after: int, before: int | None) -> Iterator[StateRow]:
        query = _CAPTURES.where(gallery_changes.c.change_seq > after)
        if before is not None:
            query = query.where(gallery_changes.c.change_seq < before)
        for row in self._connection.execute(query):
            yield StateRow(_type_of_capture(row), row.encounter_id)

    def _page(self, start: int) -> list[AnyRow]:
        query = select(*_COLUMNS).where(events.c.seq >= start).order_by(events.c.seq).limit(_PAGE)
        return list(self._connection.execute(query).all())


_CAPTURES = (
    select(
        encounters.c.encounter_id,
        encounters.c.gallery,
        links.c.link_id,
        person_merges.c.merge_id,
        person_merges.c.undoes,
    )
    .join(gallery_changes, gallery_changes.c.encounter_row == encounters.c.encounter_row)
    .outerjoin(links, links.c.encounter_id == encounters.c.encounter_id)
    .outerjoin(
        encounter_successors, encounter_successors.c.successor_row == encounters.c.encounter_row
    )
    .outerjoin(person_merges, person_merges.c.merge_id == encounter_successors.c.merge_id)
    .where(gallery_changes.c.kind == ENROLLED)
    .order_by(gallery_changes.c.change_seq)
)


def _type_of_capture(row: AnyRow) -> EventType:
    if row.merge_id is not None:
        return EventType.PERSONS_UNMERGED if row.undoes else EventType.PERSONS_MERGED
    if row.link_id is not None:
        return EventType.LINKED
    if row.gallery == Gallery.UNSOLVED_MARKS:
        return EventType.NOT_LINKED
    return EventType.ENROLLED


def _row_query(event_type: EventType, ref: ColumnElement[Any], actor: Any = "") -> Select[Any]:
    return select(
        literal(event_type.value), ref, literal(actor) if isinstance(actor, str) else actor
    )


def _searches() -> Select[Any]:
    return select(_search_type(), searches.c.search_id, searches.c.submitted_by)


def _cases() -> Select[Any]:
    return select(_search_type(), cases.c.case_id, searches.c.submitted_by).join(
        searches, searches.c.search_id == cases.c.search_id
    )


def _search_type() -> ColumnElement[str]:
    return sql_case(
        (searches.c.force == CONTROL_FORCE, EventType.CONTROL_INSERTED.value),
        else_=EventType.SEARCHED.value,
    )


def _plain_rows() -> Iterator[Select[Any]]:
    yield _row_query(EventType.DECISION_SEALED, decisions.c.decision_id, decisions.c.decided_by)
    yield _row_query(EventType.LINKED, links.c.link_id)
    yield _row_query(
        EventType.LINK_REVOKED, link_revocations.c.link_id, link_revocations.c.revoked_by
    )
    yield _row_query(EventType.TOKEN_ISSUED, tokens.c.token_id)
    yield _row_query(EventType.TOKEN_REVOKED, token_revocations.c.token_id)
    yield from _client_rows()
    yield _row_query(EventType.ERASED, persons.c.person_id).join(
        person_erasures, person_erasures.c.person_row == persons.c.person_row
    )


def _client_rows() -> Iterator[Select[Any]]:
    yield _row_query(EventType.CLIENT_ADDED, clients.c.client_id, clients.c.added_by)
    yield _row_query(EventType.CLIENT_REVOKED, client_revocations.c.client_id)
    yield _row_query(EventType.CLIENT_KEY_ADDED, client_keys.c.client_key_id)
    yield _row_query(EventType.CLIENT_KEY_REVOKED, client_key_revocations.c.client_key_id)


def _merges() -> Iterator[Select[Any]]:
    for undoes, proposed, confirmed in (
        (False, EventType.MERGE_PROPOSED, EventType.PERSONS_MERGED),
        (True, EventType.UNMERGE_PROPOSED, EventType.PERSONS_UNMERGED),
    ):
        is_kind = (
            person_merges.c.undoes.is_not(None) if undoes else person_merges.c.undoes.is_(None)
        )
        yield _row_query(proposed, person_merges.c.merge_id, person_merges.c.proposed_by).where(
            is_kind
        )
        yield (
            _row_query(
                confirmed, merge_confirmations.c.merge_id, merge_confirmations.c.confirmed_by
            )
            .join(person_merges, person_merges.c.merge_id == merge_confirmations.c.merge_id)
            .where(is_kind)
        )
