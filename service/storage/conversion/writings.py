"""Frames written to records, taken back, or destroyed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, insert, select

from domain.conversion.content import ItemSource, Writing, WrittenItem
from domain.ids import FrameId, PersonId, RecordId, UserId
from service.storage.engine.rows import AnyRow
from service.storage.engine.writes import insert_unless_taken
from service.storage.people.people import locked_person
from service.storage.tables.conversion import (
    conversion_destructions,
    conversion_frames,
    conversion_lots,
    conversion_settlements,
    conversion_takebacks,
    conversion_writings,
    conversion_written_items,
)
from service.storage.tables.people import persons
from service.storage.transaction import TransactionPart


class ConversionWritings(TransactionPart):
    """A frame is written once in a round."""

    def write(self, writing: Writing) -> None:
        """Store that a frame was written; raises IntegrityError when it was before."""
        row = {
            "frame_id": writing.frame_id,
            "round": writing.round,
            "record_id": writing.record_id,
            "person_row": locked_person(self._transaction, writing.person_id),
            "version": writing.version,
            "is_new": writing.is_new,
            "written_by": writing.written_by,
            "written_at": writing.written_at,
        }
        self._connection.execute(insert(conversion_writings).values(row).inline())
        items = [
            {
                "frame_id": writing.frame_id,
                "round": writing.round,
                "item_id": item.item_id,
                "is_second_source": item.is_second_source,
            }
            for item in writing.items
        ]
        if items:
            self._connection.execute(insert(conversion_written_items), items)

    def of(self, frame_id: FrameId, round_: int) -> Writing | None:
        """Return where a frame was written in a round, or None."""
        table, items = conversion_writings, conversion_written_items
        query = (
            select(table, persons.c.person_id)
            .join(persons, persons.c.person_row == table.c.person_row)
            .where(table.c.frame_id == frame_id, table.c.round == round_)
        )
        row = self._connection.execute(query).first()
        if row is None:
            return None
        held = self._connection.execute(
            select(items.c.item_id, items.c.is_second_source)
            .where(items.c.frame_id == frame_id, items.c.round == round_)
            .order_by(items.c.item_id)
        )
        return _writing(row, tuple(WrittenItem(*one) for one in held))

    def sources(self, record_id: RecordId) -> tuple[ItemSource, ...]:
        """Return the frames behind the items of a record."""
        return tuple(map(_source, self._connection.execute(_sources_of(record_id))))

    def taken_back_of(self, people: Collection[PersonId]) -> tuple[tuple[RecordId, str], ...]:
        """Return the records of people that frames taken back were written to, with a label."""
        writings, taken = conversion_writings.c, conversion_takebacks.c
        query = (
            select(writings.record_id, func.max(conversion_lots.c.label))
            .join(persons, persons.c.person_row == writings.person_row)
            .join(
                conversion_takebacks,
                and_(taken.frame_id == writings.frame_id, taken.round == writings.round),
            )
            .join(conversion_frames, conversion_frames.c.frame_id == writings.frame_id)
            .join(conversion_lots, conversion_lots.c.lot_id == conversion_frames.c.lot_id)
            .where(persons.c.person_id.in_(people))
            .group_by(writings.record_id)
            .order_by(writings.record_id)
        )
        found = self._connection.execute(query)
        return tuple((RecordId(record), label) for record, label in found)

    def take_back(
        self, frame_id: FrameId, round_: int, *, version: int | None, by: UserId, at: datetime
    ) -> bool:
        """Store that a writing is taken back; False when it was before."""
        row = {
            "frame_id": frame_id,
            "round": round_,
            "version": version,
            "taken_by": by,
            "taken_at": at,
        }
        key = ("frame_id", "round")
        return insert_unless_taken(self._connection, conversion_takebacks, row, key=key)

    def destroy(
        self,
        frames: Sequence[tuple[FrameId, str]],
        payload_ids: Collection[int],
        *,
        by: UserId,
        at: datetime,
    ) -> int:
        """Destroy the payloads of frames with the provisions of each; return how many payloads."""
        rows = [
            {"frame_id": frame, "provision": provision, "destroyed_by": by, "destroyed_at": at}
            for frame, provision in frames
        ]
        self._connection.execute(insert(conversion_destructions), rows)
        return self._transaction.payloads.delete(payload_ids)


def _sources_of(record_id: RecordId) -> Select[Any]:
    writings, items = conversion_writings.c, conversion_written_items.c
    settled = conversion_settlements.c
    is_taken_back = exists().where(
        conversion_takebacks.c.frame_id == items.frame_id,
        conversion_takebacks.c.round == items.round,
    )
    return (
        select(
            *(items.item_id, items.frame_id, items.is_second_source),
            *(conversion_lots.c.label, conversion_frames.c.number, conversion_frames.c.part),
            *(settled.first_keyer, settled.second_keyer, settled.settled_by),
            is_taken_back.label("is_taken_back"),
        )
        .join(
            conversion_writings,
            and_(writings.frame_id == items.frame_id, writings.round == items.round),
        )
        .join(
            conversion_settlements,
            and_(settled.frame_id == items.frame_id, settled.round == items.round),
        )
        .join(conversion_frames, conversion_frames.c.frame_id == items.frame_id)
        .join(conversion_lots, conversion_lots.c.lot_id == conversion_frames.c.lot_id)
        .where(writings.record_id == record_id)
        .order_by(items.item_id, conversion_frames.c.frame_row, items.round)
    )


def _source(row: AnyRow) -> ItemSource:
    return ItemSource(
        row.item_id,
        FrameId(row.frame_id),
        row.label,
        row.number,
        row.part,
        (UserId(row.first_keyer), UserId(row.second_keyer)),
        row.settled_by and UserId(row.settled_by),
        row.is_second_source,
        bool(row.is_taken_back),
    )


def _writing(row: AnyRow, items: tuple[WrittenItem, ...]) -> Writing:
    return Writing(
        FrameId(row.frame_id),
        row.round,
        RecordId(row.record_id),
        PersonId(row.person_id),
        row.version,
        row.is_new,
        UserId(row.written_by),
        row.written_at,
        items,
    )
