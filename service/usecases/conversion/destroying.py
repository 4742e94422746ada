"""Frames that may no longer be kept: counted by people, then destroyed.

The law of retention is computed before anything is written (`coding.retention_of`). A person
states how many frames are to go; another number than is there destroys nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import Caller, Scope
from domain.conversion.frames import FrameState
from domain.errors import ConflictError
from domain.events.conversion import FramesDestroyed
from domain.ids import LotId
from service.usecases.conversion.lots import lot_at_work
from service.usecases.existing import existing
from service.usecases.log.recording import record
from service.usecases.services import StoreServices

_MOST = 10_000


@dataclass(frozen=True, slots=True)
class DestroyFrames:
    """The frames of a lot that may no longer be kept, as counted by the caller."""

    caller: Caller
    lot_id: LotId
    expected: int


def destroy_frames(services: StoreServices, command: DestroyFrames) -> int:
    """Destroy pictures and texts of the frames that are not kept; return how many frames.

    Raises NotPermittedError, NotFoundError, ConflictError (another number than expected).
    """
    command.caller.actor.require(Scope.KEEP_LOTS)
    with services.units.write() as unit:
        lot = lot_at_work(unit, command.lot_id)
        frames = unit.conversion_frames.listed(lot.lot_id, [FrameState.NOT_KEPT], limit=_MOST)
        if len(frames) != command.expected:
            raise ConflictError(
                "The number of frames that are not kept has changed: reload the lot."
            )
        if not frames:
            return 0
        ids = [frame.frame_id for frame in frames]
        provisions = [
            (
                frame.frame_id,
                existing(
                    unit.conversion_keyings.settlement(frame.frame_id, frame.round)
                ).provision,
            )
            for frame in frames
        ]
        by, now = command.caller.actor.user_id, services.surroundings.clock()
        payloads = unit.conversion_keyings.payloads_of(ids)
        unit.conversion_writings.destroy(provisions, payloads, by=by, at=now)
        for frame in frames:
            unit.conversion_frames.move(frame, FrameState.DESTROYED)
        event = FramesDestroyed(tuple(ids), len(ids))
        record(unit, services.surroundings, command.caller, event)
        unit.commit()
    return len(ids)
