"""Frames of lots, with their images and states."""

from collections.abc import Collection

from sqlalchemy import bindparam, exists, select

from domain.conversion.frames import Frame, FrameState, Lot
from domain.errors import ConflictError
from domain.ids import FrameId, LotId, UserId
from service.storage.conversion.lots import lot_of
from service.storage.engine.rows import rows_where, value_of
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.conversion import (
    conversion_frame_states,
    conversion_frames,
    conversion_keyings,
    conversion_lot_states,
    conversion_lots,
    conversion_matches,
    conversion_settlements,
)
from service.storage.transaction import TransactionPart

_PLACES = conversion_frame_states.c


class ConversionFrames(TransactionPart):
    """Frames. Each is stored once, by lot and place; its state changes by compare and swap."""

    def receive(self, frame: Frame, image: bytes, media_type: str) -> bool:
        """Store a frame with its image. Returns False if its place is taken."""
        if not self._add_new(
            conversion_frames,
            frame,
            unless_taken=("lot_id", "number", "part"),
            media_type=media_type,
            payload_id=self._put(PayloadKind.FRAME, image),
        ):
            return False
        self._add(conversion_frame_states, frame)
        return True

    def get(self, frame_id: FrameId) -> Frame | None:
        """Return a frame, or None when unknown."""
        return self._one(Frame, _BY_ID, frame_id=frame_id)

    def with_lot(self, frame_id: FrameId, *, is_locked: bool) -> tuple[Frame, Lot] | None:
        """Return a frame with its lot, or None; a locked lot keeps state and round until the
        commit.
        """
        row = self._row(_WITH_LOCKED_LOT if is_locked else _WITH_LOT, frame_id=frame_id)
        if row is None:
            return None
        return value_of(Frame, row), lot_of(row, row.lot_state, row.lot_round)

    def at(self, lot_id: LotId, number: int, part: int) -> Frame | None:
        """Return the frame at a place of a lot, or None."""
        frames = conversion_frames.c
        place = (frames.lot_id == lot_id, frames.number == number, frames.part == part)
        return self._one(Frame, _FRAMES.where(*place))

    def image(self, frame_id: FrameId) -> tuple[bytes, str] | None:
        """Return an image and its media type, or None if the image is unknown or destroyed."""
        query = select(conversion_frames.c.payload_id, conversion_frames.c.media_type).where(
            conversion_frames.c.frame_id == frame_id
        )
        row = self._row(query)
        if row is None:
            return None
        body = self._body(PayloadKind.FRAME, row)
        return None if body is None else (body, row.media_type)

    def listed(
        self,
        lot_id: LotId,
        states: Collection[FrameState],
        *,
        limit: int,
        round_: int | None = None,
    ) -> tuple[Frame, ...]:
        """Return frames of a lot in these states, by number, of one round or of all rounds."""
        query = (
            _FRAMES.where(
                _PLACES.lot_id == lot_id,
                _PLACES.state.in_([state.value for state in states]),
            )
            .order_by(_PLACES.number, conversion_frames.c.part)
            .limit(limit)
        )
        if round_ is not None:
            query = query.where(_PLACES.round == round_)
        return self._all(Frame, query)

    def to_key(self, lot_id: LotId, keyer: UserId, *, limit: int) -> tuple[Frame, ...]:
        """Return frames that this person may key; frames keyed once come first."""
        mine = exists().where(
            conversion_keyings.c.frame_id == _PLACES.frame_id,
            conversion_keyings.c.round == _PLACES.round,
            conversion_keyings.c.keyed_by == keyer,
        )
        found: list[Frame] = []
        for state in (FrameState.KEYED_ONCE, FrameState.RECEIVED):
            query = (
                _FRAMES.where(_PLACES.lot_id == lot_id, _PLACES.state == state.value, ~mine)
                .order_by(_PLACES.number)
                .limit(limit - len(found))
            )
            found += self._all(Frame, query)
            if len(found) >= limit:
                break
        return tuple(found)

    def has_worked(self, frame_id: FrameId, round_: int, user: UserId) -> bool:
        """Whether a person has keyed, settled or matched a frame in a round."""
        queries = (
            rows_where(
                conversion_keyings.c.frame_id, frame_id=frame_id, round=round_, keyed_by=user
            ),
            rows_where(
                conversion_settlements.c.frame_id, frame_id=frame_id, round=round_, settled_by=user
            ),
            rows_where(
                conversion_matches.c.frame_id, frame_id=frame_id, round=round_, proposed_by=user
            ),
        )
        return any(self._has(query) for query in queries)

    def move(self, frame: Frame, to: FrameState, *, round_: int | None = None) -> None:
        """Change the state of a frame, and its round if given.

        Raises ConflictError when the state or round is no longer the one that the caller read.
        """
        before = {"frame_id": frame.frame_id, "state": frame.state.value, "round": frame.round}
        after = {"state": to.value, "round": round_ or frame.round}
        if self._change(conversion_frame_states, before, **after) != 1:
            raise ConflictError("The film frame has since been changed: reload the page.")


_FRAMES = select(conversion_frames, _PLACES.state, _PLACES.round).join(
    conversion_frame_states, _PLACES.frame_id == conversion_frames.c.frame_id
)


_BY_ID = _FRAMES.where(conversion_frames.c.frame_id == bindparam("frame_id"))
_LOTS, _LOT_PLACES = conversion_lots.c, conversion_lot_states.c
_WITH_LOT = (
    _BY_ID.add_columns(
        *(_LOTS.label, _LOTS.kind, _LOTS.medium, _LOTS.ppi, _LOTS.generation),
        *(_LOTS.opened_by, _LOTS.opened_at),
        *(_LOT_PLACES.state.label("lot_state"), _LOT_PLACES.round.label("lot_round")),
    )
    .join(conversion_lots, _LOTS.lot_id == conversion_frames.c.lot_id)
    .join(conversion_lot_states, _LOT_PLACES.lot_id == conversion_frames.c.lot_id)
)
_WITH_LOCKED_LOT = _WITH_LOT.with_for_update(read=True, of=conversion_lot_states)
