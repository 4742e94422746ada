"""Writings withdrawn from records, a whole lot of them.

An item that rests on the frame alone is withdrawn from the record by an amendment; one that the
record held before, or that another frame gives too, stays. Recipients of a conviction that goes
are owed their notices by the rows themselves, as of any amendment.

A restriction hides items and records from this. They are withdrawn when it is lifted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.access import Caller
from domain.amending import amended
from domain.amendments import Amendment, AmendmentReason, SourceKind, Withdraw
from domain.conversion.frames import Frame, FrameState, Lot, LotState
from domain.conversion.sources import items_without_a_frame
from domain.events.conversion import FrameTakenBack
from domain.ids import FrameId, LotId, PersonId, RecordId
from service.storage.unit_of_work import UnitOfWork
from service.usecases.existing import existing
from service.usecases.log.recording import record
from service.usecases.people.amending import store_amended
from service.usecases.services import Services, StoreServices

_AT_ONCE = 100
_LASTING = frozenset({FrameState.DESTROYED, FrameState.NOT_KEPT, FrameState.WITHDRAWN})
"""States that a lot taken back leaves as they are."""


@dataclass(frozen=True, slots=True)
class _Taking:
    services: Services
    unit: UnitOfWork
    caller: Caller
    lot: Lot


def take_back_lot(services: Services, caller: Caller, lot_id: LotId) -> int:
    """Take back every writing of a rejected or withdrawn lot; return how many frames moved.

    One frame is one transaction: begun again after a kill it does the rest. A rejected lot is
    open for its next keying at the end.
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
    states = [state for state in FrameState if state not in _LASTING]
    return unit.conversion_frames.listed(lot.lot_id, states, limit=_AT_ONCE, round_=lot.round)


def _take_back(services: Services, caller: Caller, lot: Lot, frame: Frame) -> int:
    is_again = lot.state is LotState.REJECTED
    with services.units.write() as unit:
        now = unit.conversion_frames.get(frame.frame_id)
        if now != frame:
            return 0
        if frame.state is FrameState.WRITTEN:
            _withdraw(_Taking(services, unit, caller, lot), frame)
        if is_again:
            unit.conversion_frames.move(frame, FrameState.RECEIVED, round_=frame.round + 1)
        else:
            unit.conversion_frames.move(frame, FrameState.WITHDRAWN)
        unit.commit()
    return 1


def _withdraw(at: _Taking, frame: Frame) -> None:
    writing = existing(at.unit.conversion_writings.of(frame.frame_id, frame.round))
    leaving = (frame.frame_id, at.lot.label)
    version, withdrawn = _amended(at.services, at.unit, at.caller, writing.record_id, leaving)
    by, now = at.caller.actor.user_id, at.services.surroundings.clock()
    at.unit.conversion_writings.take_back(
        frame.frame_id, frame.round, version=version, by=by, at=now
    )
    event = FrameTakenBack(frame.frame_id, frame.round, withdrawn)
    record(at.unit, at.services.surroundings, at.caller, event)


def withdraw_taken_back(
    services: StoreServices, unit: UnitOfWork, caller: Caller, people: Sequence[PersonId]
) -> None:
    """Withdraw from the records of people what rests on frames that were all taken back.

    Such items are there when a restriction hid them while their lot was taken back.
    """
    for record_id, label in unit.conversion_writings.taken_back_of(people):
        _amended(services, unit, caller, record_id, (None, label))


def _amended(
    services: StoreServices,
    unit: UnitOfWork,
    caller: Caller,
    record_id: RecordId,
    leaving: tuple[FrameId | None, str],
) -> tuple[int | None, int]:
    """Withdraw the items that no frame stands behind once `leaving` is gone.

    Returns the version made, or None, and how many items were withdrawn.
    """
    frame_id, label = leaving
    live = next((head for head in unit.records.versions(record_id) if head.is_live), None)
    before = None if live is None else unit.records.version(record_id, live.version)
    if before is None:
        return None, 0
    unfounded = items_without_a_frame(unit.conversion_writings.sources(record_id), frame_id)
    gone = [item.item_id for item in before.items.held if item.item_id in unfounded]
    if not gone:
        return None, 0
    amendment = Amendment(
        tuple(Withdraw(one) for one in gone),
        AmendmentReason.RECORDED_IN_ERROR,
        "The lot of old records that this was read from was withdrawn or rejected.",
        SourceKind.DOCUMENT,
        label,
    )
    after = amended(before.items, amendment.changes, today=services.surroundings.clock().date())
    return store_amended(services, unit, caller, (before, after), amendment), len(gone)
