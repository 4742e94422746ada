"""Convictions that their source no longer lets be kept, and the versions that contained them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import (
    bindparam,
    exists,
    func,
    select,
)

from domain.ids import PersonId, RecordId
from domain.people.amendments import ChangeKind
from domain.people.items import ItemId
from service.storage.engine.rows import value_of
from service.storage.tables.matters import ended_versions
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


_made = conviction_versions.c
_later = conviction_versions.alias("later")
_ENDED = (
    select(_made.record_id, _made.item_id, _made.kept_until, persons.c.person_id)
    .join(live_records, live_records.c.record_id == _made.record_id)
    .join(persons, persons.c.person_row == live_records.c.person_row)
    .where(
        _made.kept_until < bindparam("today"),
        _made.change != ChangeKind.WITHDRAWN.value,
        ~exists().where(
            _later.c.record_id == _made.record_id,
            _later.c.item_id == _made.item_id,
            _later.c.version > _made.version,
        ),
    )
    .order_by(_made.kept_until, _made.record_id, _made.item_id)
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
