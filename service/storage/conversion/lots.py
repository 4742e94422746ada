"""Lots, the decisions on them, and counts of their frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from sqlalchemy import Select, bindparam, func, insert, select, update

from domain.conversion.capture import Capture, CaptureMedium
from domain.conversion.frames import FrameState, Lot, LotKind, LotState, LotVerdict
from domain.errors import ConflictError
from domain.ids import LotId, UserId
from domain.list_pages import ListPage, page_of
from service.storage.engine.rows import AnyRow, row_of
from service.storage.engine.sorted_pages import rows_behind
from service.storage.engine.writes import insert_unless_taken
from service.storage.tables.conversion import (
    conversion_frame_states,
    conversion_lot_decisions,
    conversion_lot_states,
    conversion_lots,
)
from service.storage.transaction import TransactionPart
from service.storage.words import put_words


@dataclass(frozen=True, slots=True)
class LotDecision:
    """A decision on a lot."""

    round: int
    decision: LotVerdict
    draw: int
    """The sample that it rests on; 0 for a withdrawal."""
    decided_by: UserId
    decided_at: datetime


class ConversionLots(TransactionPart):
    """Lots by their label; a label is given once."""

    def open(self, lot: Lot) -> bool:
        """Store a lot; False when its label is taken."""
        row = row_of(
            conversion_lots,
            lot,
            lot_row=self._transaction.numbers.one(conversion_lots.c.lot_row),
            medium=lot.capture.medium,
            ppi=lot.capture.ppi,
            generation=lot.capture.generation,
        )
        if not insert_unless_taken(self._connection, conversion_lots, row, key=("label",)):
            return False
        place = {"lot_id": lot.lot_id, "state": lot.state, "round": lot.round}
        self._connection.execute(insert(conversion_lot_states).values(place).inline())
        return True

    def get(self, lot_id: LotId) -> Lot | None:
        """Return a lot, or None when unknown."""
        row = self._connection.execute(_ONE, {"lot_id": lot_id}).first()
        return None if row is None else _lot(row)

    def labelled(self, label: str) -> Lot | None:
        """Return the lot of a label, or None."""
        row = self._connection.execute(_LOTS.where(conversion_lots.c.label == label)).first()
        return None if row is None else _lot(row)

    def listed(self, *, after: str | None, limit: int) -> ListPage[Lot, str]:
        """Return lots, those opened first in front."""
        last = None if after is None else conversion_lots.c.lot_id == after
        number = conversion_lots.c.lot_row
        rows = rows_behind(
            self._connection, _LOTS, number, last=last, limit=limit, is_descending=False
        )
        return page_of([_lot(row) for row in rows], limit, attrgetter("lot_id"))

    def counts(self, lot_id: LotId) -> Mapping[FrameState, int]:
        """Return how many frames of a lot stand in each state."""
        places = conversion_frame_states.c
        query = (
            select(places.state, func.count())
            .where(places.lot_id == lot_id)
            .group_by(places.state)
        )
        return {FrameState(state): count for state, count in self._connection.execute(query)}

    def move(self, lot: Lot, to: LotState, *, round_: int | None = None) -> None:
        """Move a lot from where the caller has read it; raises ConflictError when it is not there.

        No frame of it can be written in between: its row is locked from here to the commit.
        """
        places = conversion_lot_states
        moved = (
            update(places)
            .where(
                places.c.lot_id == lot.lot_id,
                places.c.state == lot.state.value,
                places.c.round == lot.round,
            )
            .values(state=to.value, round=round_ or lot.round)
        )
        if self._connection.execute(moved).rowcount != 1:
            raise ConflictError("The lot has changed since: reload it.")

    def locked(self, lot_id: LotId) -> Lot | None:
        """Return a lot that stays where it is until this transaction ends."""
        row = self._connection.execute(_LOCKED, {"lot_id": lot_id}).first()
        return None if row is None else _lot(row)

    def decide(self, lot_id: LotId, decision: LotDecision, words: str) -> None:
        """Store a decision; raises ConflictError when it was made before."""
        row = row_of(
            conversion_lot_decisions,
            decision,
            lot_id=lot_id,
            payload_id=put_words(self._transaction, words),
        )
        key = ("lot_id", "round", "decision", "draw")
        if not insert_unless_taken(self._connection, conversion_lot_decisions, row, key=key):
            raise ConflictError("This has already been decided: reload the lot.")

    def decisions(self, lot_id: LotId) -> tuple[LotDecision, ...]:
        """Return the decisions on a lot, by round."""
        table = conversion_lot_decisions
        query = (
            select(table)
            .where(table.c.lot_id == lot_id)
            .order_by(table.c.round, table.c.decided_at)
        )
        return tuple(
            LotDecision(
                row.round,
                LotVerdict(row.decision),
                row.draw,
                UserId(row.decided_by),
                row.decided_at,
            )
            for row in self._connection.execute(query)
        )


_LOTS: Select[tuple[object, ...]] = select(
    conversion_lots, conversion_lot_states.c.state, conversion_lot_states.c.round
).join(conversion_lot_states, conversion_lot_states.c.lot_id == conversion_lots.c.lot_id)


_ONE = _LOTS.where(conversion_lots.c.lot_id == bindparam("lot_id"))
_LOCKED = _ONE.with_for_update(read=True, of=conversion_lot_states)


def _lot(row: AnyRow) -> Lot:
    return lot_of(row, row.state, row.round)


def lot_of(row: AnyRow, state: str, round_: int) -> Lot:
    """Return the lot of a row that holds its columns."""
    return Lot(
        LotId(row.lot_id),
        row.label,
        LotKind(row.kind),
        Capture(CaptureMedium(row.medium), row.ppi, row.generation),
        UserId(row.opened_by),
        row.opened_at,
        LotState(state),
        round_,
    )
