"""Convictions that their source no longer lets be kept, and the versions that contained them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    Select,
    Table,
    bindparam,
    delete,
    exists,
    func,
    select,
    union_all,
    update,
)

from domain.exchange.messages import Notification
from domain.ids import PersonId, RecordId
from domain.people.amendments import ChangeKind
from domain.people.convictions import Conviction
from domain.people.items import ItemId
from service.storage.agencies.matters import read_matter
from service.storage.engine.rows import value_of
from service.storage.people.record_bodies import read_items
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.erasures import withheld_payloads
from service.storage.tables.matters import earlier_days, ended_versions, matters
from service.storage.tables.people import conviction_versions, live_records, persons, records
from service.storage.transaction import TransactionPart


@dataclass(frozen=True, slots=True)
class EndedKeeping:
    """A conviction on a live record after the last day on which its source lets it be kept."""

    record_id: RecordId
    item_id: ItemId
    person_id: PersonId
    kept_until: date


class Keepings(TransactionPart):
    """Convictions that their source lets be kept only until a day."""

    def read_earlier(self, limit: int) -> int:
        """Read the last days of convictions and matters that were stored before their rows had a
        column for it; return how many were read.

        Hidden people are read when they are shown again.
        """
        of_records = self._rows(_IN_RECORDS.limit(limit))
        of_matters = self._rows(_IN_MATTERS.limit(limit))
        stated = self._bodies(PayloadKind.RECORD, of_records)
        told = self._bodies(PayloadKind.MATTER, of_matters)
        for row in of_records:
            self._note(row.day_row, _day_on_record(stated.get(row.payload_id), row.item_id))
        for row in of_matters:
            self._note(row.day_row, _day_told(told.get(row.payload_id)))
        return len(of_records) + len(of_matters)

    def _note(self, day_row: int, until: date | None) -> None:
        mine = earlier_days.c.day_row == day_row
        self._connection.execute(
            delete(earlier_days).where(mine)
            if until is None
            else update(earlier_days).where(mine).values(kept_until=until.isoformat())
        )

    def ended(self, today: date, limit: int) -> tuple[EndedKeeping, ...]:
        """Return convictions whose last day is over, those of the earliest day first.

        Those of hidden people, and restricted convictions, are left out.
        """
        rows = self._rows(_ENDED.limit(limit), today=today.isoformat())
        return tuple(
            value_of(EndedKeeping, row, kept_until=date.fromisoformat(row.kept_until))
            for row in rows
        )

    def destroy(
        self, matter_id: str, number: int, items: Collection[tuple[RecordId, ItemId]]
    ) -> int:
        """Destroy the content of all versions of records that contained one of these convictions.

        Return how many versions. First store the versions without the convictions; the step of
        the matter with this number states the decision.
        """
        found = {row for one in items for row in self._rows(_HOLDING, record=one[0], item=one[1])}
        rows = [
            {"record_row": row.record_row, "matter_id": matter_id, "number": number}
            for row in sorted(found, key=lambda one: one.record_row)
        ]
        self._add_all(ended_versions, rows)
        return self._transaction.payloads.delete({row.payload_id for row in found})


def _day_on_record(body: bytes | None, item_id: str) -> date | None:
    item = None if body is None else read_items(body)[0].get(ItemId(item_id))
    held = None if item is None else item.value
    return held.restrictions.retention_end if isinstance(held, Conviction) else None


def _day_told(body: bytes | None) -> date | None:
    told = None if body is None else read_matter(body)
    return told.conviction.restrictions.retention_end if isinstance(told, Notification) else None


def _unread(holder: Table, key: str) -> Select[Any]:
    """Return the query for content whose last day is not read, except that of hidden people."""
    return (
        select(earlier_days.c.day_row, earlier_days.c.item_id, holder)
        .join(holder, holder.c[key] == earlier_days.c[key])
        .where(
            earlier_days.c.kept_until.is_(None),
            ~exists().where(withheld_payloads.c.payload_id == holder.c.payload_id),
        )
        .order_by(earlier_days.c.day_row)
    )


_IN_RECORDS, _IN_MATTERS = _unread(records, "record_row"), _unread(matters, "matter_id")
_made = conviction_versions.c
_later = conviction_versions.alias("later")
_DAYS = union_all(
    select(_made.record_row, _made.item_id, _made.kept_until),
    select(earlier_days.c.record_row, earlier_days.c.item_id, earlier_days.c.kept_until),
).subquery("days")
_ENDED = (
    select(_made.record_id, _made.item_id, _DAYS.c.kept_until, persons.c.person_id)
    .join(_DAYS, (_DAYS.c.record_row == _made.record_row) & (_DAYS.c.item_id == _made.item_id))
    .join(live_records, live_records.c.record_id == _made.record_id)
    .join(persons, persons.c.person_row == live_records.c.person_row)
    .where(
        _DAYS.c.kept_until < bindparam("today"),
        _made.change != ChangeKind.WITHDRAWN.value,
        ~exists().where(
            _later.c.record_id == _made.record_id,
            _later.c.item_id == _made.item_id,
            _later.c.version > _made.version,
        ),
    )
    .order_by(_DAYS.c.kept_until, _made.record_id, _made.item_id)
)
_OF_ITEM = (
    (_later.c.record_id == bindparam("record")),
    (_later.c.item_id == bindparam("item")),
)
_FIRST = select(func.min(_later.c.version)).where(*_OF_ITEM)
_WITHDRAWN = select(func.max(_later.c.version)).where(
    *_OF_ITEM, _later.c.change == ChangeKind.WITHDRAWN.value
)
_HOLDING = select(records.c.record_row, records.c.payload_id).where(
    records.c.record_id == bindparam("record"),
    records.c.version >= _FIRST.scalar_subquery(),
    records.c.version < _WITHDRAWN.scalar_subquery(),
    records.c.record_row.not_in(select(ended_versions.c.record_row)),
)
"""The versions of a record from the one that added a conviction to the one before it was
withdrawn."""
