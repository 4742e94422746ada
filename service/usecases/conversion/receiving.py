"""Frames received as pictures, once each, and shown."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from domain.access import Caller, Scope
from domain.conversion.frames import Frame, check_place
from domain.errors import ConflictError, InvalidInputError, PayloadErasedError
from domain.events.conversion import FrameReceived
from domain.events.looking import LookKind
from domain.ids import FrameId, LotId
from service.usecases.conversion.lots import lot_at_work
from service.usecases.existing import existing
from service.usecases.log.looking import look
from service.usecases.log.recording import record
from service.usecases.services import StoreServices

MOST_BYTES = 6_000_000
"""Most bytes of one picture: a form at 500 ppi in grey, compressed, is 1 to 3 MB."""

_BEGINNINGS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class ReceiveFrame:
    """A frame as the scanning station sends it."""

    caller: Caller
    lot_id: LotId
    number: int
    image: bytes
    """PNG or JPEG; kept as it is, and never decoded here."""
    part: int = 0
    sha256: str = ""
    """SHA-256 of the picture as the station has it; empty: not stated."""


def receive_frame(services: StoreServices, command: ReceiveFrame) -> FrameId:
    """Store a frame and return its id; the same frame sent again is the same frame.

    Raises NotPermittedError, NotFoundError, InvalidInputError (no place, no picture, another
    digest than stated), ConflictError (another picture has this place, or the lot is not worked).
    """
    command.caller.actor.require(Scope.SCAN_FRAMES)
    check_place(command.number, command.part)
    media_type, digest = _checked(command)
    now = services.surroundings.clock()
    by = command.caller.actor.user_id
    with services.units.write() as unit:
        frames = unit.conversion_frames
        held = frames.at(command.lot_id, command.number, command.part)
        if held is not None:
            return _same(held, digest)
        lot = lot_at_work(unit, command.lot_id)
        frame_id = FrameId(services.surroundings.new_id())
        place = (command.number, command.part)
        frame = Frame(frame_id, lot.lot_id, *place, digest, by, now, round=lot.round)
        if not frames.receive(frame, command.image, media_type):
            return _same(existing(frames.at(lot.lot_id, *place)), digest)
        event = FrameReceived(frame_id, lot.lot_id, *place, digest)
        record(unit, services.surroundings, command.caller, event)
        unit.commit()
    return frame_id


def _checked(command: ReceiveFrame) -> tuple[str, str]:
    """Return the media type and the digest of a picture."""
    if len(command.image) > MOST_BYTES:
        raise InvalidInputError("The image is larger than 6 MB: scan it in grey.")
    kinds = (kind for start, kind in _BEGINNINGS.items() if command.image.startswith(start))
    media_type = next(kinds, None)
    if media_type is None:
        raise InvalidInputError("The image is neither PNG nor JPEG.", pointer="/picture")
    digest = hashlib.sha256(command.image).hexdigest()
    if command.sha256 and command.sha256 != digest:
        raise InvalidInputError("The image was changed on its way: send it again.")
    return media_type, digest


def _same(held: Frame, digest: str) -> FrameId:
    if held.sha256 != digest:
        raise ConflictError(
            "Another picture already has this number in the lot: check the number."
        )
    return held.frame_id


def frame_image(services: StoreServices, caller: Caller, frame_id: FrameId) -> tuple[bytes, str]:
    """Return the picture of a frame and its media type.

    Raises NotPermittedError, NotFoundError, PayloadErasedError (destroyed).
    """
    caller.actor.require(Scope.SEE_FRAMES)
    with services.units.read() as unit:
        existing(unit.conversion_frames.get(frame_id))
        found = unit.conversion_frames.image(frame_id)
    if found is None:
        raise PayloadErasedError
    look(services, caller, LookKind.FRAME, (frame_id,))
    return found
