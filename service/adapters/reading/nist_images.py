"""Images of types 4, 13 and 14 of a transaction."""

import struct
from dataclasses import replace
from typing import Any

from domain.prints.prints import FingerPosition, ImpressionType
from service.adapters.reading import pictures, slap_pictures
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
from service.ports.print_reading import NOMINAL_PPI, MissingFinger, ReadPrint

_BINARY = struct.Struct(">B6sBHHB")
"""Fields of a type-4 record after length and IDC: IMP, FGP, ISR, HLL, VLL, compression."""

_NONE_NAMES = frozenset({"NONE", "0"})
_READ_NAMES = frozenset({"WSQ", "WSQ20", "JPEGB", "JP2", "JP2L", "PNG", "1", "2", "4", "5", "6"})
_BINARY_NONE = 0
_BINARY_READ = frozenset({1, 2, 4, 5, 6})
_INCH, _CM = 1, 2
_CM_AN_INCH = 2.54
_MM_AN_INCH = 25.4
_DATA = 999
_NOT_STATED = 255


def images_of_type_4(value: bytes, *, native_ppi: int, nominal_ppi: int) -> slap_pictures.Cut:
    """Return the image of a binary record, or the fingers of a slap.

    It uses one of the two resolutions of the transaction. Raises PartRefusedError and
    UnreadablePrintError.
    """
    if len(value) < _BINARY.size:
        raise PartRefusedError("The record is cut short: export it again.")
    imp, positions, scale, width_px, height_px, compression = _BINARY.unpack_from(value)
    impression_type, medium = impression_of(imp)
    code = _only_code(positions, impression_type)
    data = value[_BINARY.size :]
    if compression != _BINARY_NONE and compression not in _BINARY_READ:
        raise PartRefusedError("The image uses a compression that is not supported.")
    decoded = _decoded(data, width_px, height_px, is_raw=compression == _BINARY_NONE)
    stated = native_ppi if scale == 1 else nominal_ppi
    ppi, remarks = pictures.agreed_ppi(decoded, stated)
    found = ReadPrint(
        decoded.pixels,
        ppi=ppi or NOMINAL_PPI,
        is_ppi_stated=True,
        scanned_ppi=native_ppi,
        impression_type=impression_type,
        medium=medium,
        remarks=(*remarks, *_on_impression(imp)),
    )
    if code in slap_pictures.FROM_LEFT:
        return slap_pictures.cut_here(found, code)
    return slap_pictures.Cut((replace(found, position=position_of(code, impression_type)),))


def images_of_tagged(record: Any) -> slap_pictures.Cut:
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
    ppi, remarks = pictures.agreed_ppi(decoded, stated)
    found = ReadPrint(
        decoded.pixels,
        ppi=ppi or stated,
        is_ppi_stated=True,
        scanned_ppi=_scale_ppi(record, (16, 17)) or ppi or stated,
        impression_type=impression_type,
        medium=medium,
        remarks=(*remarks, *_on_impression(imp)),
    )
    if code in slap_pictures.FROM_LEFT:
        if rows := rows_of(record, 21) or slap_pictures.boxes_of_polygons(rows_of(record, 25)):
            return slap_pictures.cut_as_stated(found, rows)
        return slap_pictures.cut_here(found, code, gone=_gone(record), field="14.021")
    return slap_pictures.Cut((replace(found, position=position_of(code, impression_type)),))


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


def _only_code(positions: bytes, impression_type: ImpressionType) -> int:
    """Return the position code of a binary record; 0 for a mark of one of several fingers."""
    stated = [code for code in positions if code != _NOT_STATED]
    if len(stated) > 1 and impression_type is not ImpressionType.LATENT:
        raise PartRefusedError(
            "The record gives more than one finger position for a single print."
        )
    return stated[0] if len(stated) == 1 else 0


def _position_code(record: Any, impression_type: ImpressionType) -> int:
    rows = rows_of(record, 13)
    codes = {row[0] for row in rows if row}
    if len(codes) > 1 and impression_type is ImpressionType.LATENT:
        return 0
    if len(codes) != 1 or not (text := codes.pop()).isdigit():
        raise PartRefusedError("The record does not give exactly one finger position (field 013).")
    return int(text)


def _decoded_field(record: Any) -> pictures.Decoded:
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


def _decoded(data: bytes, width_px: int, height_px: int, *, is_raw: bool) -> pictures.Decoded:
    """Return the decoded image, which must have the size stated in its record."""
    pictures.check_size(width_px, height_px)
    if is_raw:
        return pictures.Decoded(pictures.raw_pixels(data, width_px, height_px), None)
    decoded = pictures.decode_picture(data)
    if decoded.pixels.shape != (height_px, width_px):
        raise PartRefusedError("The size of the image differs from the size stated in its record.")
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
