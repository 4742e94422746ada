"""Keyings, settlements and codings of frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from domain.conversion.content import Codes
from domain.conversion.form import Form, FormField
from domain.conversion.keying import FrameFault, KeptKeying, Keying
from domain.errors import ConflictError
from domain.ids import FrameId, LotId, UserId
from service.storage.conversion.frame_bodies import (
    codes_body,
    field_list,
    form_body,
    read_codes,
    read_fields,
    read_form,
    read_settled,
    settled_body,
)
from service.storage.engine.rows import AnyRow, value_of
from service.storage.engine.writes import insert_unless_taken
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.conversion import (
    conversion_codings,
    conversion_frames,
    conversion_keyings,
    conversion_settlements,
)
from service.storage.transaction import TransactionPart


@dataclass(frozen=True, slots=True)
class Settlement:
    """A settled frame, without the texts."""

    round: int
    first_keyer: UserId
    second_keyer: UserId
    settled_by: UserId | None
    """None where the two keyings agreed."""
    settled_at: datetime
    fault: FrameFault
    differing: tuple[FormField, ...]
    overruled_first: tuple[FormField, ...]
    """The fields in which the first keyer was not followed; the same below."""
    overruled_second: tuple[FormField, ...]
    uncoded: int
    provision: str


@dataclass(frozen=True, slots=True)
class SettledForm:
    """The text of a frame, as settled."""

    form: Form
    codes: Codes


class ConversionKeyings(TransactionPart):
    """Two keyings to a frame and round, by two people; then one settlement."""

    def key(
        self, frame_id: FrameId, round_: int, kept: KeptKeying, *, form: Form, at: datetime
    ) -> None:
        """Store a keying; raises ConflictError when its place or its keyer has one."""
        row = {
            "frame_id": frame_id,
            "round": round_,
            "place": kept.place,
            "keyed_by": kept.keyed_by,
            "keyed_at": at,
            "fault": kept.keying.fault if kept.keying else FrameFault.NONE,
            "payload_id": self._transaction.payloads.put(PayloadKind.KEYING, form_body(form)),
        }
        if not insert_unless_taken(self._connection, conversion_keyings, row):
            raise ConflictError("The frame is already keyed: take the next frame.")

    def of(self, frame_id: FrameId, round_: int) -> tuple[KeptKeying, ...]:
        """Return the keyings of a frame in a round by their places."""
        query = (
            select(conversion_keyings)
            .where(
                conversion_keyings.c.frame_id == frame_id,
                conversion_keyings.c.round == round_,
            )
            .order_by(conversion_keyings.c.place)
        )
        rows = self._connection.execute(query).all()
        ids = [row.payload_id for row in rows]
        bodies = self._transaction.payloads.get_many(PayloadKind.KEYING, ids)
        return tuple(
            KeptKeying(
                row.place,
                UserId(row.keyed_by),
                Keying(read_form(bodies[row.payload_id]), FrameFault(row.fault))
                if row.payload_id in bodies
                else None,
            )
            for row in rows
        )

    def settle(self, frame_id: FrameId, settlement: Settlement, settled: SettledForm) -> None:
        """Store a settlement; raises ConflictError when there is one."""
        row = {
            "frame_id": frame_id,
            "round": settlement.round,
            "settled_by": settlement.settled_by,
            "settled_at": settlement.settled_at,
            "first_keyer": settlement.first_keyer,
            "second_keyer": settlement.second_keyer,
            "fault": settlement.fault,
            "differing": field_list(settlement.differing),
            "overruled_first": field_list(settlement.overruled_first),
            "overruled_second": field_list(settlement.overruled_second),
            "uncoded": settlement.uncoded,
            "provision": settlement.provision,
            "payload_id": self._transaction.payloads.put(
                PayloadKind.KEYING, settled_body(settled.form, settled.codes)
            ),
        }
        key = ("frame_id", "round")
        if not insert_unless_taken(self._connection, conversion_settlements, row, key=key):
            raise ConflictError("The frame is already settled: take the next frame.")

    def code(
        self, frame_id: FrameId, round_: int, codes: Codes, *, by: UserId, at: datetime, left: int
    ) -> None:
        """Store the codes that a person gave; raises ConflictError when there are some."""
        row = {
            "frame_id": frame_id,
            "round": round_,
            "coded_by": by,
            "coded_at": at,
            "left_as_text": left,
            "payload_id": self._transaction.payloads.put(PayloadKind.KEYING, codes_body(codes)),
        }
        key = ("frame_id", "round")
        if not insert_unless_taken(self._connection, conversion_codings, row, key=key):
            raise ConflictError("The frame is already coded: take the next frame.")

    def settled(self, frame_id: FrameId, round_: int) -> SettledForm | None:
        """Return the text of a frame, with its last codes; None when erased or not settled."""
        query = (
            select(
                conversion_settlements.c.payload_id,
                conversion_codings.c.payload_id.label("coded_id"),
            )
            .outerjoin(
                conversion_codings,
                (conversion_codings.c.frame_id == conversion_settlements.c.frame_id)
                & (conversion_codings.c.round == conversion_settlements.c.round),
            )
            .where(
                conversion_settlements.c.frame_id == frame_id,
                conversion_settlements.c.round == round_,
            )
        )
        row = self._connection.execute(query).first()
        if row is None:
            return None
        ids = [one for one in (row.payload_id, row.coded_id) if one is not None]
        bodies = self._transaction.payloads.get_many(PayloadKind.KEYING, ids)
        if row.payload_id not in bodies:
            return None
        form, codes = read_settled(bodies[row.payload_id])
        if row.coded_id in bodies:
            codes = read_codes(bodies[row.coded_id])
        return SettledForm(form, codes)

    def settlement(self, frame_id: FrameId, round_: int) -> Settlement | None:
        """Return how a frame was settled in a round, or None."""
        query = select(conversion_settlements).where(
            conversion_settlements.c.frame_id == frame_id,
            conversion_settlements.c.round == round_,
        )
        row = self._connection.execute(query).first()
        return None if row is None else _settlement(row)

    def settlements(self, lot_id: LotId, round_: int) -> Sequence[Settlement]:
        """Return how the frames of a lot were settled in a round."""
        query = (
            select(conversion_settlements)
            .join(
                conversion_frames,
                conversion_frames.c.frame_id == conversion_settlements.c.frame_id,
            )
            .where(conversion_frames.c.lot_id == lot_id, conversion_settlements.c.round == round_)
            .order_by(conversion_frames.c.frame_row)
        )
        return [_settlement(row) for row in self._connection.execute(query)]

    def payloads_of(self, frame_ids: Sequence[FrameId]) -> list[int]:
        """Return the numbers of all payloads of frames, pictures too."""
        tables = (
            *(conversion_frames, conversion_keyings),
            *(conversion_settlements, conversion_codings),
        )
        queries = (
            select(table.c.payload_id).where(table.c.frame_id.in_(frame_ids)) for table in tables
        )
        return [one for query in queries for one in self._connection.execute(query).scalars()]


def _settlement(row: AnyRow) -> Settlement:
    return value_of(
        Settlement,
        row,
        differing=read_fields(row.differing),
        overruled_first=read_fields(row.overruled_first),
        overruled_second=read_fields(row.overruled_second),
    )
