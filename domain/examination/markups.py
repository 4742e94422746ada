"""The mark-up of a probe before any exemplar is shown, and enhancements of prints on screen."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from domain.errors import InvalidInputError
from domain.prints.prints import FingerPosition

LARGEST_PX = 4_096
"""The largest side of a picture of a print, in pixels."""

MOST_FEATURES = 200
"""The maximum number of marked features in a finger."""

MOST_TRACES = 60
"""The maximum number of traced ridges in a finger."""

LONGEST_TRACE = 120
"""The maximum number of places in a traced ridge."""

MOST_CORNERS = 99
"""The maximum number of corners of an outline, as of a region of interest in a type-9 record."""

NOMINAL_PPI = 500
"""The resolution at which distances are stated, and the one assumed if none is known."""

SAME_PLACE_PX = 12.0
"""A point this near a marked feature, in pixels at NOMINAL_PPI, is taken to be that feature. The
value is a choice: slightly more than the distance between two ridges (about 9 pixels)."""


class FeatureKind(StrEnum):
    """The kind of feature."""

    MINUTIA = "minutia"
    """A minutia whose type the examiner does not state."""
    ENDING = "ridge ending"
    BIFURCATION = "bifurcation"
    CORE = "core"
    DELTA = "delta"

    @property
    def is_minutia(self) -> bool:
        """Whether the feature is a minutia of any type."""
        return self not in {FeatureKind.CORE, FeatureKind.DELTA}


class Certainty(StrEnum):
    """How sure the examiner is that the feature is there."""

    DEFINITE = "definite"
    DEBATABLE = "debatable"


class RidgeFlow(StrEnum):
    """The pattern formed by the ridges."""

    NOT_CLEAR = "not clear"
    ARCH = "arch"
    LEFT_LOOP = "left loop"
    RIGHT_LOOP = "right loop"
    WHORL = "whorl"


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature of a print, in pixels of its image from the top left."""

    x_px: int
    """Column in pixels from the left."""
    y_px: int
    """Row in pixels from the top."""
    kind: FeatureKind = FeatureKind.MINUTIA
    certainty: Certainty = Certainty.DEFINITE
    direction_deg: int | None = None
    """A minutia's direction, 0 to 359 degrees counterclockwise from the right; or None."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a print, in pixels of its image from the top left."""

    x_px: int
    """Column in pixels from the left."""
    y_px: int
    """Row in pixels from the top."""


@dataclass(frozen=True, slots=True)
class Trace:
    """A ridge that an examiner traced: a line through places of the print, in order."""

    places: tuple[Place, ...]
    """At least two places."""


@dataclass(frozen=True, slots=True)
class FingerMarkup:
    """One finger of the probe, as the examiner analysed it."""

    position: FingerPosition
    is_of_value: bool = True
    """Whether the probe can be compared at all."""
    is_complex: bool = False
    """Poor, distorted or ambiguous: another examiner may well interpret it differently."""
    ridge_flow: RidgeFlow = RidgeFlow.NOT_CLEAR
    is_distorted: bool = False
    """Distortion by pressure, movement or the surface."""
    is_reversed: bool = False
    """Tonal reversal: the ridges are light and the valleys dark."""
    features: tuple[Feature, ...] = ()
    traces: tuple[Trace, ...] = ()
    outline: tuple[Place, ...] = ()
    """The corners of the part in which ridges can be read, in order; empty if none is drawn."""
    ppi: int = NOMINAL_PPI
    """Pixels per inch of the picture in which the features were marked."""

    @property
    def same_place_px(self) -> float:
        """The distance within which two places of the picture count as the same place."""
        return SAME_PLACE_PX * self.ppi / NOMINAL_PPI


def check_markup(fingers: Sequence[FingerMarkup], positions: Collection[FingerPosition]) -> None:
    """Raise InvalidInputError for a finger not in the probe's `positions`, or a mark-up out of
    bounds.
    """
    named = [finger.position for finger in fingers]
    if len(set(named)) < len(named) or not set(named) <= set(positions):
        raise InvalidInputError(
            "Mark up each finger once, and only fingers of the probe.", pointer="/fingers"
        )
    for finger in fingers:
        _check_features(finger)
        _check_traces(finger)
        _check_outline(finger.outline)


def _check_features(finger: FingerMarkup) -> None:
    if len(finger.features) > MOST_FEATURES or not _are_within(finger.features):
        raise InvalidInputError(
            f"Mark at most {MOST_FEATURES} features on each finger, with coordinates from 0"
            f" to {LARGEST_PX} pixels.",
            pointer="/fingers",
        )
    if not all(_is_directed(one) for one in finger.features if one.direction_deg is not None):
        raise InvalidInputError(
            "Give a direction only for minutiae, in degrees from 0 to 359.", pointer="/fingers"
        )


def _is_directed(feature: Feature) -> bool:
    return feature.kind.is_minutia and 0 <= (feature.direction_deg or 0) < 360


def _check_traces(finger: FingerMarkup) -> None:
    if len(finger.traces) > MOST_TRACES or not all(
        2 <= len(trace.places) <= LONGEST_TRACE and _are_within(trace.places)
        for trace in finger.traces
    ):
        raise InvalidInputError(
            f"In each finger, trace at most {MOST_TRACES} ridges, each with 2 to "
            f"{LONGEST_TRACE} points, with x and y from 0 to {LARGEST_PX} pixels.",
            pointer="/fingers",
        )


def _check_outline(corners: Sequence[Place]) -> None:
    if corners and not (3 <= len(corners) <= MOST_CORNERS and _are_within(corners)):
        raise InvalidInputError(
            f"Give the outline of each finger 3 to {MOST_CORNERS} corners, with x and y from 0 to"
            f" {LARGEST_PX} pixels.",
            pointer="/fingers",
        )
    edges = list(zip(corners, (*corners[1:], *corners[:1]), strict=True))
    if corners and (
        not sum(one.x_px * to.y_px - to.x_px * one.y_px for one, to in edges)
        or any(_cross(*pair) for pair in combinations(edges, 2))
    ):
        raise InvalidInputError(
            "An outline must go around a part of the print once and not cross itself.",
            pointer="/fingers",
        )


_Edge = tuple[Place, Place]


def _cross(one: _Edge, other: _Edge) -> bool:
    """Whether two edges cross. Edges that only touch do not."""
    return all(
        _side(*edge, ends[0]) * _side(*edge, ends[1]) < 0
        for edge, ends in ((one, other), (other, one))
    )


def _side(begin: Place, end: Place, place: Place) -> int:
    """Return on which side of a line a place lies, as the sign of the number."""
    return (end.x_px - begin.x_px) * (place.y_px - begin.y_px) - (end.y_px - begin.y_px) * (
        place.x_px - begin.x_px
    )


def _are_within(places: Sequence[Feature | Place]) -> bool:
    return all(0 <= side <= LARGEST_PX for one in places for side in (one.x_px, one.y_px))


def is_marked(
    fingers: Sequence[FingerMarkup], position: FingerPosition, x_px: int, y_px: int
) -> bool:
    """Whether a place of the probe coincides with a feature marked in this finger.

    A probe of an unknown finger has one print, which is compared with every finger.
    """
    return any(
        math.hypot(feature.x_px - x_px, feature.y_px - y_px) <= finger.same_place_px
        for finger in fingers
        if finger.position in {position, FingerPosition.UNKNOWN}
        for feature in finger.features
    )


def traces_in(fingers: Sequence[FingerMarkup], position: FingerPosition) -> tuple[Trace, ...]:
    """Return the ridges traced in one finger of the probe."""
    return tuple(t for finger in fingers if finger.position == position for t in finger.traces)


MOST_ENHANCEMENTS = 80
"""The maximum number of enhancements in a comparison."""

PLAIN_PERCENT = 100
_LEAST_PERCENT, _MOST_PERCENT = 10, 500


class Filter(StrEnum):
    """A change of the shades of a print on the screen. The stored print is not changed."""

    INVERTED = "inverted"
    EQUALISED = "equalised"
    LOCAL_CONTRAST = "local contrast"
    """Histogram equalisation in tiles of about 3 mm, with limited gain."""
    FLATTENED = "background removed"
    """The mean shade around each pixel is removed."""
    SHARPENED = "sharpened"


class PrintSide(StrEnum):
    """Whether this is the probe or the exemplar."""

    PROBE = "probe"
    EXEMPLAR = "exemplar"


@dataclass(frozen=True, slots=True)
class Enhancement:
    """One enhanced view of one print, in which points were set or the outcome was chosen."""

    position: FingerPosition
    """The position of the exemplar's finger."""
    side: PrintSide
    filters: tuple[Filter, ...] = ()
    """The filters applied to the print, in order."""
    contrast_percent: int = PLAIN_PERCENT
    """Contrast in percent; 100 is as captured."""
    brightness_percent: int = PLAIN_PERCENT
    """Brightness in percent; 100 is as captured."""

    @property
    def in_words(self) -> str:
        """A description of the enhancement for people to read."""
        told = [one.value for one in self.filters]
        if self.contrast_percent != PLAIN_PERCENT:
            told.append(f"contrast {self.contrast_percent} %")
        if self.brightness_percent != PLAIN_PERCENT:
            told.append(f"brightness {self.brightness_percent} %")
        finger = self.position.words if self.position else "finger unknown"
        return f"{self.side.value}, {finger}: {', '.join(told) or 'as captured'}"


def check_enhancements(enhancements: Sequence[Enhancement]) -> None:
    """Raise InvalidInputError for too many, a repeated filter, or a percentage out of range."""
    shares = [n for one in enhancements for n in (one.contrast_percent, one.brightness_percent)]
    if (
        len(enhancements) > MOST_ENHANCEMENTS
        or not all(_LEAST_PERCENT <= share <= _MOST_PERCENT for share in shares)
        or any(len(set(one.filters)) < len(one.filters) for one in enhancements)
    ):
        raise InvalidInputError(
            f"State at most {MOST_ENHANCEMENTS} enhancements, each filter only once, with "
            f"contrast and brightness from {_LEAST_PERCENT} to {_MOST_PERCENT} percent.",
            pointer="/enhancements",
        )
