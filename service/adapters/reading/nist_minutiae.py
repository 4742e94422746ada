"""Minutiae of a type-9 record, standard fields 9.003-9.012.

Places are hundredths of a millimetre from the lower left corner; the angle, in degrees
anticlockwise from the right, points out of the ridge: half a turn from the convention of
ISO/IEC 19794-2 that `domain.minutiae` keeps. A place needs the height of the image, so that the
record of the image with the same finger must be in the transaction.
"""

from __future__ import annotations

import math
import re
from typing import Any

from domain.errors import InvalidMinutiaeError
from domain.minutiae import Minutia, MinutiaKind
from prints.minutiae.iso19794_2 import MAX_MINUTIAE, MinutiaeView
from service.adapters.reading.nist_records import (
    PartRefusedError,
    impression_of,
    needed_number,
    position_of,
    rows_of,
    text_of,
)
from service.ports.print_reading import ReadPrint

_PLACE = re.compile(r"(\d{4})(\d{4})(\d{3})")
_HUNDREDTHS_AN_INCH = 2540
_BEST = 63
"""Quality runs from 0 (manual) or 1 (none) to 63 in the standard fields."""
_KINDS = {"A": MinutiaKind.RIDGE_ENDING, "B": MinutiaKind.BIFURCATION}


def minutiae_of(record: Any, images: dict[int, ReadPrint]) -> MinutiaeView:
    """Return the minutiae of a record; `images` by finger position of the same transaction.

    Raises PartRefusedError.
    """
    if text_of(record, 4) not in ("S", ""):
        raise PartRefusedError("Its minutiae are in a vendor's format.")
    impression_type, _ = impression_of(needed_number(record, 3))
    codes = {row[0] for row in rows_of(record, 6) if row}
    if len(codes) != 1 or not (code := codes.pop()).isdigit():
        raise PartRefusedError("It does not name one finger.")
    position = position_of(int(code), impression_type)
    image = images.get(int(position))
    if image is None:
        raise PartRefusedError(
            "It has no image of its finger, so the positions of its minutiae cannot be worked out."
        )
    try:
        height_px, width_px = image.pixels.shape
        return MinutiaeView(
            position=position,
            impression_type=impression_type,
            quality=None,
            width_px=width_px,
            height_px=height_px,
            minutiae=_minutiae(rows_of(record, 12), image),
            pixels_per_cm=round(image.ppi / 2.54),
        )
    except InvalidMinutiaeError as error:
        raise PartRefusedError(error.detail) from None


def _minutiae(rows: tuple[tuple[str, ...], ...], image: ReadPrint) -> tuple[Minutia, ...]:
    if len(rows) > MAX_MINUTIAE:
        raise PartRefusedError("It has more than 255 minutiae.")
    # Compound and undetermined ones (C, D) are left out: they are neither of the two kinds.
    return tuple(
        _minutia(row, image, _KINDS[row[3]]) for row in rows if len(row) > 3 and row[3] in _KINDS
    )


def _minutia(row: tuple[str, ...], image: ReadPrint, kind: MinutiaKind) -> Minutia:
    found = _PLACE.fullmatch(row[1])
    if found is None:
        raise PartRefusedError("The position of a minutia is not eleven digits.")
    x, y, degrees = map(int, found.groups())
    pixels = image.ppi / _HUNDREDTHS_AN_INCH
    quality = int(row[2]) if row[2].isascii() and row[2].isdigit() else 0
    return Minutia(
        x_px=x * pixels,
        y_px=image.pixels.shape[0] - 1 - y * pixels,
        angle_rad=math.radians((degrees + 180) % 360),
        kind=kind,
        quality=min(100, round(100 * quality / _BEST)),
    )
