"""Writings withdrawn from records, a whole lot of them.

An item that rests on the frame alone is withdrawn from the record by an amendment; one that the
record held before, or that another frame gives too, stays. Recipients of a conviction that goes
are owed their notices by the rows themselves, as of any amendment.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import Caller
from domain.amending import amended
from domain.amendments import Amendment, AmendmentReason, SourceKind, Withdraw
from domain.conversion.frames import Frame, FrameState, Lot, LotState
from domain.conversion.sources import Writing
from domain.events.conversion import FrameTakenBack
from domain.ids import LotId
from service.storage.unit_of_work import UnitOfWork
from service.usecases.existing import existing
from service.usecases.log.recording import record
from service.usecases.people.amending import store_amended
from service.usecases.services import Services

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
    version, withdrawn = _amended(at, writing)
    by, now = at.caller.actor.user_id, at.services.surroundings.clock()
    at.unit.conversion_writings.take_back(
        frame.frame_id, frame.round, version=version, by=by, at=now
    )
    event = FrameTakenBack(frame.frame_id, frame.round, withdrawn)
    record(at.unit, at.services.surroundings, at.caller, event)


def _amended(at: _Taking, writing: Writing) -> tuple[int | None, int]:
    """Withdraw the items that rest on the frame alone; return the version made, and how many."""
    heads = at.unit.records.versions(writing.record_id)
    live = next((head for head in heads if head.is_live), None)
    before = None if live is None else at.unit.records.version(live.record_id, live.version)
    if before is None:
        return None, 0
    others = at.unit.conversion_writings.other_sources(writing.record_id, writing.frame_id)
    gone = [
        item.item_id
        for item in before.items.held
        for own in writing.items
        if own.item_id == item.item_id and not own.is_second_source and item.item_id not in others
    ]
    if not gone:
        return None, 0
    amendment = Amendment(
        tuple(Withdraw(one) for one in gone),
        AmendmentReason.RECORDED_IN_ERROR,
        "The lot of old records that this was read from was withdrawn or rejected.",
        SourceKind.DOCUMENT,
        at.lot.label,
    )
    today = at.services.surroundings.clock().date()
    after = amended(before.items, amendment.changes, today=today)
    version = store_amended(at.services, at.unit, at.caller, (before, after), amendment)
    return version, len(gone)
