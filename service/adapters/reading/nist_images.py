"""Images of types 4, 13 and 14 of a transaction, and fingers cut from slaps."""

from __future__ import annotations

import struct
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from domain.prints.prints import FingerPosition, ImpressionType
from service.adapters.extraction.slaps import fingers_of
from service.adapters.reading.nist_records import (
    CONTACTLESS,
    PartRefusedError,
    impression_of,
    needed_number,
    number_of,
    position_of,
    rows_of,
    text_of,
)
from service.adapters.reading.pictures import (
    Decoded,
    agreed_ppi,
    check_size,
    decode_picture,
    raw_pixels,
)
from service.ports.print_reading import NOMINAL_PPI, MissingFinger, ReadPrint

_BINARY = struct.Struct(">B6sBHHB")
"""Fields of a type-4 record after its length and IDC: IMP, FGP, ISR, HLL, VLL and
the compression."""

_NONE_NAMES = frozenset({"NONE", "0"})
_READ_NAMES = frozenset({"WSQ", "WSQ20", "JPEGB", "JP2", "JP2L", "PNG", "1", "2", "4", "5", "6"})
_BINARY_NONE = 0
_BINARY_READ = frozenset({1, 2, 4, 5, 6})
_FROM_LEFT = {
    13: (2, 3, 4, 5),
    14: (10, 9, 8, 7),
    15: (6, 1),
    40: (2, 3),
    41: (3, 4),
    42: (4, 5),
    43: (8, 7),
    44: (9, 8),
    45: (10, 9),
    46: (7, 2),
    47: (2, 3, 4),
    48: (3, 4, 5),
    49: (9, 8, 7),
    50: (10, 9, 8),
}
"""By position code of several fingers: the fingers from left to right, for hands pressed palm
down."""
_CUT_HERE = (
    "The file does not say where its fingers are. The service cut them apart and numbered them "
    "from left to right: check which finger is which.",
)
_INCH, _CM = 1, 2
_CM_AN_INCH = 2.54
_MM_AN_INCH = 25.4
_DATA = 999
_SLACK_MM = 1.0
"""Distance by which the rectangle of a finger may extend beyond its image. The rectangle is then
cut at the edge."""
_CLAMPED = (
    "The rectangle of the finger extended beyond the picture by at most 1 mm and was cut at the "
    "edge.",
)


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """The prints of one record, and the reasons why fingers in it are not accepted."""

    prints: tuple[ReadPrint, ...]
    refused: tuple[str, ...] = ()


def image_of_type_4(value: bytes, *, native_ppi: int, nominal_ppi: int) -> ReadPrint:
    """Return the image of a binary record. It uses one of the two resolutions of the transaction.

    Raises PartRefusedError and UnreadablePrintError.
    """
    if len(value) < _BINARY.size:
        raise PartRefusedError("The record is cut short.")
    imp, positions, scale, width_px, height_px, compression = _BINARY.unpack_from(value)
    impression_type, medium = impression_of(imp)
    position = _only_position(positions, impression_type)
    data = value[_BINARY.size :]
    if compression != _BINARY_NONE and compression not in _BINARY_READ:
        raise PartRefusedError("The image uses a compression that is not supported.")
    decoded = _decoded(data, width_px, height_px, is_raw=compression == _BINARY_NONE)
    stated = native_ppi if scale == 1 else nominal_ppi
    ppi, remarks = agreed_ppi(decoded, stated)
    return ReadPrint(
        decoded.pixels,
        ppi=ppi or NOMINAL_PPI,
        is_ppi_stated=True,
        scanned_ppi=native_ppi,
        position=position,
        impression_type=impression_type,
        medium=medium,
        remarks=(*remarks, *_on_impression(imp)),
    )


def images_of_tagged(record: Any) -> Cut:
    """Return the image of a type-13 or type-14 record, or the fingers of a slap.

    A slap is cut where the record says where each finger is (field 14.021 or 14.025), and
    otherwise where its picture shows gaps between the fingers. Raises PartRefusedError and
    UnreadablePrintError.
    """
    imp = needed_number(record, 3)
    impression_type, medium = impression_of(imp)
    code = _position_code(record, impression_type)
    stated = _scale_ppi(record, (9, 10))
    if stated is None:
        raise PartRefusedError(
            "The record does not state its resolution in pixels per inch or per centimetre "
            "(fields 008 to 010)."
        )
    decoded = _decoded_field(record)
    ppi, remarks = agreed_ppi(decoded, stated)
    found = ReadPrint(
        decoded.pixels,
        ppi=ppi or stated,
        is_ppi_stated=True,
        scanned_ppi=_scale_ppi(record, (16, 17)) or ppi or stated,
        impression_type=impression_type,
        medium=medium,
        remarks=(*remarks, *_on_impression(imp)),
    )
    if code in _FROM_LEFT:
        rows = rows_of(record, 21) or _boxes(rows_of(record, 25))
        return _fingers_of_slap(found, rows) if rows else _cut_here(found, code, _gone(record))
    return Cut((replace(found, position=position_of(code, impression_type)),))


def missing_fingers(record: Any, part: str) -> tuple[MissingFinger, ...]:
    """Return the fingers that a type-14 record states as amputated or bandaged (14.018)."""
    found = []
    for row in rows_of(record, 18):
        code = row[0] if row else ""
        if code.isascii() and code.isdigit() and 1 <= int(code) <= 10:
            is_amputated = row[1:2] != ("UP",)
            found.append(MissingFinger(FingerPosition(int(code)), part, is_amputated))
    return tuple(found)


def _gone(record: Any) -> frozenset[FingerPosition]:
    if record.type != 14:
        return frozenset()
    return frozenset(one.position for one in missing_fingers(record, ""))


def has_image(record: Any) -> bool:
    """Whether a tagged record has an image."""
    return record[_DATA] is not None and bool(record[_DATA].value)


def _on_impression(imp: int) -> tuple[str, ...]:
    if imp not in CONTACTLESS:
        return ()
    return (
        "The print was taken without contact: its distances may differ from those of other "
        "prints.",
    )


def _only_position(positions: bytes, impression_type: ImpressionType) -> FingerPosition:
    stated = [code for code in positions if code != 255]
    if len(stated) > 1:
        if impression_type is ImpressionType.LATENT:
            return FingerPosition.UNKNOWN
        raise PartRefusedError(
            "The record gives more than one finger position for a single print."
        )
    code = stated[0] if stated else 255
    if code in _FROM_LEFT:
        raise PartRefusedError(
            "The image shows several fingers at once: send it as a record of type 14, or"
            " segment it first."
        )
    return position_of(code, impression_type)


def _position_code(record: Any, impression_type: ImpressionType) -> int:
    rows = rows_of(record, 13)
    codes = {row[0] for row in rows if row}
    if len(codes) > 1 and impression_type is ImpressionType.LATENT:
        return 0
    if len(codes) != 1 or not (text := codes.pop()).isdigit():
        raise PartRefusedError("The record does not give exactly one finger position (field 013).")
    return int(text)


def _decoded_field(record: Any) -> Decoded:
    depth = number_of(record, 12)
    if depth is not None and depth != 8:
        raise PartRefusedError("The image does not have 8 bits per pixel (field 012).")
    name = text_of(record, 11)
    if name not in _NONE_NAMES and name not in _READ_NAMES:
        raise PartRefusedError("The image uses a compression that is not supported (field 011).")
    field = record[_DATA]
    if field is None:
        raise PartRefusedError("The record has no image (field 999).")
    return _decoded(
        bytes(field.value),
        needed_number(record, 6),
        needed_number(record, 7),
        is_raw=name in _NONE_NAMES,
    )


def _decoded(data: bytes, width_px: int, height_px: int, *, is_raw: bool) -> Decoded:
    """Return the decoded image, which must have the size stated in its record."""
    check_size(width_px, height_px)
    if is_raw:
        return Decoded(raw_pixels(data, width_px, height_px), None)
    decoded = decode_picture(data)
    if decoded.pixels.shape != (height_px, width_px):
        raise PartRefusedError("The size of the image is not the size in its record.")
    return decoded


def _scale_ppi(record: Any, tags: tuple[int, int]) -> int | None:
    """Return the resolution in two fields, in pixels per inch, or None if it is missing."""
    across, down = (number_of(record, tag) for tag in tags)
    unit = number_of(record, 8)
    if not across or not down or unit not in (_INCH, _CM):
        return None
    if across != down:
        raise PartRefusedError(
            f"The pixels of the image are not square (fields {tags[0]:03} and {tags[1]:03})."
        )
    return across if unit == _INCH else round(across * _CM_AN_INCH)


def ppi_of_mm(text: str) -> int:
    """Return the pixels per inch of a field in pixels per millimetre (1.011 and 1.012)."""
    try:
        pixels_mm = float(text)
    except ValueError:
        return NOMINAL_PPI
    # 19.69 and 20.00 both stand for 500 dpi; types without images of fixed scale have 00.00.
    if not 1 <= pixels_mm <= 100 or 19.4 <= pixels_mm <= 20.05:
        return NOMINAL_PPI
    return round(pixels_mm * _MM_AN_INCH)


def _boxes(polygons: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    """Return the rectangles around polygons. A polygon is a finger's code, the number of corners,
    and the corners.

    For an invalid polygon only the code is returned, so its finger is refused for lack of a
    rectangle.
    """
    boxes = []
    for row in polygons:
        numbers = [int(item) for item in row[2:] if item.isascii() and item.isdigit()]
        across, down = numbers[::2], numbers[1::2]
        ends = (min(across), max(across), min(down), max(down)) if len(down) > 2 else ()
        boxes.append((*row[:1], *map(str, ends)))
    return tuple(boxes)


def _fingers_of_slap(slap: ReadPrint, rows: tuple[tuple[str, ...], ...]) -> Cut:
    """Return the fingers of a slap. If one cannot be cut, the others are still returned."""
    prints, refused = [], []
    for row in rows:
        try:
            prints.append(_cut(slap, row))
        except PartRefusedError as error:
            refused.append(str(error))
    return Cut(tuple(prints), tuple(refused))


def _cut(slap: ReadPrint, row: tuple[str, ...]) -> ReadPrint:
    """Return one finger of a slap. `row` has its code, then left, right, top and
    bottom in pixels.
    """
    code, left, right, top, bottom = _rectangle(slap, row)
    height_px, width_px = slap.pixels.shape
    is_outside = right >= width_px or bottom >= height_px
    pixels = slap.pixels[top : min(bottom, height_px - 1) + 1, left : min(right, width_px - 1) + 1]
    if min(pixels.shape) <= slap.ppi // 5:
        raise PartRefusedError(
            "The rectangle for one of the fingers in this image is smaller than 5 mm (field "
            "14.021)."
        )
    return replace(
        slap,
        pixels=np.ascontiguousarray(pixels),
        position=position_of(code, ImpressionType.PLAIN),
        cut_from_slap=True,
        remarks=(*slap.remarks, *(_CLAMPED if is_outside else ())),
    )


def _rectangle(slap: ReadPrint, row: tuple[str, ...]) -> tuple[int, ...]:
    """Return code, left, right, top and bottom. Raises PartRefusedError if the rectangle is far
    outside.
    """
    if len(row) < 5 or not all(item.isascii() and item.isdigit() for item in row[:5]):
        raise PartRefusedError(
            "The rectangle for one of the fingers in this image is not five numbers (field "
            "14.021)."
        )
    code, left, right, top, bottom = map(int, row[:5])
    height_px, width_px = slap.pixels.shape
    slack_px = round(_SLACK_MM * slap.ppi / _MM_AN_INCH)
    if right - width_px >= slack_px or bottom - height_px >= slack_px:
        raise PartRefusedError(
            "The rectangle for one of the fingers lies outside the image (field 14.021)."
        )
    return code, left, right, top, bottom


def _cut_here(slap: ReadPrint, code: int, gone: Collection[FingerPosition]) -> Cut:
    """Return the fingers of a slap whose record does not place them, without those `gone`."""
    positions = [one for one in map(FingerPosition, _FROM_LEFT[code]) if one not in gone]
    fingers = fingers_of(slap.pixels, slap.ppi, len(positions)) if positions else ()
    if not fingers:
        raise PartRefusedError(
            "The image shows several fingers, does not say where each one is (field 14.021), and "
            f"{len(positions)} fingers cannot be told apart in it: segment the image first."
        )
    return Cut(
        tuple(
            replace(
                slap,
                pixels=one.pixels,
                position=position,
                cut_from_slap=True,
                remarks=(*slap.remarks, *_CUT_HERE),
            )
            for position, one in zip(positions, fingers, strict=True)
        )
    )
