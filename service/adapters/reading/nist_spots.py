"""Parts that the blocks of a type-9 record share: minutiae in pixels, and numbers in fields."""

import math
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from domain.prints.minutiae import MOST_PLACES, MarkedFeatures, Minutia, MinutiaKind
from service.adapters.reading.nist_records import PartRefusedError

HUNDREDTHS_AN_INCH = 2540


@dataclass(frozen=True, slots=True)
class Frame:
    """The image in which features lie."""

    width_px: int
    height_px: int
    ppi: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """Features in pixels, and the frame if the record states one."""

    features: MarkedFeatures
    frame: Frame | None


Spot = tuple[float, float, float, MinutiaKind, int]
"""A minutia: position in pixels, angle in degrees, kind and quality."""


def minutiae_of(
    rows: tuple[tuple[str, ...], ...], spot: Callable[[tuple[str, ...]], Spot]
) -> tuple[Minutia, ...]:
    """Return the minutiae of a field, except those without a position or a direction."""
    if len(rows) > MOST_PLACES:
        raise PartRefusedError("The record has more than 255 minutiae.")
    spots = []
    for row in rows:
        with suppress(ValueError, IndexError):
            spots.append(spot(row))
    return tuple(
        Minutia(x, y, math.radians(degrees), kind, quality)
        for x, y, degrees, kind, quality in spots
        if x >= 0 and y >= 0
    )


def quality(text: str, best: int) -> int:
    """Return the quality of a minutia, 0 to 100. It is 100 if none is stated, as when a person
    marked the minutia.
    """
    value = whole(text)
    return 100 if not value or value > best else round(100 * value / best)


def needed(text: str) -> int:
    """Return the whole number in an item. Raises ValueError."""
    value = whole(text)
    if value is None:
        raise ValueError
    return value


def whole(text: str) -> int | None:
    """Return the whole number in an item, or None if it holds anything else."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,6}", text) else None
