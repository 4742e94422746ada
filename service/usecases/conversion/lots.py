"""Lots opened and listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.access import Caller, Scope
from domain.conversion.capture import Capture
from domain.conversion.frames import WORKED, Frame, FrameState, Lot, LotKind
from domain.errors import ConflictError
from domain.events.conversion import LotOpened
from domain.events.looking import LookKind
from domain.ids import FrameId, LotId
from domain.list_pages import ListPage
from service.storage.conversion.lots import LotDecision
from service.storage.unit_of_work import UnitOfWork
from service.usecases.existing import existing
from service.usecases.log.looking import look
from service.usecases.log.recording import record
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
    """Open a lot and return its id; the same lot opened again is the same lot.

    Raises NotPermittedError, InvalidInputError (label), ConflictError (captured otherwise).
    """
    command.caller.actor.require(Scope.KEEP_LOTS)
    now = services.surroundings.clock()
    by = command.caller.actor.user_id
    lot_id = LotId(services.surroundings.new_id())
    lot = Lot(lot_id, command.label, command.kind, command.capture, by, now)
    with services.units.write() as unit:
        if not unit.conversion_lots.open(lot):
            return _same(existing(unit.conversion_lots.labelled(command.label)), command)
        capture = lot.capture
        event = LotOpened(lot_id, lot.kind, capture.medium, capture.ppi, capture.generation)
        record(unit, services.surroundings, command.caller, event)
        unit.commit()
    return lot_id


def _same(lot: Lot, command: OpenLot) -> LotId:
    if (lot.kind, lot.capture) != (command.kind, command.capture):
        raise ConflictError("Another lot has this label: choose a different label.")
    return lot.lot_id


def list_lots(
    services: StoreServices, caller: Caller, *, after: str | None = None, limit: int
) -> ListPage[LotView, str]:
    """Return lots with their counts, those opened first in front. Raises NotPermittedError."""
    caller.actor.require(Scope.SEE_FRAMES)
    with services.units.read() as unit:
        page = unit.conversion_lots.listed(after=after, limit=limit)
        views = tuple(_view(unit, lot) for lot in page.items)
    look(services, caller, LookKind.LOTS, (lot.lot_id for lot in page.items))
    return ListPage(views, page.next_key)


def show_lot(services: StoreServices, caller: Caller, lot_id: LotId) -> LotView:
    """Return a lot with its counts. Raises NotPermittedError, NotFoundError."""
    caller.actor.require(Scope.SEE_FRAMES)
    with services.units.read() as unit:
        view = _view(unit, existing(unit.conversion_lots.get(lot_id)))
    look(services, caller, LookKind.LOTS, (lot_id,))
    return view


def _view(unit: UnitOfWork, lot: Lot) -> LotView:
    lots = unit.conversion_lots
    return LotView(lot, lots.counts(lot.lot_id), lots.decisions(lot.lot_id))


def frame_at_work(unit: UnitOfWork, frame_id: FrameId) -> tuple[Frame, Lot]:
    """Return a frame and its lot, which stays at work until the transaction ends.

    Raises NotFoundError, ConflictError (the lot is being sampled, or has ended).
    """
    frame, lot = existing(unit.conversion_frames.with_lot(frame_id, is_locked=True))
    return frame, _checked(lot)


def lot_at_work(unit: UnitOfWork, lot_id: LotId) -> Lot:
    """Return a lot that stays at work until the transaction ends; raises as `frame_at_work`."""
    return _checked(existing(unit.conversion_lots.locked(lot_id)))


def frame_in_reading(unit: UnitOfWork, frame_id: FrameId) -> tuple[Frame, Lot]:
    """Return a frame and its lot as they are now; raises as `frame_at_work`."""
    frame, lot = existing(unit.conversion_frames.with_lot(frame_id, is_locked=False))
    return frame, _checked(lot)


def _checked(lot: Lot) -> Lot:
    if lot.state not in WORKED:
        raise ConflictError("The lot is not being worked on now: check its state.")
    return lot


def check_state(frame: Frame, *states: FrameState) -> None:
    """Raise ConflictError unless a frame stands in one of these states."""
    if frame.state not in states:
        raise ConflictError("The frame has changed since: reload it.")
