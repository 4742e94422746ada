"""Features of a print that people marked before the print was sent here: the content of a type-9
record.

The features are written as JSON into the stored picture, so they are sealed, erased and returned
together with it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.errors import InvalidMinutiaeError
from domain.prints.minutiae import MINUTIA_KINDS, Minutia

MOST_PLACES = 255
"""The maximum number of minutiae, corners of a region, cores or deltas in one print."""

Place = tuple[float, float]
"""A position in pixels of the image, from its left and its top edge."""


@dataclass(frozen=True, slots=True)
class MarkedFeatures:
    """Features of one print, in pixels of its image."""

    minutiae: tuple[Minutia, ...]
    region: tuple[Place, ...] = ()
    """The corners of the region of interest; empty if no region is marked."""
    turned_degrees: int | None = None
    """Deviation of the impression from upright, in degrees, as stated in the record."""
    cores: tuple[Place, ...] = ()
    deltas: tuple[Place, ...] = ()

    def told(self) -> dict[str, Any]:
        """Return the features as JSON values."""
        return {
            "minutiae": [
                [
                    round(one.x_px, 2),
                    round(one.y_px, 2),
                    round(math.degrees(one.angle_rad), 2) % 360,
                    MINUTIA_KINDS.index(one.kind),
                    one.quality,
                ]
                for one in self.minutiae
            ],
            "region": [list(place) for place in self.region],
            "turned_degrees": self.turned_degrees,
            "cores": [list(place) for place in self.cores],
            "deltas": [list(place) for place in self.deltas],
        }


def marked_features(told: Mapping[str, Any]) -> MarkedFeatures:
    """Return the features from the output of `MarkedFeatures.told`. Raises ValueError for anything
    else.
    """
    try:
        degrees = told["turned_degrees"]
        return MarkedFeatures(
            tuple(_minutia(one) for one in _few(told["minutiae"])),
            _places(told["region"]),
            None if degrees is None else int(degrees),
            _places(told["cores"]),
            _places(told["deltas"]),
        )
    except (KeyError, TypeError, IndexError, InvalidMinutiaeError) as error:
        raise ValueError from error


def _minutia(told: Sequence[Any]) -> Minutia:
    x_px, y_px, degrees, kind, quality = told
    return Minutia(
        float(x_px), float(y_px), math.radians(degrees), MINUTIA_KINDS[int(kind)], int(quality)
    )


def _places(told: Sequence[Any]) -> tuple[Place, ...]:
    places = tuple((float(x_px), float(y_px)) for x_px, y_px in _few(told))
    if not all(math.isfinite(value) for place in places for value in place):
        raise ValueError
    return places


def _few(told: Sequence[Any]) -> Sequence[Any]:
    if len(told) > MOST_PLACES:
        raise ValueError
    return told
