"""Removing entries of frames from records, and destroying frames that may not be kept.

Whether a frame is kept follows from the retention rules before anything is written
(`coding.retention_of`). A person states the number of frames to destroy; if the number is
different, nothing is destroyed.
"""

from dataclasses import dataclass
from datetime import date

from domain.access.access import Caller, Scope
from domain.conversion.frames import Frame, FrameState, Lot, LotState
from domain.errors import ConflictError
from domain.events.conversion import FramesDestroyed, FrameTakenBack
from domain.ids import LotId
from service.storage.unit_of_work import UnitOfWork
from service.usecases.conversion.lots import CHANGED, AtFrame, check_decided, lot_at_work
from service.usecases.conversion.settling import retention_of
from service.usecases.existing import existing
from service.usecases.log.recording import record
from service.usecases.people.amending import withdraw_unfounded
from service.usecases.services import Services, StoreServices

_MOST = 10_000


@dataclass(frozen=True, slots=True)
class DestroyFrames:
    """A request to destroy the frames of a lot that may not be kept, as counted by the caller."""

    caller: Caller
    lot_id: LotId
    expected: int


def destroy_frames(services: StoreServices, command: DestroyFrames) -> int:
    """Destroy the pictures and texts of frames that are not kept; return how many frames.

    Raises NotPermittedError, NotFoundError, ConflictError (another number than expected).
    """
    command.caller.actor.require(Scope.KEEP_LOTS)
    with services.units.write() as unit:
        lot = lot_at_work(unit, command.lot_id)
        frames = unit.conversion_frames.listed(lot.lot_id, [FrameState.NOT_KEPT], limit=_MOST)
        if len(frames) != command.expected:
            raise ConflictError(
                "The number of film frames that must be deleted has changed: reload the lot."
            )
        if not frames:
            return 0
        ids = [frame.frame_id for frame in frames]
        by, now = command.caller.actor.user_id, services.surroundings.clock()
        provisions = [(one.frame_id, _provision(unit, one, now.date())) for one in frames]
        payloads = unit.conversion_keyings.payloads_of(ids)
        unit.conversion_writings.destroy(provisions, payloads, by=by, at=now)
        for frame in frames:
            unit.conversion_frames.move(frame, FrameState.DESTROYED)
        event = FramesDestroyed(tuple(ids), len(ids))
        record(unit, services.surroundings, command.caller, event)
        unit.commit()
    return len(ids)


def _provision(unit: UnitOfWork, frame: Frame, today: date) -> str:
    """Return the provision under which a frame may not be kept, computed again from its form.

    Raises ConflictError for a frame that may be kept: its state does not follow from its form.
    """
    settled = unit.conversion_keyings.settled(frame.frame_id, frame.round)
    if settled is None or retention_of(settled.form, settled.codes, today).is_kept:
        raise ConflictError(CHANGED)
    return existing(unit.conversion_keyings.settlement(frame.frame_id, frame.round)).provision


# An item that comes only from this frame is withdrawn from the record by an amendment. An item
# that the record held before, or that another frame also gives, stays. If a conviction is
# withdrawn, the stored rows show which recipients must be notified, as for any amendment.  Items
# and records that are restricted, or waiting for erasure, are hidden from this step. They are
# withdrawn when the restriction is lifted or the erasure is called back.


_AT_ONCE = 100
_LASTING = frozenset({FrameState.DESTROYED, FrameState.NOT_KEPT, FrameState.WITHDRAWN})
"""The states of frames that taking back a lot leaves unchanged."""


def take_back_lot(services: Services, caller: Caller, lot_id: LotId) -> int:
    """Undo every entry made from a rejected or withdrawn lot; return the number of frames changed.

    Each frame is one transaction, so an interrupted call can be made again to do the rest. At the
    end, a rejected lot is open for its next keying.
    """
    moved = 0
    while True:
        with services.units.read() as unit:
            lot = existing(unit.conversion_lots.get(lot_id))
            frames = _remaining(unit, lot)
        if not frames:
            break
        for frame in frames:
            moved += _take_back(services, caller, lot, frame)
    if lot.state is LotState.REJECTED:
        with services.units.write() as unit:
            unit.conversion_lots.move(lot, LotState.OPEN, round_=lot.round + 1)
            unit.commit()
    return moved


def _remaining(unit: UnitOfWork, lot: Lot) -> tuple[Frame, ...]:
    if lot.state not in {LotState.REJECTED, LotState.WITHDRAWN}:
        return ()
    check_decided(unit, lot)
    states = [state for state in FrameState if state not in _LASTING]
    return unit.conversion_frames.listed(lot.lot_id, states, limit=_AT_ONCE, round_=lot.round)


def _take_back(services: Services, caller: Caller, lot: Lot, frame: Frame) -> int:
    is_again = lot.state is LotState.REJECTED
    with services.units.write() as unit:
        now = unit.conversion_frames.get(frame.frame_id)
        if now != frame:
            return 0
        if frame.state is FrameState.WRITTEN:
            _withdraw(AtFrame(services, unit, caller, frame, lot))
        if is_again:
            unit.conversion_frames.move(frame, FrameState.RECEIVED, round_=frame.round + 1)
        else:
            unit.conversion_frames.move(frame, FrameState.WITHDRAWN)
        unit.commit()
    return 1


def _withdraw(at: AtFrame) -> None:
    frame = at.frame
    writing = existing(at.unit.conversion_writings.of(frame.frame_id, frame.round))
    leaving = (frame.frame_id, at.lot.label)
    version, withdrawn = withdraw_unfounded(
        at.services, at.unit, at.caller, writing.record_id, leaving
    )
    at.unit.conversion_writings.take_back(
        frame.frame_id, frame.round, version=version, by=at.by, at=at.now
    )
    at.record(FrameTakenBack(frame.frame_id, frame.round, withdrawn))
