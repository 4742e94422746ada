"""Reads finger minutiae records, our own and others': ISO/IEC 19794-2:2005 and :2011.

Records of the encoders in use can be read: endings placed in the valley or on the ridge, minutiae
without quality, no quality value or several, certificates, and extended data such as cores and
deltas, whose lengths are checked but whose content is skipped. A minutia whose kind is "other"
keeps that kind. All numbers are big-endian.
"""

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from domain.errors import InvalidMinutiaeError
from domain.prints.minutiae import Minutia
from domain.prints.prints import FingerPosition, ImpressionType
from prints.minutiae.iso19794_2 import KINDS, MAX_SIDE_PX, MAX_VIEWS, MinutiaeView

_MAGIC_2005 = b"FMR\x00 20\x00"
_MAGIC_2011 = b"FMR\x00030\x00"

# Device, width and height, pixels per centimetre, views, reserved: after magic and length.
_HEADER_2005 = struct.Struct(">8sIHHHHHBB")
_VIEW_2005 = struct.Struct(">BBBB")
_HEADER_2011 = struct.Struct(">8sIHB")
_VIEW_START_2011 = struct.Struct(">I9sBHHB")
_QUALITY_BLOCK_BYTES = 5
_CERTIFICATE_BYTES = 3
_VIEW_2011 = struct.Struct(">BBHHBHHBB")
_AREA = struct.Struct(">HH")
_LENGTH = struct.Struct(">H")
_ANSI_378_LENGTH = struct.Struct(">8sH")

_MINUTIA = {5: struct.Struct(">HHB"), 6: struct.Struct(">HHBB")}
"""A minutia by its size in bytes: kind and place, angle, and in 6 bytes a quality."""
_ANGLE_STEPS = 256
_NOT_MEASURED = (254, 255)
_TYPES = {
    **dict.fromkeys((0, 2, 8), ImpressionType.PLAIN),
    **dict.fromkeys((1, 3), ImpressionType.ROLLED),
    **dict.fromkeys((4, 5, 6, 7), ImpressionType.LATENT),
}
"""Captures, live or not, and 8, a swipe; of marks: impression, tracing, photograph and lift."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """The image in which the minutiae of a view lie."""

    width_px: int
    height_px: int
    across: int
    down: int


def is_minutiae_record(record: bytes) -> bool:
    """Whether the bytes begin like a minutiae record of any edition."""
    return record.startswith(b"FMR\x00")


class SentRecord(NamedTuple):
    """A record that was sent with an impression, and the impression's stated position and type."""

    record: bytes
    position: FingerPosition
    impression_type: ImpressionType


def read_sent_records(sent: Sequence[SentRecord | None]) -> list[MinutiaeView | None]:
    """Return the single view of each record; None if no record was sent.

    Raises InvalidMinutiaeError, with a pointer to the record such as `/3`, for anything but a
    record of exactly one view, and for a view of another finger or another type of impression.
    """
    views: list[MinutiaeView | None] = []
    for number, one in enumerate(sent):
        try:
            views.append(None if one is None else _single_view(one))
        except InvalidMinutiaeError as error:
            error.pointer = f"/{number}"
            raise
    return views


def _single_view(sent: SentRecord) -> MinutiaeView:
    views = read_minutiae_record(sent.record)
    if len(views) != 1:
        raise InvalidMinutiaeError(
            "The record has several views: send one view for each impression."
        )
    if views[0].position is not sent.position:
        raise InvalidMinutiaeError(
            "The record and its impression name different fingers: correct one of them."
        )
    if views[0].impression_type is not sent.impression_type:
        raise InvalidMinutiaeError(
            "The record and the impression state different impression types: correct one"
            " of the two."
        )
    return views[0]


def read_minutiae_record(record: bytes) -> tuple[MinutiaeView, ...]:
    """Return the views of a record of either edition, in the order of the record.

    Raises InvalidMinutiaeError for any other edition, wrong lengths, codes out of range, a view
    without minutiae, and minutiae outside their image.
    """
    try:
        if record.startswith(_MAGIC_2011):
            return _views_2011(record)
        if record.startswith(_MAGIC_2005):
            return _views_2005(record)
    except struct.error:
        raise InvalidMinutiaeError("The minutiae record is cut short: export it again.") from None
    raise InvalidMinutiaeError(
        "This is not an ISO/IEC 19794-2 record of 2005 or 2011: export it in this format."
    )


def _views_2005(record: bytes) -> tuple[MinutiaeView, ...]:
    (_, length, _, width, height, across, down, count, _) = _HEADER_2005.unpack_from(record)
    if length != len(record) and _ANSI_378_LENGTH.unpack_from(record)[1] == len(record):
        raise InvalidMinutiaeError(
            "This is a record of ANSI/INCITS 378: export it as ISO/IEC 19794-2."
        )
    _require_length(length == len(record) and 1 <= count <= MAX_VIEWS)
    frame = _Frame(width, height, across, down)
    views, at = [], _HEADER_2005.size
    for _ in range(count):
        position, number_and_type, quality, minutiae = _VIEW_2005.unpack_from(record, at)
        at += _VIEW_2005.size
        found = _minutiae(record, at, count=minutiae, size=6)
        at = _after_extended(record, at + 6 * minutiae)
        views.append(_view(frame, position, number_and_type & 0xF, quality, found))
    _require_length(at == len(record))
    return tuple(views)


def _views_2011(record: bytes) -> tuple[MinutiaeView, ...]:
    _, length, count, certified = _HEADER_2011.unpack_from(record)
    _require_length(length == len(record) and 1 <= count <= MAX_VIEWS)
    views, at = [], _HEADER_2011.size
    for _ in range(count):
        size = _VIEW_START_2011.unpack_from(record, at)[0]
        _require_length(_VIEW_START_2011.size <= size <= len(record) - at)
        views.append(_view_2011(record[at : at + size], is_certified=certified == 1))
        at += size
    _require_length(at == len(record))
    return tuple(views)


def _view_2011(part: bytes, *, is_certified: bool) -> MinutiaeView:
    blocks = _VIEW_START_2011.unpack_from(part)[-1]
    at = _VIEW_START_2011.size
    quality = part[at] if blocks and at < len(part) else _NOT_MEASURED[0]
    at += blocks * _QUALITY_BLOCK_BYTES
    if is_certified:
        _require_length(at < len(part))
        at += 1 + part[at] * _CERTIFICATE_BYTES
    position, _, across, down, type_code, width, height, layout, count = _VIEW_2011.unpack_from(
        part, at
    )
    at += _VIEW_2011.size
    size = layout >> 4
    if size not in _MINUTIA:
        raise InvalidMinutiaeError(
            "Each minutia of the record must have 5 or 6 bytes: export the record again."
        )
    found = _minutiae(part, at, count=count, size=size)
    _require_length(_after_extended(part, at + size * count) == len(part))
    return _view(_Frame(width, height, across, down), position, type_code, quality, found)


def _minutiae(record: bytes, at: int, *, count: int, size: int) -> tuple[Minutia, ...]:
    _require_length(at + count * size <= len(record))
    rows = _MINUTIA[size].iter_unpack(record[at : at + count * size])
    try:
        return tuple(
            Minutia(
                float(x_and_kind & MAX_SIDE_PX),
                float(y & MAX_SIDE_PX),
                angle / _ANGLE_STEPS * math.tau,
                KINDS[x_and_kind >> 14],
                # 0 means "not reported". Values over 100 are reserved, and read as 0.
                quality[0] if quality and quality[0] <= 100 else 0,
            )
            for x_and_kind, y, angle, *quality in rows
        )
    except KeyError:
        raise InvalidMinutiaeError(
            "The type of a minutia is unknown: use ridge ending, bifurcation or other."
        ) from None


def _after_extended(record: bytes, at: int) -> int:
    """Return the position after the extended data, whose areas must have the stated lengths."""
    (length,) = _LENGTH.unpack_from(record, at)
    end = at + _LENGTH.size + int(length)
    _require_length(end <= len(record))
    at += _LENGTH.size
    while at < end:
        _, size = _AREA.unpack_from(record, at)
        _require_length(_AREA.size <= size <= end - at)
        at += size
    return end


def _view(
    frame: _Frame, position: int, type_code: int, quality: int, minutiae: tuple[Minutia, ...]
) -> MinutiaeView:
    impression_type = _TYPES.get(type_code)
    if impression_type is None:
        raise InvalidMinutiaeError("The impression type in the record is unknown: correct it.")
    if position > FingerPosition.LEFT_LITTLE:
        raise InvalidMinutiaeError("The finger position in the record is unknown: correct it.")
    if frame.across != frame.down:
        raise InvalidMinutiaeError(
            "The record's resolution differs between width and height: export it with "
            "square pixels."
        )
    return MinutiaeView(
        position=FingerPosition(position),
        impression_type=impression_type,
        quality=None if quality in _NOT_MEASURED else quality,
        width_px=frame.width_px,
        height_px=frame.height_px,
        minutiae=minutiae,
        pixels_per_cm=frame.across,
    )


def _require_length(is_met: bool) -> None:
    if not is_met:
        raise InvalidMinutiaeError(
            "The lengths in the minutiae record are wrong: export it again."
        )
