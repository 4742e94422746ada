"""Minutiae: the places where ridges end or divide."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import InvalidMinutiaeError


class MinutiaKind(StrEnum):
    """The kind of a minutia: a ridge ends or divides."""

    RIDGE_ENDING = "ridge ending"
    BIFURCATION = "bifurcation"
    OTHER = "other"
    """Not distinguished, or neither: extractors of others write it."""


@dataclass(frozen=True, slots=True)
class Minutia:
    """One minutia of an image.

    Raises InvalidMinutiaeError for a negative or infinite place, an angle outside [0, 2 pi) or a
    quality outside 0-100.
    """

    x_px: float
    """From the left edge of the image."""
    y_px: float
    """From the top edge of the image."""
    angle_rad: float
    """Anticlockwise from the positive x axis of the displayed image, as in ISO/IEC 19794-2: from
    an ending along its ridge, from a bifurcation into the valley between the two branches."""
    kind: MinutiaKind
    quality: int
    """0 to 100."""

    def __post_init__(self) -> None:
        if not (0.0 <= self.x_px < math.inf and 0.0 <= self.y_px < math.inf):
            raise InvalidMinutiaeError(
                "A minutia lies outside its image: correct its position or the size of the image."
            )
        if not 0.0 <= self.angle_rad < math.tau:
            raise InvalidMinutiaeError(
                "The angle of a minutia must be at least 0 and less than 2 pi."
            )
        if not 0 <= self.quality <= 100:
            raise InvalidMinutiaeError(
                "The quality of a minutia must be a whole number from 0 to 100."
            )
