"""Features of a type-9 record: minutiae, region of interest, orientation, cores and deltas.

A record may have three blocks of fields. The first of these that it has is read:

- the extended feature set (EFS), fields 9.300 and following: hundredths of a millimetre from the
  upper left corner of the region of interest; whole degrees, pointing into the ridge;
- the block of INCITS 378, fields 9.126 and following: pixels from the upper left corner; units of
  two degrees;
- the standard fields 9.005 to 9.012: hundredths of a millimetre from the lower left corner, so
  the height of the image is needed. The angle points out of the ridge: it differs by half a turn
  from the other blocks and from the convention of `domain.prints.minutiae`.

A record belongs to the image with the same information designation character (IDC). Blocks defined
by vendors are not read.

The extended feature set (EFS) of a type-9 record: fields 9.300 and following.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from domain.prints.minutiae import MOST_PLACES, MarkedFeatures, Minutia, MinutiaKind, Place
from service.adapters.reading.nist_records import (
    HUNDREDTHS_AN_INCH,
    Drawn,
    Frame,
    PartRefusedError,
    Spot,
    minutiae_of,
    needed,
    number_of,
    quality,
    rows_of,
    text_of,
    whole,
)
from service.ports.print_reading import NOMINAL_PPI

_CORNER = re.compile(r"(\d{1,5}),(\d{1,5})")
_KINDS = {"E": MinutiaKind.RIDGE_ENDING, "B": MinutiaKind.BIFURCATION}


def extended_features(record: Any, image: Frame | None) -> Drawn:
    """Return the features of this block."""
    region = rows_of(record, 300)
    numbers = [whole(item) or 0 for item in (region[0] if region else ())][:4]
    width, height, left, top = (*numbers, 0, 0, 0, 0)[:4]
    ppi = image.ppi if image else NOMINAL_PPI
    pixels = ppi / HUNDREDTHS_AN_INCH

    def placed(across: int, down: int) -> Place:
        return ((left + across) * pixels, (top + down) * pixels)

    minutiae = minutiae_of(
        rows_of(record, 331),
        lambda row: (
            *placed(needed(row[0]), needed(row[1])),
            float(needed(row[2]) % 360),
            _KINDS.get(row[3] if len(row) > 3 else "", MinutiaKind.OTHER),
            100,
        ),
    )
    polygon = _CORNER.findall(region[0][4]) if region and len(region[0]) > 4 else []
    corners = [(int(across), int(down)) for across, down in polygon]
    full = Frame(math.ceil((left + width) * pixels), math.ceil((top + height) * pixels), ppi)
    # A rectangle as large as the image does not mark a part of it.
    is_part = bool(corners) or not image or not _covers(full, image, (left, top))
    features = MarkedFeatures(
        minutiae,
        _region(corners, (left, top), (width, height), pixels) if is_part else (),
        _turn(record),
        efs_places(record, 320, placed),
        efs_places(record, 321, placed),
    )
    return Drawn(features, full if width and height else None)


def _covers(full: Frame, image: Frame, offset: tuple[int, int]) -> bool:
    sides = (full.width_px - image.width_px, full.height_px - image.height_px)
    return offset == (0, 0) and min(sides) >= -1


def _region(
    corners: list[tuple[int, int]], offset: tuple[int, int], size: tuple[int, int], pixels: float
) -> tuple[Place, ...]:
    """Return the corners of the region in pixels, from its polygon or else from its rectangle.

    Polygons in practice are measured either from the corner of the image, as the standard defines
    for the rectangle, or from the corner of the region.
    """
    (left, top), (width, height) = offset, size
    if len(corners) < 3:
        if not (width and height):
            return ()
        right, bottom = left + width, top + height
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    else:
        least = (min(x for x, _ in corners), min(y for _, y in corners))
        from_image = least[0] >= left - 2 and least[1] >= top - 2
        if not from_image:
            corners = [(x + left, y + top) for x, y in corners]
    return tuple((x * pixels, y * pixels) for x, y in corners[:MOST_PLACES])


def _turn(record: Any) -> int | None:
    rows = rows_of(record, 301)
    return whole(rows[0][0]) if rows and rows[0] else None


def efs_places(record: Any, tag: int, placed: Callable[[int, int], Place]) -> tuple[Place, ...]:
    """Return the places in a field of two numbers each, as cores and deltas are."""
    pairs = ((whole(row[0]), whole(row[1])) for row in rows_of(record, tag) if len(row) > 1)
    return tuple(placed(x, y) for x, y in pairs if x is not None and y is not None)[:MOST_PLACES]


_BEST = 63
"""Quality in the standard fields runs from 0 (manual) or 1 (none) to 63."""
_MARGIN_PX = 40
"""Margin around minutiae that came without an image and without a size."""

_SIZE_TOLERANCE = 0.05
"""Share by which a stated size may differ from the image, as rounded resolutions do."""

_PLACE = re.compile(r"(\d{4})(\d{4})(\d{3})")
_STANDARD_KINDS = {"A": MinutiaKind.RIDGE_ENDING, "B": MinutiaKind.BIFURCATION}
"""Compound and undetermined minutiae (C, D) count as other kinds."""
_INCITS_KINDS = {"1": MinutiaKind.RIDGE_ENDING, "2": MinutiaKind.BIFURCATION}
_BY_MACHINE = {"A", "U", "AUTO"}
"""Methods in field 9.005 or 9.350: found by a machine and not edited by people."""


@dataclass(frozen=True, slots=True)
class TypeNine:
    """The content of a type-9 record."""

    features: MarkedFeatures
    frame: Frame
    """The frame of the image or, without an image, a frame around the features."""
    is_by_people: bool
    left_out: int
    """Number of minutiae that are outside the image or have no direction."""


def type_nine(record: Any, image: Frame | None) -> TypeNine:
    """Return the features of a record in pixels of its image. Raises PartRefusedError."""
    tag, reader = _reader_of(record)
    drawn = reader(record, image)
    frame = image or drawn.frame or _own_frame(drawn.features, NOMINAL_PPI)
    inside = tuple(one for one in drawn.features.minutiae if _is_inside(one, frame))
    # A region of interest says where the extractor's minutiae count, even without any of its own.
    if not inside and (image is None or rows_of(record, tag) or not drawn.features.region):
        raise PartRefusedError("No minutia with a direction lies inside the image.")
    features = replace(drawn.features, minutiae=inside)
    left_out = len(rows_of(record, tag)) - len(inside)
    return TypeNine(features, frame, _is_by_people(record), left_out)


def finger_codes(record: Any) -> tuple[str, ...]:
    """Return the finger positions that a record states, in whichever block it has."""
    stated = rows_of(record, 6) or rows_of(record, 134) or rows_of(record, 302)
    return tuple(dict.fromkeys(row[0] for row in stated if row and row[0]))


_UNREAD = (
    *(7, 11, 138),
    *(303, 307, 308, 309, 310, 311, 312, 313, 314, 315, 316, 317, 322, 323, 324, 325, 326),
    *(332, 333, 334, 335, 336, 337, 340, 341, 342, 343, 344, 345, 346, 347),
)
"""Features that are known but not read: pattern, ridge counts, quality maps, pores and so on."""


def unread_features(record: Any) -> tuple[int, ...]:
    """Return the numbers of the fields with features that are not read."""
    return tuple(tag for tag in _UNREAD if rows_of(record, tag))


def _reader_of(record: Any) -> tuple[int, Callable[[Any, Frame | None], Drawn]]:
    """Return the number of the minutiae field, and the reader of its block."""
    for tag, reader in ((331, extended_features), (137, _incits), (12, _standard)):
        if rows_of(record, tag):
            return tag, reader
    if rows_of(record, 300):
        return 331, extended_features
    if text_of(record, 4) == "U":
        raise PartRefusedError(
            "The minutiae are in a vendor's own fields: send them in field 9.012, 9.137 or 9.331."
        )
    raise PartRefusedError("The record has no minutiae in field 9.012, 9.137 or 9.331.")


def _incits(record: Any, image: Frame | None) -> Drawn:
    frame = _incits_frame(record)
    # The pixels are those of the image that was read, which may have been sent in a larger size.
    scale = image.ppi / frame.ppi if image and frame else 1.0
    if image and frame and not _are_as_large(frame, scale, image):
        raise PartRefusedError(
            "The size and resolution stated with the minutiae (fields 9.128 to 9.131) differ "
            "from those of their image."
        )
    minutiae = minutiae_of(
        rows_of(record, 137),
        lambda row: (
            needed(row[1]) * scale,
            needed(row[2]) * scale,
            float(2 * needed(row[3]) % 360),
            _INCITS_KINDS.get(row[4] if len(row) > 4 else "", MinutiaKind.OTHER),
            quality(row[5] if len(row) > 5 else "", 100),
        ),
    )

    def placed(across: int, down: int) -> Place:
        return (across * scale, down * scale)

    cores, deltas = (efs_places(record, tag, placed) for tag in (139, 140))
    return Drawn(MarkedFeatures(minutiae, (), None, cores, deltas), frame)


def _are_as_large(stated: Frame, scale: float, image: Frame) -> bool:
    wide, high = stated.width_px * scale, stated.height_px * scale
    return (
        abs(wide - image.width_px) <= _SIZE_TOLERANCE * image.width_px
        and abs(high - image.height_px) <= _SIZE_TOLERANCE * image.height_px
    )


def _incits_frame(record: Any) -> Frame | None:
    width, height, across = (number_of(record, tag) for tag in (128, 129, 131))
    unit = number_of(record, 130)
    if not width or not height or not across or unit not in (1, 2):
        return None
    return Frame(width, height, across if unit == 1 else round(across * 2.54))


def _standard(record: Any, image: Frame | None) -> Drawn:
    ppi = image.ppi if image else NOMINAL_PPI
    pixels = ppi / HUNDREDTHS_AN_INCH
    rows = rows_of(record, 12)
    bottom = image.height_px - 1 if image else _own_height(rows, pixels)

    if not any(_PLACE.fullmatch(row[1]) for row in rows if len(row) > 1):
        raise PartRefusedError("No minutia has a position of eleven digits (field 9.012).")

    def spot(row: tuple[str, ...]) -> Spot:
        found = _PLACE.fullmatch(row[1])
        if found is None:
            raise ValueError
        x, y, degrees = map(int, found.groups())
        kind = _STANDARD_KINDS.get(row[3] if len(row) > 3 else "", MinutiaKind.OTHER)
        angle = float((degrees + 180) % 360)
        return x * pixels, bottom - y * pixels, angle, kind, quality(row[2], _BEST)

    minutiae = minutiae_of(rows, spot)
    cores, deltas = (_standard_places(record, tag, pixels, bottom) for tag in (8, 9))
    return Drawn(MarkedFeatures(minutiae, (), None, cores, deltas), None)


def _own_height(rows: tuple[tuple[str, ...], ...], pixels: float) -> float:
    """Return the position of the lower edge if there is no image."""
    places = [_PLACE.fullmatch(row[1]) for row in rows if len(row) > 1]
    highest = max((int(place[2]) for place in places if place), default=0)
    return highest * pixels + _MARGIN_PX


def _standard_places(record: Any, tag: int, pixels: float, bottom: float) -> tuple[Place, ...]:
    found = (re.fullmatch(r"(\d{4})(\d{4})", row[0]) for row in rows_of(record, tag) if row)
    places = ((int(one[1]) * pixels, bottom - int(one[2]) * pixels) for one in found if one)
    return tuple(places)[:MOST_PLACES]


def _is_by_people(record: Any) -> bool:
    methods = {row[1] for row in rows_of(record, 5) if len(row) > 1}
    methods |= {
        row[1]
        for row in rows_of(record, 350)
        if len(row) > 1 and row[0] in ("ALL", "331", "9.331")
    }
    return not (methods and methods <= _BY_MACHINE)


def _own_frame(features: MarkedFeatures, ppi: int) -> Frame:
    """Return a rectangle around minutiae whose image is not known."""
    across = max((one.x_px for one in features.minutiae), default=0.0)
    down = max((one.y_px for one in features.minutiae), default=0.0)
    return Frame(math.ceil(across) + _MARGIN_PX, math.ceil(down) + _MARGIN_PX, ppi)


def _is_inside(minutia: Minutia, frame: Frame) -> bool:
    return minutia.x_px <= frame.width_px - 1 and minutia.y_px <= frame.height_px - 1
