"""Minutiae: the places where ridges end or divide, and sets of minutiae, found or marked."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from domain.arrays import Float32s, Float64s, UInt8s
from domain.errors import InvalidMinutiaeError


class MinutiaKind(StrEnum):
    """The kind of a minutia: a ridge ending or a bifurcation."""

    RIDGE_ENDING = "ridge ending"
    BIFURCATION = "bifurcation"
    OTHER = "other"
    """Not distinguished, or neither. Some other extractors write this kind."""


@dataclass(frozen=True, slots=True)
class Minutia:
    """One minutia of an image.

    Raises InvalidMinutiaeError for a negative or infinite position, an angle outside [0, 2 pi) or
    a quality outside 0-100.
    """

    x_px: float
    """From the left edge of the image."""
    y_px: float
    """From the top edge of the image."""
    angle_rad: float
    """Anticlockwise from the positive x axis of the displayed image, as in ISO/IEC 19794-2. A
    ridge ending points along its ridge; a bifurcation points into the valley between its two
    branches."""
    kind: MinutiaKind
    quality: int
    """0 to 100."""

    def __post_init__(self) -> None:
        if not (0.0 <= self.x_px < math.inf and 0.0 <= self.y_px < math.inf):
            raise InvalidMinutiaeError(
                "A minutia lies outside its image: correct its position or the size of the image."
            )
        if not 0.0 <= self.angle_rad < math.tau:
            raise InvalidMinutiaeError("The angle of a minutia must be from 0 to 2 pi.")
        if not 0 <= self.quality <= 100:
            raise InvalidMinutiaeError(
                "The quality of a minutia must be a whole number from 0 to 100."
            )


NOMINAL_PPI = 500
"""Pixels per inch at which prints are compared: those of ANSI/NIST-ITL exchange."""

MIN_PPI, MAX_PPI = 100.0, 2000.0
MAX_MINUTIAE = 65_535
MAX_SIDE_PX = 16_383
"""The limit of ISO/IEC 19794-2, whose coordinates have 14 bits."""

MINUTIA_KINDS = tuple(MinutiaKind)
"""The order by which a kind is turned into a small integer in arrays and files."""


@dataclass(frozen=True, slots=True, eq=False)
class MinutiaeSet:
    """n minutiae of one image, in any order. The arrays are read-only.

    Raises InvalidMinutiaeError for a wrong shape or dtype, a position outside the image, a value
    out of range, or more than MAX_MINUTIAE.
    """

    places_px: Float32s
    """float32 (n, 2): x from the left and y from the top, in pixels of the image."""
    angles_rad: Float32s
    """float32 (n,): from 0 to 2 pi, anticlockwise as displayed; see `Minutia`."""
    kind_codes: UInt8s
    """uint8 (n,): index into MINUTIA_KINDS."""
    qualities: UInt8s
    """uint8 (n,): 0-100, as graded by the extractor itself."""
    width_px: int
    height_px: int
    ppi: float
    """Pixels per inch of the image."""

    def __post_init__(self) -> None:
        _check_frame(self)
        _check_columns(self)
        _check_values(self)
        for column in (self.places_px, self.angles_rad, self.kind_codes, self.qualities):
            column.flags.writeable = False

    def __len__(self) -> int:
        return len(self.angles_rad)

    @property
    def places_nominal_px(self) -> Float64s:
        """float64 (n, 2): the positions in pixels at NOMINAL_PPI."""
        scale = NOMINAL_PPI / self.ppi
        return np.asarray(self.places_px.astype(np.float64) * scale)

    @property
    def minutiae(self) -> tuple[Minutia, ...]:
        """The minutiae as one value each, in the same order."""
        return tuple(
            Minutia(x_px, y_px, angle_rad % math.tau, MINUTIA_KINDS[code], quality)
            for (x_px, y_px), angle_rad, code, quality in zip(
                self.places_px.tolist(),
                self.angles_rad.tolist(),
                self.kind_codes.tolist(),
                self.qualities.tolist(),
                strict=True,
            )
        )


def minutiae_set(
    minutiae: Sequence[Minutia], *, width_px: int, height_px: int, ppi: float
) -> MinutiaeSet:
    """Return the minutiae as columns. Raises InvalidMinutiaeError."""
    places = [(minutia.x_px, minutia.y_px) for minutia in minutiae]
    return MinutiaeSet(
        np.array(places, dtype=np.float32).reshape(-1, 2),
        np.array([minutia.angle_rad for minutia in minutiae], dtype=np.float32),
        np.array([MINUTIA_KINDS.index(minutia.kind) for minutia in minutiae], dtype=np.uint8),
        np.array([minutia.quality for minutia in minutiae], dtype=np.uint8),
        width_px,
        height_px,
        ppi,
    )


def _check_frame(minutiae: MinutiaeSet) -> None:
    sides = (minutiae.width_px, minutiae.height_px)
    if not all(1 <= side <= MAX_SIDE_PX for side in sides):
        raise InvalidMinutiaeError(f"The image's sides must be 1 to {MAX_SIDE_PX} pixels.")
    if not MIN_PPI <= minutiae.ppi <= MAX_PPI:
        raise InvalidMinutiaeError(
            f"The resolution must be {MIN_PPI:.0f} to {MAX_PPI:.0f} pixels per inch."
        )


def _check_columns(minutiae: MinutiaeSet) -> None:
    n = len(minutiae.angles_rad)
    if n > MAX_MINUTIAE:
        raise InvalidMinutiaeError(f"An impression must have at most {MAX_MINUTIAE} minutiae.")
    wanted = (
        (minutiae.places_px, (n, 2), np.float32),
        (minutiae.angles_rad, (n,), np.float32),
        (minutiae.kind_codes, (n,), np.uint8),
        (minutiae.qualities, (n,), np.uint8),
    )
    for column, shape, dtype in wanted:
        if column.shape != shape or column.dtype != dtype:
            raise InvalidMinutiaeError("A column of minutiae has the wrong shape or type.")


def _check_values(minutiae: MinutiaeSet) -> None:
    x_px, y_px = minutiae.places_px[:, 0], minutiae.places_px[:, 1]
    within = (x_px >= 0) & (y_px >= 0) & (x_px < minutiae.width_px) & (y_px < minutiae.height_px)
    if not np.all(within):
        raise InvalidMinutiaeError(
            "A minutia lies outside its image: correct its position or the size of the image."
        )
    if not np.all((minutiae.angles_rad >= 0) & (minutiae.angles_rad <= np.float32(math.tau))):
        raise InvalidMinutiaeError("The angle of a minutia must be from 0 to 2 pi.")
    if np.any(minutiae.kind_codes >= len(MINUTIA_KINDS)):
        raise InvalidMinutiaeError("A minutia has an unknown kind: use one of the known kinds.")
    if np.any(minutiae.qualities > 100):
        raise InvalidMinutiaeError(
            "The quality of a minutia must be a whole number from 0 to 100."
        )


MOST_PLACES = 255
"""The maximum number of minutiae, corners of a region, cores or deltas in one print."""

Place = tuple[float, float]
"""A position in pixels of the image, from its left and its top edge."""


@dataclass(frozen=True, slots=True)
class MarkedFeatures:
    """Features of one print that people marked before it was sent here, in pixels of its image.

    They are the content of a type-9 record. They are written as JSON into the stored picture, so
    they are sealed, erased and returned together with it.
    """

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
    """Return the features that `MarkedFeatures.told` gave. Raises ValueError for anything else."""
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
