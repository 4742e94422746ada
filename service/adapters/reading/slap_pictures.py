"""Pictures of several fingers: cut where their record says, or here where it says nothing."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from domain.prints.prints import FingerPosition, ImpressionType
from service.adapters.extraction.slaps import CutFinger, fingers_of
from service.adapters.reading.nist_records import PartRefusedError, position_of
from service.ports.print_reading import ReadPrint

FROM_LEFT = {
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
"""By position code: the fingers from left to right, for hands pressed palm down."""
_CUT_AS_STATED = (
    "The print was cut from a picture of several fingers, where the file states that it is."
)
_CUT_HERE = (
    "The print was cut from a picture of several fingers. The file does not say where they are: "
    "they were told apart and numbered from left to right. Check which finger is which."
)
_TURNED = (
    "The picture of the hand was upside down or on its side, and was turned before it was cut."
)
_SLACK_MM = 1.0
"""How far the rectangle of a finger may extend beyond its image, at whose edge it is then cut."""
_MM_AN_INCH = 25.4
_CLAMPED = (
    "The rectangle of the finger extended beyond the picture by at most 1 mm and was cut at the "
    "edge.",
)


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """The prints of one record, and the reasons why fingers in it are not accepted."""

    prints: tuple[ReadPrint, ...]
    refused: tuple[str, ...] = ()


def boxes_of_polygons(polygons: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    """Return the rectangles around polygons: a finger's code, the number of corners, the corners.

    Of an invalid polygon only the code is returned: without a rectangle, its finger is refused.
    """
    boxes = []
    for row in polygons:
        numbers = [int(item) for item in row[2:] if item.isascii() and item.isdigit()]
        across, down = numbers[::2], numbers[1::2]
        ends = (min(across), max(across), min(down), max(down)) if len(down) > 2 else ()
        boxes.append((*row[:1], *map(str, ends)))
    return tuple(boxes)


def cut_as_stated(slap: ReadPrint, rows: tuple[tuple[str, ...], ...]) -> Cut:
    """Return the fingers of a slap. If one cannot be cut, the others are still returned."""
    prints, refused = [], []
    for row in rows:
        try:
            prints.append(_cut(slap, row))
        except PartRefusedError as error:
            refused.append(str(error))
    return Cut(tuple(prints), tuple(refused))


def _cut(slap: ReadPrint, row: tuple[str, ...]) -> ReadPrint:
    """Return one finger of a slap. `row`: its code; left, right, top and bottom in pixels."""
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
        remarks=(*slap.remarks, _CUT_AS_STATED, *(_CLAMPED if is_outside else ())),
    )


def _rectangle(slap: ReadPrint, row: tuple[str, ...]) -> tuple[int, ...]:
    """Return code, left, right, top, bottom. Raises PartRefusedError if far outside."""
    if len(row) < 5 or not all(item.isascii() and item.isdigit() for item in row[:5]):
        raise PartRefusedError(
            "Field 14.021 of this image must give five numbers for each finger: its position, and "
            "the left, right, top and bottom of its rectangle."
        )
    code, left, right, top, bottom = map(int, row[:5])
    height_px, width_px = slap.pixels.shape
    slack_px = round(_SLACK_MM * slap.ppi / _MM_AN_INCH)
    if right - width_px >= slack_px or bottom - height_px >= slack_px:
        raise PartRefusedError(
            "The rectangle for one of the fingers lies outside the image (field 14.021)."
        )
    return code, left, right, top, bottom


def cut_here(
    slap: ReadPrint, code: int, *, gone: Collection[FingerPosition] = (), field: str = ""
) -> Cut:
    """Return the fingers of a slap whose record does not place them, without those `gone`.

    `field`: the field that could have placed them. Raises PartRefusedError and
    UnreadablePrintError.
    """
    positions = [one for one in map(FingerPosition, FROM_LEFT[code]) if one not in gone]
    fingers = fingers_of(slap.pixels, slap.ppi, len(positions)) if positions else ()
    if not fingers:
        where = f" (field {field})" if field else ""
        raise PartRefusedError(
            f"The image shows several fingers but does not say where each one is{where}, and "
            f"the service could not find {len(positions)} fingers in it: segment the image "
            "first."
        )
    return Cut(
        tuple(
            _numbered(slap, one, position)
            for position, one in zip(positions, fingers, strict=True)
        )
    )


def _numbered(slap: ReadPrint, finger: CutFinger, position: FingerPosition) -> ReadPrint:
    remarks = (_CUT_HERE, _TURNED) if finger.quarters else (_CUT_HERE,)
    return replace(
        slap,
        pixels=finger.pixels,
        position=position,
        cut_from_slap=True,
        remarks=(*slap.remarks, *remarks),
    )
