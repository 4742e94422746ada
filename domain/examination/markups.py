"""The mark-up of a probe: its features as an examiner marks them before any exemplar is shown."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

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

NOMINAL_PPI = 500
"""The resolution at which distances are stated. It is also assumed if a resolution is not
known.
"""

SAME_PLACE_PX = 12.0
"""A point of a comparison within this distance of a marked feature is taken to be that feature.
The value is a choice: slightly more than the distance between two ridges (about 9 pixels). In
pixels at NOMINAL_PPI.
"""


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
    y_px: int
    kind: FeatureKind = FeatureKind.MINUTIA
    certainty: Certainty = Certainty.DEFINITE
    direction_deg: int | None = None
    """The direction of a minutia, from 0 to 359 degrees, counterclockwise from the right. None:
    not stated.
    """


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a print, in pixels of its image from the top left."""

    x_px: int
    y_px: int


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
    is_complex: bool = False
    """Poor, distorted or ambiguous: another examiner may well interpret it differently."""
    ridge_flow: RidgeFlow = RidgeFlow.NOT_CLEAR
    is_distorted: bool = False
    """Distortion by pressure, movement or the surface."""
    is_reversed: bool = False
    """Tonal reversal: the ridges are light and the valleys dark."""
    features: tuple[Feature, ...] = ()
    traces: tuple[Trace, ...] = ()
    ppi: int = NOMINAL_PPI
    """Pixels per inch of the picture in which the features were marked."""

    @property
    def same_place_px(self) -> float:
        """The distance within which two places of the picture count as the same place."""
        return SAME_PLACE_PX * self.ppi / NOMINAL_PPI


def check_markup(fingers: Sequence[FingerMarkup], positions: Collection[FingerPosition]) -> None:
    """Raise InvalidInputError if the mark-up names other fingers than the probe's, or is out of
    bounds.

    `positions` are the fingers of the probe.
    """
    named = [finger.position for finger in fingers]
    if len(set(named)) < len(named) or not set(named) <= set(positions):
        raise InvalidInputError(
            "Mark up each finger once, and only fingers of the probe.", pointer="/fingers"
        )
    for finger in fingers:
        _check_features(finger)
        _check_traces(finger)


def _check_features(finger: FingerMarkup) -> None:
    if len(finger.features) > MOST_FEATURES or not _are_within(finger.features):
        raise InvalidInputError(
            f"Mark at most {MOST_FEATURES} features on each finger, with coordinates from 0"
            f" to {LARGEST_PX} pixels.",
            pointer="/fingers",
        )
    if not all(_is_directed(one) for one in finger.features if one.direction_deg is not None):
        raise InvalidInputError(
            "Only a minutia may have a direction, from 0 to 359 degrees.", pointer="/fingers"
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
            f"{LONGEST_TRACE} points at pixels 0 to {LARGEST_PX} of the picture.",
            pointer="/fingers",
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
