"""Lots: how they are opened, how their frames are received, and their figures."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from domain.access.access import Caller, Scope
from domain.conversion.form import FormField
from domain.conversion.frames import (
    WORKED,
    Capture,
    Frame,
    FrameState,
    Lot,
    LotKind,
    LotVerdict,
    check_place,
)
from domain.errors import ConflictError, InvalidInputError, PayloadErasedError, existing
from domain.events.conversion import FrameReceived, LotOpened
from domain.events.declaring import Event
from domain.events.looking import LookKind
from domain.ids import FrameId, LotId, UserId
from domain.list_pages import ListPage
from service.storage.conversion.keyings import SettledForm, Settlement
from service.storage.conversion.lots import LotDecision
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import look, record
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True)
class OpenLot:
    """A roll or box to convert."""

    caller: Caller
    label: str
    kind: LotKind
    capture: Capture


@dataclass(frozen=True, slots=True)
class LotView:
    """A lot with the counts of its frames and the decisions on it."""

    lot: Lot
    counts: Mapping[FrameState, int]
    decisions: tuple[LotDecision, ...]


def open_lot(services: StoreServices, command: OpenLot) -> LotId:
    """Open a lot and return its id. Opening the same lot again returns the same id.

    Raises NotPermittedError, InvalidInputError (label), ConflictError (captured differently).
    """
    command.caller.actor.require(Scope.KEEP_LOTS)
    by = command.caller.actor.user_id
    lot_id = LotId(services.new_id())
    lot = Lot(lot_id, command.label, command.kind, command.capture, by, services.now())
    with services.units.write() as unit:
        if not unit.conversion_lots.open(lot):
            return _same(existing(unit.conversion_lots.labelled(command.label)), command)
        capture = lot.capture
        event = LotOpened(lot_id, lot.kind, capture.medium, capture.ppi, capture.generation)
        record(services, unit, command.caller, event)
        unit.commit()
    return lot_id


def _same(lot: Lot, command: OpenLot) -> LotId:
    if (lot.kind, lot.capture) != (command.kind, command.capture):
        raise ConflictError("Another lot has this label: choose a different label.")
    return lot.lot_id


def list_lots(
    services: StoreServices, caller: Caller, *, after: str | None = None, limit: int
) -> ListPage[LotView, str]:
    """Return lots with their counts, earliest opened first. Raises NotPermittedError."""
    with services.reading(caller, Scope.SEE_FRAMES) as unit:
        page = unit.conversion_lots.listed(after=after, limit=limit)
        views = tuple(_view(unit, lot) for lot in page.items)
    look(services, caller, LookKind.LOTS, (lot.lot_id for lot in page.items))
    return ListPage(views, page.next_key)


def show_lot(services: StoreServices, caller: Caller, lot_id: LotId) -> LotView:
    """Return a lot with its counts. Raises NotPermittedError, NotFoundError."""
    with services.reading(caller, Scope.SEE_FRAMES) as unit:
        view = _view(unit, existing(unit.conversion_lots.get(lot_id)))
    look(services, caller, LookKind.LOTS, (lot_id,))
    return view


def _view(unit: UnitOfWork, lot: Lot) -> LotView:
    lots = unit.conversion_lots
    return LotView(lot, lots.counts(lot.lot_id), lots.decisions(lot.lot_id))


@dataclass(frozen=True, slots=True)
class AtFrame:
    """The caller, a frame and its lot, inside a transaction."""

    services: StoreServices
    unit: UnitOfWork
    caller: Caller
    frame: Frame
    lot: Lot

    @property
    def by(self) -> UserId:
        """The caller's account."""
        return self.caller.actor.user_id

    @property
    def now(self) -> datetime:
        """The present time."""
        return self.services.now()

    @property
    def settled(self) -> SettledForm:
        """The settled form of the frame. Raises PayloadErasedError."""
        found = self.unit.conversion_keyings.settled(self.frame.frame_id, self.frame.round)
        if found is None:
            raise PayloadErasedError
        return found

    def move(self, to: FrameState) -> FrameState:
        """Move the frame to a state and return the state."""
        self.unit.conversion_frames.move(self.frame, to)
        return to

    def record(self, event: Event) -> None:
        """Append an event of this caller."""
        record(self.services, self.unit, self.caller, event)


def at_frame(
    services: StoreServices,
    unit: UnitOfWork,
    caller: Caller,
    frame_id: FrameId,
    *states: FrameState,
) -> AtFrame:
    """Return the work on a frame in one of these states; its lot is locked until the end.

    Raises NotFoundError, ConflictError (another state, or the lot is being sampled or has ended).
    """
    frame, lot = existing(unit.conversion_frames.with_lot(frame_id, is_locked=True))
    at = AtFrame(services, unit, caller, frame, _checked(lot))
    check_state(frame, *states)
    return at


def lot_at_work(unit: UnitOfWork, lot_id: LotId) -> Lot:
    """Return a lot, whose state is locked until the transaction ends.

    Raises the same errors as `at_frame`.
    """
    return _checked(existing(unit.conversion_lots.locked(lot_id)))


def frame_in_reading(unit: UnitOfWork, frame_id: FrameId) -> tuple[Frame, Lot]:
    """Return a frame and its lot as they are now, without a lock.

    Raises the same errors as `at_frame`.
    """
    frame, lot = existing(unit.conversion_frames.with_lot(frame_id, is_locked=False))
    return frame, _checked(lot)


def _checked(lot: Lot) -> Lot:
    if lot.state not in WORKED:
        raise ConflictError("Nobody can work on this lot now: check the state of the lot.")
    return lot


def check_state(frame: Frame, *states: FrameState) -> None:
    """Raise ConflictError unless the frame is in one of these states."""
    if frame.state not in states:
        raise ConflictError("The film frame has changed since you opened it: reload the page.")


CHANGED = (
    "Somebody changed this lot in the database without using the service: stop "
    "work on the lot, and tell an auditor."
)


def check_decided(unit: UnitOfWork, lot: Lot) -> None:
    """Raise ConflictError unless a decision in the log explains the state of the lot.

    Anyone who can write to the database could change a state, but not the log.
    """
    verdict = LotVerdict(lot.state.value)
    made = unit.conversion_lots.decisions(lot.lot_id)
    rounds = {one.round for one in made if one.decision is verdict}
    # A withdrawal is for all rounds.
    is_decided = bool(rounds) if verdict is LotVerdict.WITHDRAWN else lot.round in rounds
    if not is_decided:
        raise ConflictError(CHANGED)


MOST_BYTES = 6_000_000
"""The largest size of one picture, in bytes. A form at 500 ppi in grey, compressed, is 1 to 3
MB."""

_BEGINNINGS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class ReceiveFrame:
    """A frame, as the scanning station sends it."""

    caller: Caller
    lot_id: LotId
    number: int
    image: bytes
    """PNG or JPEG, stored unchanged and never decoded here."""
    part: int = 0
    sha256: str = ""
    """The picture's SHA-256 as computed by the station; empty if not stated."""


def receive_frame(services: StoreServices, command: ReceiveFrame) -> FrameId:
    """Store a frame and return its id. Sending the same frame again returns the same id.

    Raises NotPermittedError, NotFoundError, InvalidInputError (no place, no picture, or not the
    stated digest), ConflictError (another picture has this place, or the lot is not being worked
    on).
    """
    command.caller.actor.require(Scope.SCAN_FRAMES)
    check_place(command.number, command.part)
    media_type, digest = _media_type_of(command)
    by = command.caller.actor.user_id
    with services.units.write() as unit:
        frames = unit.conversion_frames
        held = frames.at(command.lot_id, command.number, command.part)
        if held is not None:
            return _same_frame(held, digest)
        lot = lot_at_work(unit, command.lot_id)
        frame_id = FrameId(services.new_id())
        place = (command.number, command.part)
        frame = Frame(frame_id, lot.lot_id, *place, digest, by, services.now(), round=lot.round)
        if not frames.receive(frame, command.image, media_type):
            return _same_frame(existing(frames.at(lot.lot_id, *place)), digest)
        record(services, unit, command.caller, FrameReceived(frame_id, lot.lot_id, *place, digest))
        unit.commit()
    return frame_id


def _media_type_of(command: ReceiveFrame) -> tuple[str, str]:
    """Return the media type and the digest of a picture."""
    if len(command.image) > MOST_BYTES:
        raise InvalidInputError("The image is larger than 6 MB: scan it in grey.")
    kinds = (kind for start, kind in _BEGINNINGS.items() if command.image.startswith(start))
    media_type = next(kinds, None)
    if media_type is None:
        raise InvalidInputError(
            "The image is neither PNG nor JPEG: send it as PNG or JPEG.", pointer="/picture"
        )
    digest = hashlib.sha256(command.image).hexdigest()
    if command.sha256 and command.sha256 != digest:
        raise InvalidInputError("The image was changed in transfer: send it again.")
    return media_type, digest


def _same_frame(held: Frame, digest: str) -> FrameId:
    if held.sha256 != digest:
        raise ConflictError(
            "Another picture already has this number in the lot: check the number."
        )
    return held.frame_id


def frame_image(services: StoreServices, caller: Caller, frame_id: FrameId) -> tuple[bytes, str]:
    """Return the picture of a frame and its media type.

    Raises NotPermittedError, NotFoundError, PayloadErasedError (the picture has been destroyed).
    """
    with services.reading(caller, Scope.SEE_FRAMES) as unit:
        existing(unit.conversion_frames.get(frame_id))
        found = unit.conversion_frames.image(frame_id)
    if found is None:
        raise PayloadErasedError
    look(services, caller, LookKind.FRAME, (frame_id,))
    return found


@dataclass(frozen=True, slots=True)
class KeyerFigures:
    """How often a keyer's text was overruled."""

    keyer: UserId
    frames: int
    overruled_fields: int


@dataclass(frozen=True, slots=True)
class LotFigures:
    """The states of the frames of a lot in its present round, and figures of its keying."""

    states: Mapping[FrameState, int]
    settled: int
    """The number of settled frames."""
    agreed: int
    """Frames settled without a third person."""
    differing: Mapping[FormField, int]
    """For each field, the number of frames in which its two keyings differ."""
    keyers: tuple[KeyerFigures, ...]
    uncoded: int
    """The number of texts for which no table has a code."""
    settled_an_hour: float
    """Frames settled per hour between the first and the last settlement."""


def lot_figures(services: StoreServices, caller: Caller, lot_id: LotId) -> LotFigures:
    """Return the figures of a lot. Raises NotPermittedError, NotFoundError."""
    with services.reading(caller, Scope.READ_CONVERSION) as unit:
        lot = existing(unit.conversion_lots.get(lot_id))
        states = unit.conversion_lots.counts(lot_id)
        settled = unit.conversion_keyings.settlements(lot_id, lot.round)
    look(services, caller, LookKind.LOTS, (lot_id,))
    fields = Counter(chain.from_iterable(one.differing for one in settled))
    return LotFigures(
        states,
        len(settled),
        sum(one.settled_by is None for one in settled),
        {field: fields[field] for field in FormField if fields[field]},
        _keyers(settled),
        sum(one.uncoded for one in settled),
        _an_hour(settled),
    )


def _keyers(settled: Sequence[Settlement]) -> tuple[KeyerFigures, ...]:
    frames: Counter[UserId] = Counter()
    fields: Counter[UserId] = Counter()
    for one in settled:
        for keyer, overruled in (
            (one.first_keyer, one.overruled_first),
            (one.second_keyer, one.overruled_second),
        ):
            frames[keyer] += 1
            fields[keyer] += len(overruled)
    return tuple(KeyerFigures(keyer, frames[keyer], fields[keyer]) for keyer in sorted(frames))


def _an_hour(settled: Sequence[Settlement]) -> float:
    times = [one.settled_at for one in settled]
    hours = (max(times) - min(times)).total_seconds() / 3_600 if times else 0.0
    return len(times) / hours if hours else 0.0
