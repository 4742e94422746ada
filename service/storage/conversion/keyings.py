"""Keyings, settlements and codings of frames, and the payloads for their forms and codes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from domain.conversion.content import Codes
from domain.conversion.form import Form, FormField, FrameFault, KeptKeying, Keying, Written
from domain.errors import ConflictError, InvalidInputError, VaultDamagedError
from domain.ids import FrameId, LotId, UserId
from service.storage.engine.rows import AnyRow, from_bytes, rows_where, to_bytes, value_of
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.conversion import (
    conversion_codings,
    conversion_frames,
    conversion_keyings,
    conversion_settlements,
)
from service.storage.transaction import ANY_KEY, TransactionPart

_MALFORMED = (KeyError, TypeError, ValueError, AttributeError, InvalidInputError)
_ILLEGIBLE = "illegible"


def form_body(form: Form) -> bytes:
    """Return the body of a form: its non-empty texts by field, and its illegible fields."""
    texts = {field.value: form[field].text for field in FormField if form[field].text}
    illegible = [field.value for field in FormField if form[field].is_illegible]
    return to_bytes({"texts": texts, _ILLEGIBLE: illegible})


def read_form(body: bytes) -> Form:
    """Return the form in a body. Raises VaultDamagedError when the body is malformed."""
    stated = from_bytes(body)
    try:
        illegible = frozenset(stated[_ILLEGIBLE])
        texts = stated["texts"]
        return Form(
            tuple(Written(str(texts.get(f.value, "")), f.value in illegible) for f in FormField)
        )
    except _MALFORMED as error:
        raise VaultDamagedError(
            "The payload of a film frame is damaged: restore a backup."
        ) from error


def codes_body(codes: Codes) -> bytes:
    """Return the body of the codes of a frame."""
    return to_bytes({"court": codes.court, "offence": codes.offence, "disposal": codes.disposal})


def read_codes(body: bytes) -> Codes:
    """Return the codes in a body. Raises VaultDamagedError when the body is malformed."""
    stated = from_bytes(body)
    try:
        return Codes(str(stated["court"]), str(stated["offence"]), str(stated["disposal"]))
    except _MALFORMED as error:
        raise VaultDamagedError(
            "The payload with the codes of a film frame is damaged: restore a backup."
        ) from error


def settled_body(form: Form, codes: Codes) -> bytes:
    """Return the body of a settled form with its codes."""
    return to_bytes({"form": form_body(form).decode(), "codes": codes_body(codes).decode()})


def read_settled(body: bytes) -> tuple[Form, Codes]:
    """Return the settled form and codes in a body. Raises VaultDamagedError if malformed."""
    stated = from_bytes(body)
    try:
        form, codes = stated["form"].encode(), stated["codes"].encode()
    except _MALFORMED as error:
        raise VaultDamagedError(
            "The payload of a film frame is damaged: restore a backup."
        ) from error
    return read_form(form), read_codes(codes)


def written_body(value: Written) -> bytes:
    """Return one value as JSON, the body of a payload."""
    return to_bytes({"text": value.text, _ILLEGIBLE: value.is_illegible})


def read_written(body: bytes) -> Written:
    """Return the value in a body. Raises VaultDamagedError when the body is malformed."""
    stated = from_bytes(body)
    try:
        return Written(str(stated["text"]), bool(stated[_ILLEGIBLE]))
    except _MALFORMED as error:
        raise VaultDamagedError("A stored value is damaged: restore it from a backup.") from error


def field_list(fields: Iterable[FormField]) -> str:
    """Return fields as a column stores them: codes separated by commas."""
    return ",".join(field.value for field in fields)


def read_fields(text: str) -> tuple[FormField, ...]:
    """Return the fields in a list that `field_list` wrote."""
    return tuple(FormField(one) for one in text.split(",") if one)


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a frame was settled, without the texts."""

    round: int
    first_keyer: UserId
    second_keyer: UserId
    settled_by: UserId | None
    """None if the two keyings agreed."""
    settled_at: datetime
    fault: FrameFault
    differing: tuple[FormField, ...]
    overruled_first: tuple[FormField, ...]
    """The fields in which the settlement differs from the first keyer; below, from the second."""
    overruled_second: tuple[FormField, ...]
    uncoded: int
    provision: str


_LISTS = ("differing", "overruled_first", "overruled_second")


@dataclass(frozen=True, slots=True)
class SettledForm:
    """The text of a frame, as settled."""

    form: Form
    codes: Codes


class ConversionKeyings(TransactionPart):
    """Two keyings of each frame and round, by two people; then one settlement."""

    def key(
        self, frame_id: FrameId, round_: int, kept: KeptKeying, *, form: Form, at: datetime
    ) -> None:
        """Store a keying. Raises ConflictError if this place or person already has one."""
        if not self._add_new(
            conversion_keyings,
            kept,
            unless_taken=ANY_KEY,
            frame_id=frame_id,
            round=round_,
            keyed_at=at,
            fault=kept.keying.fault if kept.keying else FrameFault.NONE,
            payload_id=self._put(PayloadKind.KEYING, form_body(form)),
        ):
            raise ConflictError("This film frame has already been keyed: take the next one.")

    def of(self, frame_id: FrameId, round_: int) -> tuple[KeptKeying, ...]:
        """Return the keyings of a frame in a round, in the order of their places."""
        query = rows_where(conversion_keyings, frame_id=frame_id, round=round_).order_by(
            conversion_keyings.c.place
        )
        rows = self._rows(query)
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
        """Store a settlement. Raises ConflictError if the frame has one in this round."""
        lists: dict[str, Any] = {name: field_list(getattr(settlement, name)) for name in _LISTS}
        if not self._add_new(
            conversion_settlements,
            settlement,
            frame_id=frame_id,
            **lists,
            payload_id=self._put(PayloadKind.KEYING, settled_body(settled.form, settled.codes)),
        ):
            raise ConflictError("This film frame has already been settled: take the next one.")

    def code(
        self, frame_id: FrameId, round_: int, codes: Codes, *, by: UserId, at: datetime, left: int
    ) -> None:
        """Store the codes a person chose. Raises ConflictError if the frame is already coded."""
        if not self._add_new(
            conversion_codings,
            frame_id=frame_id,
            round=round_,
            coded_by=by,
            coded_at=at,
            left_as_text=left,
            payload_id=self._put(PayloadKind.KEYING, codes_body(codes)),
        ):
            raise ConflictError("This film frame has already been coded: take the next one.")

    def settled(self, frame_id: FrameId, round_: int) -> SettledForm | None:
        """Return the settled text of a frame with its latest codes, or None if there is none."""
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
        row = self._row(query)
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
        """Return how a frame was settled in a round, or None if it is not settled."""
        row = self._row(rows_where(conversion_settlements, frame_id=frame_id, round=round_))
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
        """Return the numbers of all payloads of these frames, including their images."""
        tables = (
            *(conversion_frames, conversion_keyings),
            *(conversion_settlements, conversion_codings),
        )
        queries = (
            select(table.c.payload_id).where(table.c.frame_id.in_(frame_ids)) for table in tables
        )
        return [one for query in queries for one in self._column(query)]


def _settlement(row: AnyRow) -> Settlement:
    return value_of(Settlement, row, **{name: read_fields(getattr(row, name)) for name in _LISTS})
