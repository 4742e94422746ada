"""Finger minutiae records of ISO/IEC 19794-2:2011, as this software writes and stores them.

They have no certification or extended data.

The 2011 edition is written because its table of impression types includes marks, which that of the
2005 edition does not. Field order and codes follow the public summary of the format by R. Vazan
(templates.machinezoo.com/iso-19794-2-2011, CC BY 4.0). All numbers are big-endian.

A record is a header of 15 bytes and one representation for each finger view. A representation has
39 bytes, and 6 for each minutia.
"""

import math
import struct
from collections import Counter
from dataclasses import dataclass

import numpy as np

from domain.errors import InvalidMinutiaeError
from domain.prints.minutiae import MAX_PPI, MINUTIA_KINDS, Minutia, MinutiaeSet, MinutiaKind
from domain.prints.prints import FingerPosition, ImpressionType

MAX_MINUTIAE = 255
"""The count is one byte. A representation has at least one minutia."""

MAX_VIEWS = 176
"""Sixteen views for each of eleven positions."""

MAX_SIDE_PX = 2**14 - 1
"""Coordinates have 14 bits."""

RESOLUTION_500_DPI = 197
"""Pixels per centimetre: 500 dpi, rounded as is usual in these records."""

_MIN_RESOLUTION = 99  # 250 dpi, the minimum of the format
_LEAST_PPI, _CM_AN_INCH = 250, 2.54
# The format holds more, but no `MinutiaeSet` does: one such print would stop every look-up.
_MAX_RESOLUTION = int(MAX_PPI / _CM_AN_INCH)
_VIEWS_EACH = 16
_ANGLE_STEPS = 256
_RIDGE_SKELETON_ENDINGS = 1  # where an ending is placed: at the end of the ridge's middle line
_MAGIC = b"FMR\x00030\x00"
_UNSET_TIME = b"\xff" * 9
_QUALITY_SOURCE = (0, 0)  # vendor and algorithm: not stated
_QUALITY_NOT_ATTEMPTED = 254

_HEADER = struct.Struct(">8sIHB")
_VIEW_START = struct.Struct(">I9sBHHB")
_QUALITY_BLOCK = struct.Struct(">BHH")
_VIEW_FIELDS = struct.Struct(">BBHHBHHBB")
_MINUTIA = struct.Struct(">HHBB")
_EXTENDED_LENGTH = struct.Struct(">H")

_TYPE_CODES = {ImpressionType.PLAIN: 0, ImpressionType.ROLLED: 1, ImpressionType.LATENT: 4}

_KIND_CODES = {MinutiaKind.OTHER: 0, MinutiaKind.RIDGE_ENDING: 1, MinutiaKind.BIFURCATION: 2}
KINDS = {code: kind for kind, code in _KIND_CODES.items()}
_COLUMNS = np.dtype([("x_and_kind", ">u2"), ("y", ">u2"), ("angle", "u1"), ("quality", "u1")])
_COLUMN_CODES = np.array(
    [MINUTIA_KINDS.index(KINDS[code]) if code in KINDS else len(KINDS) for code in range(4)],
    dtype=np.uint8,
)
"""The code of each kind in a `MinutiaeSet`; one that no set may have for a kind not known."""


@dataclass(frozen=True, slots=True)
class MinutiaeView:
    """The minutiae of one impression of one finger.

    Raises InvalidMinutiaeError for a size, resolution, quality or number of minutiae that a record
    or a `MinutiaeSet` cannot hold, and for a minutia outside the image.
    """

    position: FingerPosition
    impression_type: ImpressionType
    quality: int | None
    """0 to 100; None if it was not measured."""
    width_px: int
    height_px: int
    minutiae: tuple[Minutia, ...]
    pixels_per_cm: int = RESOLUTION_500_DPI

    def __post_init__(self) -> None:
        _require(1 <= len(self.minutiae) <= MAX_MINUTIAE, "A view must have 1 to 255 minutiae.")
        quality_fits = self.quality is None or 0 <= self.quality <= 100
        _require(quality_fits, "The quality of a view must be 0 to 100.")
        sides_fit = 1 <= self.width_px <= MAX_SIDE_PX and 1 <= self.height_px <= MAX_SIDE_PX
        _require(sides_fit, "The sides of an image must be 1 to 16383 pixels.")
        resolution_fits = _MIN_RESOLUTION <= self.pixels_per_cm <= _MAX_RESOLUTION
        _require(
            resolution_fits,
            f"An image must have {_MIN_RESOLUTION} to {_MAX_RESOLUTION} pixels per cm.",
        )
        right_px, bottom_px = self.width_px - 1, self.height_px - 1
        are_inside = all(one.x_px <= right_px and one.y_px <= bottom_px for one in self.minutiae)
        _require(are_inside, "A minutia must lie inside its image.")


def pixels_a_cm(ppi: float) -> int:
    """Return a resolution in pixels per centimetre; at least 99 from 250 pixels per inch on."""
    whole = round(ppi / _CM_AN_INCH)
    return max(whole, _MIN_RESOLUTION) if ppi >= _LEAST_PPI else whole


def encode_record(views: tuple[MinutiaeView, ...]) -> bytes:
    """Return the record of these views. Views of one finger are numbered in the order given.

    Places are rounded to whole pixels and angles to 1/256 of a turn. Raises InvalidMinutiaeError
    for no view, more than 176 views, or more than 16 views of one finger.
    """
    _require(1 <= len(views) <= MAX_VIEWS, "A record must have 1 to 176 views.")
    numbers: Counter[FingerPosition] = Counter()
    parts = []
    for view in views:
        _require(numbers[view.position] < _VIEWS_EACH, "A finger may have at most 16 views.")
        parts.append(_encode_view(view, numbers[view.position]))
        numbers[view.position] += 1
    body = b"".join(parts)
    return _HEADER.pack(_MAGIC, _HEADER.size + len(body), len(views), 0) + body


def columns_of(record: bytes) -> MinutiaeSet:
    """Return the minutiae of a stored record of one view as columns.

    They are those that `received.read_minutiae_record` reads, in a fifth of the time.
    Raises InvalidMinutiaeError for other lengths, and for minutiae that no set may hold.
    """
    at = _HEADER.size + _VIEW_START.size + _QUALITY_BLOCK.size
    first, behind = at + _VIEW_FIELDS.size, _EXTENDED_LENGTH.size
    _require(len(record) > first + behind, "The minutiae record is too short.")
    _, _, across, _, _, width_px, height_px, _, count = _VIEW_FIELDS.unpack_from(record, at)
    is_whole = len(record) == first + count * _MINUTIA.size + behind
    _require(is_whole, "A view does not have the number of minutiae it states.")
    read = np.frombuffer(record, _COLUMNS, count, first)
    places = np.empty((count, 2), dtype=np.float32)
    places[:, 0], places[:, 1] = read["x_and_kind"] & MAX_SIDE_PX, read["y"]
    return MinutiaeSet(
        places,
        (read["angle"].astype(np.float64) / _ANGLE_STEPS * math.tau).astype(np.float32),
        _COLUMN_CODES[read["x_and_kind"] >> 14],
        read["quality"].copy(),
        width_px,
        height_px,
        across * _CM_AN_INCH,
    )


def _encode_view(view: MinutiaeView, number: int) -> bytes:
    minutiae = b"".join(
        _MINUTIA.pack(
            _KIND_CODES[one.kind] << 14 | round(one.x_px),
            round(one.y_px),
            round(one.angle_rad / math.tau * _ANGLE_STEPS) % _ANGLE_STEPS,
            one.quality,
        )
        for one in view.minutiae
    )
    fields = _VIEW_FIELDS.pack(
        int(view.position),
        number,
        view.pixels_per_cm,
        view.pixels_per_cm,
        _TYPE_CODES[view.impression_type],
        view.width_px,
        view.height_px,
        _MINUTIA.size << 4 | _RIDGE_SKELETON_ENDINGS,
        len(view.minutiae),
    )
    value = _QUALITY_NOT_ATTEMPTED if view.quality is None else view.quality
    quality = _QUALITY_BLOCK.pack(value, *_QUALITY_SOURCE)
    tail = quality + fields + minutiae + _EXTENDED_LENGTH.pack(0)
    return _VIEW_START.pack(_VIEW_START.size + len(tail), _UNSET_TIME, 0, 0, 0, 1) + tail


def _require(is_met: bool, sentence: str) -> None:
    if not is_met:
        raise InvalidMinutiaeError(sentence)
