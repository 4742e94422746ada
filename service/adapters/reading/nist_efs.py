"""The extended feature set (EFS) of a type-9 record: fields 9.300 and following."""

import math
import re
from collections.abc import Callable
from typing import Any

from domain.prints.marked_features import MOST_PLACES, MarkedFeatures, Place
from domain.prints.minutiae import MinutiaKind
from service.adapters.reading.nist_records import rows_of
from service.adapters.reading.nist_spots import (
    HUNDREDTHS_AN_INCH,
    Drawn,
    Frame,
    minutiae_of,
    needed,
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
