"""Events as recorded, and the accesses to people's data that events show."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from domain.access.access import Role
from domain.errors import NotFoundError, existing
from domain.events.catalogue import LoggedEvent, NewEvent
from domain.events.examination import ExemplarShown
from domain.ids import EventId, EventType, ForceCode, PersonId, UserId
from domain.list_pages import EventFilter, ListOrder
from service.storage.engine.rows import AnyRow, rows_where, sorted_by, sorted_rows
from service.storage.log.head import locked_change_seq, read_head
from service.storage.tables.links import links
from service.storage.tables.log import event_subjects, events
from service.storage.tables.people import encounters, persons, records
from service.storage.tables.searches import candidates
from service.storage.tables.workbench import accounts, tokens
from service.storage.transaction import TransactionPart

_PAGE = 1_000
"""Number of events that `every` reads at a time: about 600 KB."""

ENTRY = sa.select(
    events.c.seq, events.c.event_id, events.c.event_type, events.c.at, events.c.body
).order_by(events.c.seq)
"""The query for events, in order."""

_ENTRY_BY_ID = ENTRY.where(events.c.event_id == sa.bindparam("event_id"))

_ENTRIES = ENTRY.where(events.c.seq >= sa.bindparam("start")).limit(sa.bindparam("limit"))

_FIRST_ABOUT = sa.select(sa.func.min(event_subjects.c.seq)).where(
    event_subjects.c.subject_ref == sa.bindparam("subject_ref")
)

_NEWEST = ENTRY.order_by(None).order_by(events.c.seq.desc())

_LATEST = _NEWEST.where(events.c.event_type == sa.bindparam("event_type")).limit(1)

_ABOUT = ENTRY.join(event_subjects, event_subjects.c.seq == events.c.seq).where(
    event_subjects.c.subject_ref == sa.bindparam("subject_ref")
)


@lru_cache(maxsize=128)
def _nodes_query(count: int) -> sa.TextClause:
    """Return the query for this many nodes; a proof needs at most a few dozen.

    Built once for each count, because expanding an IN at each call costs more than the query
    itself.
    """
    places = ", ".join(f"(:level{at}, :index{at})" for at in range(count))
    return sa.text(
        "SELECT level, node_index, digest FROM log_nodes"  # noqa: S608 - names of parameters
        f" WHERE (level, node_index) IN (VALUES {places})"
    )


class Events(TransactionPart):
    """Events. They are append-only; the database also refuses updates and deletes."""

    def append(self, event: NewEvent) -> None:
        """Queue an event; it gets its number and its place in the tree at the commit.

        With a vault, the event also commits to the payloads stored since the previous event.
        """
        refs = self._transaction.payloads.take_refs()
        self._transaction.events.append(replace(event, payloads=(*event.payloads, *refs)))

    def size(self) -> int:
        """Return the number of committed events."""
        return read_head(self._connection).frontier.size

    def ends(self) -> tuple[int, int, datetime | None]:
        """Return the last numbers of the feeds (gallery, records) and the last event's time."""
        head = read_head(self._connection)
        return head.change_seq, head.record_seq, head.last_at

    def lock_last_change(self) -> int:
        """Return the last gallery change's number, locked: none is numbered until the commit."""
        return locked_change_seq(self._connection)

    def entries(self, *, start: int, limit: int) -> tuple[LoggedEvent, ...]:
        """Return committed events, in order, starting from number `start`."""
        return tuple(map(entry_of, self._rows(_ENTRIES, start=start, limit=limit)))

    def about(
        self, subject_ref: str, kinds: Collection[EventType] | None = None
    ) -> tuple[LoggedEvent, ...]:
        """Return the committed events that refer to this id, in order, of some or all types."""
        query = _ABOUT if kinds is None else _ABOUT.where(events.c.event_type.in_(kinds))
        return tuple(map(entry_of, self._rows(query, subject_ref=subject_ref)))

    def first_about(self, subject_ref: str) -> int:
        """Return the number of the first event that refers to this id: the one that created it.

        Raises NotFoundError.
        """
        seq = existing(self._cell(_FIRST_ABOUT, subject_ref=subject_ref))
        return int(seq)

    def find(self, event_id: EventId) -> LoggedEvent | None:
        """Return a committed event by its id."""
        row = self._row(_ENTRY_BY_ID, event_id=event_id)
        return None if row is None else entry_of(row)

    def latest(self, event_type: EventType) -> LoggedEvent | None:
        """Return the newest committed event of a type."""
        row = self._row(_LATEST, event_type=event_type)
        return None if row is None else entry_of(row)

    def search(
        self,
        wanted: EventFilter,
        *,
        before: int | None,
        limit: int,
        order: ListOrder | None = None,
    ) -> tuple[LoggedEvent, ...]:
        """Return committed events that match the filter, newest first, numbered below `before`.

        In another order, return those after the event with the number `before`.
        """
        if order is None or order.column not in _ORDERS:
            return self._newest(wanted, before, limit)
        every = ENTRY.order_by(None)
        rows = sorted_rows(
            self._connection,
            every.where(*_conditions(wanted, None)),
            sorted_by(order, _ORDERS, events.c.seq),
            behind=None if before is None else every.where(events.c.seq == before),
            limit=limit,
        )
        return tuple(entry_of(row) for row in rows)

    def _newest(
        self, wanted: EventFilter, before: int | None, limit: int
    ) -> tuple[LoggedEvent, ...]:
        query = _NEWEST.limit(limit)
        for condition in _conditions(wanted, before):
            query = query.where(condition)
        return tuple(entry_of(row) for row in self._connection.execute(query))

    def every(self) -> Iterator[LoggedEvent]:
        """Yield all committed events in order, using limited memory."""
        page = self.entries(start=0, limit=_PAGE)
        while page:
            yield from page
            page = self.entries(start=page[-1].seq + 1, limit=_PAGE)

    def root(self) -> bytes:
        """Return the RFC 6962 root over all committed events."""
        return read_head(self._connection).frontier.root

    def nodes(self, places: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], bytes]:
        """Return stored nodes by (level, index). Raises NotFoundError when one is missing."""
        if not places:
            return {}
        values: dict[str, int] = {}
        for at, (level, index) in enumerate(places):
            values[f"level{at}"], values[f"index{at}"] = level, index
        rows = self._connection.execute(_nodes_query(len(places)), values)
        found = {(level, index): bytes(digest) for level, index, digest in rows}
        if any(place not in found for place in places):
            raise NotFoundError
        return found


_NAME = (
    sa.select(accounts.c.sign_in_name)
    .where(accounts.c.user_id == events.c.actor)
    .scalar_subquery()
)
_ORDERS: Mapping[str, sa.ColumnElement[Any]] = {
    "entry": events.c.seq,
    "event": events.c.event_type,
    "by": sa.func.lower(sa.func.coalesce(_NAME, events.c.actor)),
    "force": sa.func.coalesce(events.c.force, ""),
}


def _conditions(wanted: EventFilter, before: int | None) -> Iterator[sa.ColumnElement[bool]]:
    columns = {
        events.c.actor: wanted.actor,
        events.c.force: wanted.force,
        events.c.case_id: wanted.case_id,
        events.c.event_type: wanted.event_type,
    }
    yield from (column == value for column, value in columns.items() if value is not None)
    if before is not None:
        yield events.c.seq < before
    if wanted.since is not None:
        yield events.c.at >= wanted.since
    if wanted.until is not None:
        yield events.c.at < wanted.until
    if wanted.subject_ref is not None:
        named = rows_where(event_subjects.c.seq, subject_ref=wanted.subject_ref)
        yield events.c.seq.in_(named)


def entry_of(row: AnyRow) -> LoggedEvent:
    """Return the event that a row of `ENTRY` holds."""
    return LoggedEvent(
        row.seq, EventId(row.event_id), EventType(row.event_type), row.at, bytes(row.body)
    )


class Consultations(TransactionPart):
    """Accesses to the data of people. Only reads."""

    def about(
        self,
        person_ids: Sequence[PersonId],
        kinds: Collection[EventType],
        *,
        before: int | None,
        limit: int,
    ) -> tuple[LoggedEvent, ...]:
        """Return accesses to the data of these people, newest first, numbered below `before`.

        An event counts if it refers to one of the people, to their record, capture or link, or to
        the search or case of their link. An event about a candidate counts only if the prints were
        shown.
        """
        named = sa.select(event_subjects.c.seq).where(
            event_subjects.c.subject_ref.in_(_theirs(person_ids))
        )
        proposed = sa.select(candidates.c.candidate_id).where(
            candidates.c.person_id.in_(person_ids)
        )
        shown = sa.select(event_subjects.c.seq).where(event_subjects.c.subject_ref.in_(proposed))
        query = (
            ENTRY.order_by(None)
            .order_by(events.c.seq.desc())
            .limit(limit)
            .where(
                sa.or_(
                    events.c.seq.in_(named) & events.c.event_type.in_(kinds),
                    events.c.seq.in_(shown) & (events.c.event_type == ExemplarShown.event_type),
                )
            )
        )
        if before is not None:
            query = query.where(events.c.seq < before)
        return tuple(entry_of(row) for row in self._connection.execute(query))

    def places(
        self, user_ids: Collection[UserId]
    ) -> Mapping[UserId, tuple[Role, ForceCode | None]]:
        """Return the role and force of accounts, of people who sign in and of tokens."""
        known = sa.union(
            *(
                sa.select(table.c.user_id, table.c.role, table.c.force).where(
                    table.c.user_id.in_(user_ids)
                )
                for table in (tokens, accounts)
            )
        )
        return {
            UserId(user_id): (Role(role), ForceCode(force) if force else None)
            for user_id, role, force in self._connection.execute(known)
        }


def _theirs(person_ids: Sequence[PersonId]) -> sa.CompoundSelect[tuple[str]]:
    rows = sa.select(persons.c.person_row).where(persons.c.person_id.in_(person_ids))
    linked = links.c.person_id.in_(person_ids)
    return sa.union(
        sa.select(persons.c.person_id).where(persons.c.person_id.in_(person_ids)),
        sa.select(records.c.record_id).where(records.c.person_row.in_(rows)),
        sa.select(encounters.c.encounter_id).where(encounters.c.person_row.in_(rows)),
        *(sa.select(links.c[name]).where(linked) for name in ("link_id", "search_id", "case_id")),
    )
