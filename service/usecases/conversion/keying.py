"""Two blind keyings of a frame, by two people.

Neither keyer sees the other's keying, and no third keying is made.
"""

from dataclasses import dataclass

from domain.access.access import Caller, Scope
from domain.conversion.form import Form, FrameFault, KeptKeying, Keying, disagreement
from domain.conversion.frames import KEYABLE, Frame, FrameState
from domain.errors import ConflictError
from domain.events.conversion import FrameKeyed
from domain.events.looking import LookKind
from domain.ids import FrameId, LotId
from service.storage.unit_of_work import UnitOfWork
from service.usecases.conversion.lots import check_state, frame_at_work
from service.usecases.conversion.settling import AtFrame, store_settlement
from service.usecases.existing import existing
from service.usecases.log.recording import look, record
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True)
class KeyFrame:
    """A command to store what one keyer typed from a frame."""

    caller: Caller
    frame_id: FrameId
    form: Form
    fault: FrameFault = FrameFault.NONE


def frames_to_key(
    services: StoreServices, caller: Caller, lot_id: LotId, *, limit: int
) -> tuple[Frame, ...]:
    """Return the frames of a lot that the caller may key. Frames already keyed once come first.

    Raises NotPermittedError, NotFoundError.
    """
    caller.actor.require(Scope.KEY_FRAMES)
    with services.units.read() as unit:
        existing(unit.conversion_lots.get(lot_id))
        frames = unit.conversion_frames.to_key(lot_id, caller.actor.user_id, limit=limit)
    look(services, caller, LookKind.FRAMES, (lot_id, *(one.frame_id for one in frames)))
    return frames


def key_frame(services: StoreServices, command: KeyFrame) -> FrameState:
    """Store a keying and return the new state of the frame.

    Two keyings that agree settle the frame. If they differ, a third person must settle it. Raises
    NotPermittedError, NotFoundError, ConflictError (the caller has already keyed the frame, two
    other people have, or the lot is not being worked on).
    """
    command.caller.actor.require(Scope.KEY_FRAMES)
    with services.units.write() as unit:
        frame, lot = frame_at_work(unit, command.frame_id)
        check_state(frame, *KEYABLE)
        at = AtFrame(services, unit, command.caller, frame, lot)
        keyings = unit.conversion_keyings.of(frame.frame_id, frame.round)
        kept = _keyed(at, command, keyings)
        state = _after(at, (*keyings, kept))
        unit.commit()
    return state


def _keyed(at: AtFrame, command: KeyFrame, keyings: tuple[KeptKeying, ...]) -> KeptKeying:
    by = command.caller.actor.user_id
    if any(one.keyed_by == by for one in keyings):
        raise ConflictError(
            "You have already keyed this frame: another person must do the second keying."
        )
    keying = Keying(command.form, command.fault)
    kept = KeptKeying(len(keyings) + 1, by, keying)
    now = at.services.surroundings.clock()
    frame = at.frame
    at.unit.conversion_keyings.key(frame.frame_id, frame.round, kept, form=command.form, at=now)
    event = FrameKeyed(frame.frame_id, frame.round, kept.place, command.fault)
    record(at.unit, at.services.surroundings, at.caller, event)
    return kept


def _after(at: AtFrame, keyings: tuple[KeptKeying, ...]) -> FrameState:
    if len(keyings) == 1:
        return _move(at.unit, at.frame, FrameState.KEYED_ONCE)
    first, second = keyings
    if first.keying is None or second.keying is None:
        raise ConflictError(
            "The first keying of this film frame has been destroyed, because the frame "
            "is no longer kept."
        )
    if not disagreement(first.keying, second.keying).is_none:
        return _move(at.unit, at.frame, FrameState.DIFFERS)
    return store_settlement(at, (first, second), first.keying, settled_by=None)


def _move(unit: UnitOfWork, frame: Frame, to: FrameState) -> FrameState:
    unit.conversion_frames.move(frame, to)
    return to
