"""Lots with their decisions and counts of their frames; samples with their readings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, bindparam, func, select

from domain.conversion.acceptance import Draw, DrawnUnit
from domain.conversion.frames import Capture, CaptureMedium, FrameState, Lot, LotState, LotVerdict
from domain.errors import ConflictError
from domain.ids import LotId, UserId
from domain.list_pages import ListPage
from service.storage.conversion.keyings import read_written, written_body
from service.storage.engine.rows import AnyRow, oldest, row_of, rows_where, value_of
from service.storage.sealed.payloads import NO_PAYLOAD, PayloadKind
from service.storage.tables.conversion import (
    conversion_draw_units,
    conversion_draws,
    conversion_frame_states,
    conversion_lot_decisions,
    conversion_lot_states,
    conversion_lots,
    conversion_unit_readings,
)
from service.storage.transaction import TransactionPart


@dataclass(frozen=True, slots=True)
class LotDecision:
    """A decision on a lot."""

    round: int
    decision: LotVerdict
    draw: int
    """The sample on which the decision is based; 0 for a withdrawal."""
    decided_by: UserId
    decided_at: datetime


class ConversionLots(TransactionPart):
    """Lots. Each has a label that no other lot has."""

    def open(self, lot: Lot) -> bool:
        """Store a new lot (a roll or box of frames). Returns False if its label is taken."""
        capture = row_of(conversion_lots, lot.capture)
        if not self._add_new(conversion_lots, lot, unless_taken=("label",), **capture):
            return False
        self._add(conversion_lot_states, lot)
        return True

    def get(self, lot_id: LotId) -> Lot | None:
        """Return a lot, or None when unknown."""
        return _lot(self._row(_ONE, lot_id=lot_id))

    def labelled(self, label: str) -> Lot | None:
        """Return the lot with this label, or None."""
        return _lot(self._row(_LOTS.where(conversion_lots.c.label == label)))

    def listed(self, *, after: str | None, limit: int) -> ListPage[Lot, str]:
        """Return a page of lots, oldest first."""
        by = oldest(conversion_lots.c.lot_row)
        page = self._list_page(_LOTS, by, conversion_lots.c.lot_id, behind=after, limit=limit)
        return page.of(lot_of(row, row.state, row.round) for row in page.items)

    def counts(self, lot_id: LotId) -> Mapping[FrameState, int]:
        """Return the number of frames of a lot in each state."""
        places = conversion_frame_states.c
        query = (
            select(places.state, func.count())
            .where(places.lot_id == lot_id)
            .group_by(places.state)
        )
        return {FrameState(state): count for state, count in self._connection.execute(query)}

    def move(self, lot: Lot, to: LotState, *, round_: int | None = None) -> None:
        """Change the state of a lot, and its round if given.

        Raises ConflictError when the state or round is no longer the one that the caller read.
        Until the commit the lot's row is locked, so no frame of the lot can be written.
        """
        before = {"lot_id": lot.lot_id, "state": lot.state.value, "round": lot.round}
        after = {"state": to.value, "round": round_ or lot.round}
        if self._change(conversion_lot_states, before, **after) != 1:
            raise ConflictError("The lot has since been changed: reload the lot.")

    def locked(self, lot_id: LotId) -> Lot | None:
        """Return a lot whose state and round cannot change until this transaction ends."""
        return _lot(self._row(_LOCKED, lot_id=lot_id))

    def decide(self, lot_id: LotId, decision: LotDecision, words: str) -> None:
        """Store a decision. Raises ConflictError if the same decision has already been made."""
        if not self._add_new(
            conversion_lot_decisions, decision, lot_id=lot_id, payload_id=self._put_words(words)
        ):
            raise ConflictError("This decision has already been made: reload the roll or box.")

    def decisions(self, lot_id: LotId) -> tuple[LotDecision, ...]:
        """Return the decisions on a lot, by round."""
        table = conversion_lot_decisions
        query = rows_where(table, lot_id=lot_id).order_by(table.c.round, table.c.decided_at)
        return self._all(LotDecision, query)


_LOTS: Select[tuple[object, ...]] = select(
    conversion_lots, conversion_lot_states.c.state, conversion_lot_states.c.round
).join(conversion_lot_states, conversion_lot_states.c.lot_id == conversion_lots.c.lot_id)


_ONE = _LOTS.where(conversion_lots.c.lot_id == bindparam("lot_id"))
_LOCKED = _ONE.with_for_update(read=True, of=conversion_lot_states)


def _lot(row: AnyRow | None) -> Lot | None:
    return None if row is None else lot_of(row, row.state, row.round)


def lot_of(row: AnyRow, state: str, round_: int) -> Lot:
    """Return the lot that a database row with the columns of a lot holds."""
    return value_of(
        Lot,
        row,
        capture=Capture(CaptureMedium(row.medium), row.ppi, row.generation),
        state=LotState(state),
        round=round_,
    )


class ConversionSamples(TransactionPart):
    """Samples of lots. A draw is stored as a whole; each of its units is read once."""

    def draw(self, lot_id: LotId, draw: Draw, units: Sequence[DrawnUnit]) -> bool:
        """Store a draw. Returns False if its number is taken."""
        if not self._add_new(
            conversion_draws,
            draw,
            lot_id=lot_id,
            units=len(units),
            seeded=sum(unit.is_seeded for unit in units),
        ):
            return False
        key = {"lot_id": lot_id, "round": draw.round, "draw": draw.draw}
        self._add_all(
            conversion_draw_units,
            [
                row_of(conversion_draw_units, unit, **key, payload_id=self._shown(unit))
                for unit in units
            ],
        )
        return True

    def _shown(self, unit: DrawnUnit) -> int:
        if unit.seeded is None:
            return NO_PAYLOAD
        return self._put(PayloadKind.KEYING, written_body(unit.seeded))

    def last(self, lot_id: LotId, round_: int) -> Draw | None:
        """Return the last draw in a round, or None."""
        table = conversion_draws
        query = (
            rows_where(table, lot_id=lot_id, round=round_).order_by(table.c.draw.desc()).limit(1)
        )
        return self._one(Draw, query)

    def units(
        self, lot_id: LotId, draw: Draw, *, place: int | None = None
    ) -> tuple[DrawnUnit, ...]:
        """Return the units of a draw with their readings: all in order, or that at one place."""
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
        rows = self._rows(query)
        ids = [row.payload_id for row in rows if row.is_seeded]
        bodies = self._transaction.payloads.get_many(PayloadKind.KEYING, ids)
        return tuple(_unit(row, bodies.get(row.payload_id)) for row in rows)

    def read(
        self, lot_id: LotId, draw: Draw, place: int, *, is_right: bool, by: UserId, at: datetime
    ) -> bool:
        """Store the reading of a unit. Returns False if the unit has already been read."""
        return self._add_new(
            conversion_unit_readings,
            draw,
            lot_id=lot_id,
            place=place,
            is_right=is_right,
            read_by=by,
            read_at=at,
        )


def _unit(row: AnyRow, body: bytes | None) -> DrawnUnit:
    return value_of(DrawnUnit, row, seeded=None if body is None else read_written(body))
