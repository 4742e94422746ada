"""Samples drawn from lots, and their readings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select

from domain.conversion.acceptance import Draw, DrawnUnit
from domain.conversion.form import FormField
from domain.ids import FrameId, LotId, UserId
from service.storage.conversion.frame_bodies import read_written, written_body
from service.storage.engine.rows import AnyRow
from service.storage.engine.writes import insert_unless_taken
from service.storage.sealed.payloads import NO_PAYLOAD, PayloadKind
from service.storage.tables.conversion import (
    conversion_draw_units,
    conversion_draws,
    conversion_unit_readings,
)
from service.storage.transaction import TransactionPart


class ConversionSamples(TransactionPart):
    """A draw is stored whole; each of its units is read once."""

    def draw(self, lot_id: LotId, draw: Draw, units: Sequence[DrawnUnit]) -> bool:
        """Store a draw; False when its number is taken."""
        key = {"lot_id": lot_id, "round": draw.round, "draw": draw.draw}
        row = key | {
            "seed": draw.seed,
            "units": len(units),
            "seeded": sum(unit.is_seeded for unit in units),
            "drawn_by": draw.drawn_by,
            "drawn_at": draw.drawn_at,
        }
        if not insert_unless_taken(self._connection, conversion_draws, row):
            return False
        rows = [
            key
            | {
                "place": unit.place,
                "frame_id": unit.frame_id,
                "field": unit.field,
                "error_class": unit.error_class,
                "is_seeded": unit.is_seeded,
                "payload_id": self._shown(unit),
            }
            for unit in units
        ]
        if rows:
            self._connection.execute(insert(conversion_draw_units), rows)
        return True

    def _shown(self, unit: DrawnUnit) -> int:
        if unit.seeded is None:
            return NO_PAYLOAD
        return self._transaction.payloads.put(PayloadKind.KEYING, written_body(unit.seeded))

    def last(self, lot_id: LotId, round_: int) -> Draw | None:
        """Return the draw made last in a round, or None."""
        table = conversion_draws
        query = (
            select(table)
            .where(table.c.lot_id == lot_id, table.c.round == round_)
            .order_by(table.c.draw.desc())
            .limit(1)
        )
        row = self._connection.execute(query).first()
        if row is None:
            return None
        return Draw(row.round, row.draw, row.seed, UserId(row.drawn_by), row.drawn_at)

    def units(
        self, lot_id: LotId, draw: Draw, *, place: int | None = None
    ) -> tuple[DrawnUnit, ...]:
        """Return the units of a draw in their order with their readings: all, or one place."""
        table, readings = conversion_draw_units, conversion_unit_readings
        on = [readings.c[name] == table.c[name] for name in ("lot_id", "round", "draw", "place")]
        query = (
            select(table, readings.c.is_right, readings.c.read_by)
            .outerjoin(readings, on[0] & on[1] & on[2] & on[3])
            .where(
                table.c.lot_id == lot_id, table.c.round == draw.round, table.c.draw == draw.draw
            )
            .order_by(table.c.place)
        )
        if place is not None:
            query = query.where(table.c.place == place)
        rows = self._connection.execute(query).all()
        ids = [row.payload_id for row in rows if row.is_seeded]
        bodies = self._transaction.payloads.get_many(PayloadKind.KEYING, ids)
        return tuple(_unit(row, bodies.get(row.payload_id)) for row in rows)

    def read(
        self, lot_id: LotId, draw: Draw, place: int, *, is_right: bool, by: UserId, at: datetime
    ) -> bool:
        """Store the reading of a unit; False when it was read before."""
        row = {
            "lot_id": lot_id,
            "round": draw.round,
            "draw": draw.draw,
            "place": place,
            "is_right": is_right,
            "read_by": by,
            "read_at": at,
        }
        return insert_unless_taken(self._connection, conversion_unit_readings, row)


def _unit(row: AnyRow, body: bytes | None) -> DrawnUnit:
    return DrawnUnit(
        row.place,
        FrameId(row.frame_id),
        FormField(row.field),
        None if body is None else read_written(body),
        row.is_seeded,
        row.is_right,
        row.read_by and UserId(row.read_by),
    )
