"""Records in all versions, their feed of changes, and the office's table of offence codes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, literal, select

from domain.errors import EvidenceTamperedError, StaleRecordError
from domain.forces import codes_by_name
from domain.ids import ForceCode, PersonRow, RecordId, UserId
from domain.list_pages import ListOrder
from domain.people import amendments
from domain.people.convictions import Conviction
from domain.people.items import Items
from domain.people.people import Details
from domain.requests.releasing import HeldConviction
from rules.offence_codes import InstalledTable
from service.storage.engine.rows import (
    Among,
    AnyRow,
    rank_among,
    rows_given,
    rows_where,
    sorted_by,
    sorted_rows,
    value_of,
)
from service.storage.people import record_bodies
from service.storage.people.people import store_version
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.log import log_head
from service.storage.tables.people import (
    live_records,
    offence_tables,
    payloads,
    persons,
    record_amendments,
    record_changes,
    records,
)
from service.storage.transaction import TransactionPart


@dataclass(frozen=True, slots=True)
class ChangedRecords:
    """The people whose live record was begun, changed, removed or restored by these changes."""

    cursor: int
    """The number of the last change included; pass it as the next cursor."""
    person_rows: frozenset[PersonRow]
    is_last: bool
    """Whether there were no further changes when the feed was read."""


class Records(TransactionPart):
    """Versions of records, each written once; one is live until the person is erased."""

    def versions(self, record_id: RecordId) -> tuple[amendments.VersionHead, ...]:
        """Return the versions of a record, oldest first; an erased record has no live version."""
        return tuple(map(_head, self._rows(_VERSIONS, record_id=record_id)))

    def destroyed(self, record_id: RecordId) -> frozenset[int]:
        """Return the numbers of the versions whose content was destroyed with an entry in it."""
        return frozenset(self._column(_DESTROYED, record_id=record_id))

    def version(self, record_id: RecordId, number: int) -> amendments.RecordVersion | None:
        """Return one version with its items, or None when unknown or erased."""
        row = self._row(_VERSION, record_id=record_id, version=number)
        if row is None:
            return None
        body = self._body(PayloadKind.RECORD, row)
        return (
            None
            if body is None
            else amendments.RecordVersion(_head(row), *record_bodies.read_items(body))
        )

    def number_at(self, record_id: RecordId, log_size: int) -> int:
        """Return the number of the newest version that was made before this event of the log."""
        query = (
            select(func.max(records.c.version))
            .outerjoin(record_amendments, record_amendments.c.record_row == records.c.record_row)
            .where(
                records.c.record_id == record_id,
                record_amendments.c.log_size.is_(None) | (record_amendments.c.log_size < log_size),
            )
        )
        return int(self._cell(query))

    def convictions(self, version: amendments.RecordVersion) -> tuple[HeldConviction, ...]:
        """Return the convictions of a version of a record, each with its own version.

        Raises EvidenceTamperedError when a conviction has no stored version.
        """
        head = version.head
        made = record_bodies.versions_of(self._connection, head.record_id, head.version)
        held = [item for item in version.items.held if isinstance(item.value, Conviction)]
        if not {item.item_id for item in held} <= made.keys():
            raise EvidenceTamperedError(
                "The record of a conviction is missing a version: tell an auditor."
            )
        return tuple(
            HeldConviction(made[item.item_id], item.value)
            for item in held
            if isinstance(item.value, Conviction)
        )

    def page(
        self,
        force: ForceCode | None,
        *,
        before: str | None,
        limit: int,
        order: ListOrder | None = None,
    ) -> amendments.RecordPage:
        """Return records of one force or of all forces; the page is empty if `before` is unknown.

        `before` is the last record of the previous page, in the same order; it may have been
        erased since.
        """
        query = _HEADS.join(_FIRST, _FIRST.c.record_id == records.c.record_id)
        query = query.where(_FIRST.c.version == 1)
        if force is not None:
            query = query.where(_FIRST.c.force == force)
        rows = sorted_rows(
            self._connection,
            query.where(live_records.c.record_id.is_not(None)),
            sorted_by(order, _ORDERS, _FIRST.c.record_row),
            behind=None if before is None else query.where(_newest_version(before)),
            limit=limit + 1,
        )
        page = tuple(_head(row) for row in rows[:limit])
        return amendments.RecordPage(page, page[-1].record_id if len(rows) > limit else None)

    def amend(
        self,
        before: amendments.RecordVersion,
        items: Items,
        amendment: amendments.Amendment,
        *,
        by: UserId,
        at: datetime,
    ) -> tuple[int, int]:
        """Store a version made by an amendment; return its number and the size of the log before.

        `items` are the items after the amendment; `before` is the version from which they were
        made. The log is locked from here to the commit. Raises NotFoundError when the person is
        erased, and StaleRecordError when `before` is no longer the live version.
        """
        stored = store_version(
            self._transaction,
            before.head,
            record_bodies.amended_body(items, amendment.words, amendment.reference),
            amendments.changes_between(before.items, items),
        )
        if stored.version != before.head.version + 1:
            # On PostgreSQL another version may have been committed since this one was read.
            raise StaleRecordError(pointer="/expected_version")
        log_size = int(self._cell(_LOCKED_SIZE))
        self._add(
            record_amendments,
            amendment,
            record_row=stored.record_row,
            log_size=log_size,
            amended_by=by,
            amended_at=at,
        )
        return stored.version, log_size

    def log_size(self) -> int:
        """Return the number of events; all of them precede any later amendment."""
        return int(self._cell(_SIZE))

    def last_change(self) -> int:
        """Return the number of the newest change of any record, or 0 if there is none."""
        return int(self._cell(_LAST_CHANGE))

    def changed_after(self, cursor: int, limit: int) -> ChangedRecords:
        """Return the people affected by up to `limit` changes after `cursor`, of any process."""
        wanted = {"cursor": cursor, "limit": limit}
        rows: Sequence[Any] = self._rows(_CHANGED_AFTER, **wanted)
        return ChangedRecords(
            cursor=rows[-1].change_seq if rows else cursor,
            person_rows=frozenset(PersonRow(row.person_row) for row in rows),
            is_last=len(rows) < limit,
        )

    def details_as_of(
        self, rows: Collection[PersonRow], amended_to: int | None
    ) -> Mapping[PersonRow, Details]:
        """Return the details of these people after the amendments up to a log position.

        The position is a `HeldPerson.amended_to`; None means before all amendments.
        """
        is_seen: ColumnElement[bool] = record_amendments.c.log_size.is_(None)
        if amended_to is not None:
            is_seen |= record_amendments.c.log_size <= amended_to
        query = _VERSIONS_OF.where(is_seen, Among(records.c.person_row, "rows"))
        found = self._rows(query, rows=sorted(set(rows)))
        latest = {row.person_row: row for row in found}
        bodies = self._transaction.payloads.open_rows(PayloadKind.RECORD, latest.values())
        return {
            PersonRow(row): record_bodies.read_details(body)
            for row, body in zip(latest, bodies, strict=True)
        }


# Built once, because every names enquiry runs it.
_CHANGED_AFTER = (
    select(record_changes.c.change_seq, record_changes.c.person_row)
    .where(record_changes.c.change_seq > bindparam("cursor"))
    .order_by(record_changes.c.change_seq)
    .limit(bindparam("limit"))
)
_LAST_CHANGE = select(log_head.c.record_seq)
_SIZE = select(log_head.c.size)
_LOCKED_SIZE = _SIZE.with_for_update()
_HEADS: Select[Any] = (
    select(
        records.c.record_id,
        persons.c.person_id,
        records.c.force,
        records.c.version,
        live_records.c.record_row.label("live_row"),
        record_amendments.c.reason,
        record_amendments.c.source,
        record_amendments.c.amended_by,
        record_amendments.c.amended_at,
    )
    .join(persons, persons.c.person_row == records.c.person_row)
    .outerjoin(live_records, live_records.c.record_row == records.c.record_row)
    .outerjoin(record_amendments, record_amendments.c.record_row == records.c.record_row)
)
# Built once, because building a statement costs as much as running it.
_VERSIONS = _HEADS.where(records.c.record_id == bindparam("record_id")).order_by(records.c.version)
_VERSION = _HEADS.add_columns(records.c.payload_id).where(
    records.c.record_id == bindparam("record_id"), records.c.version == bindparam("version")
)
_DESTROYED = rows_given(records.c.version, "record_id").where(
    records.c.payload_id.not_in(select(payloads.c.payload_id))
)
_FIRST = records.alias("first")
_NEVER = literal(datetime(1, 1, 1, tzinfo=UTC), record_amendments.c.amended_at.type)
_ORDERS: Mapping[str, ColumnElement[Any]] = {
    "force": rank_among(records.c.force, codes_by_name()),
    "version": records.c.version,
    "amended": func.coalesce(record_amendments.c.amended_at, _NEVER),
    "reason": rank_among(record_amendments.c.reason, sorted(amendments.AmendmentReason)),
}


def _newest_version(record_id: str) -> ColumnElement[bool]:
    every = records.alias("every")
    newest = select(func.max(every.c.version)).where(every.c.record_id == record_id)
    return and_(records.c.record_id == record_id, records.c.version == newest.scalar_subquery())


_VERSIONS_OF = (
    select(records.c.person_row, records.c.payload_id, payloads.c.body)
    .join(payloads, payloads.c.payload_id == records.c.payload_id)
    .outerjoin(record_amendments, record_amendments.c.record_row == records.c.record_row)
    .order_by(records.c.person_row, records.c.version)
)


def _head(row: AnyRow) -> amendments.VersionHead:
    return value_of(amendments.VersionHead, row, is_live=row.live_row is not None)


_TABLES = select(*(one for one in offence_tables.c if one.name != "content")).order_by(
    offence_tables.c.version.desc()
)


_NEWEST_TABLE = _TABLES.limit(1)


class OffenceTables(TransactionPart):
    """Versions of the table. Each is written once, and none is ever replaced."""

    def newest(self) -> InstalledTable | None:
        """Return the version in force, or None if none was installed."""
        return self._one(InstalledTable, _NEWEST_TABLE)

    def all(self) -> tuple[InstalledTable, ...]:
        """Return every version, the newest first."""
        return self._all(InstalledTable, _TABLES)

    def content(self, table_id: str) -> str:
        """Return the file of a version."""
        row = self._row(rows_where(offence_tables, table_id=table_id))
        return "" if row is None else str(row.content)

    def put(self, table: InstalledTable, content: str) -> bool:
        """Store a version with its file. Returns False if its number is taken."""
        return self._add_new(offence_tables, table, unless_taken=("version",), content=content)
