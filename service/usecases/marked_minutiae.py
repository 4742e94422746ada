"""Minutiae that people marked lead; those of the extractor are added where they may be.

A minutia found by the extractor is added inside the marked region. Where none is marked, a mark is
searched with what people marked, if that is enough for a search, and any other print with all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from domain.marked_features import MarkedFeatures, Place
from domain.minutiae import Minutia
from domain.prints import ImpressionType
from prints.features.parameters import VECTOR
from prints.minutiae.iso19794_2 import MAX_MINUTIAE, MinutiaeView, pixels_a_cm
from service.ports.print_reading import ReadPrint

_SAME_MM = 0.5
"""A minutia that was found this near to a marked one is the same: the breadth of a ridge."""
_MM_AN_INCH = 25.4


@dataclass(frozen=True, slots=True, eq=False)
class Led:
    """The minutiae of a print as it is searched with."""

    view: MinutiaeView
    marked: int
    """Minutiae marked by people."""
    added: int
    """Minutiae added by the extractor."""

    @property
    def words(self) -> str:
        """Return the sentence on the minutiae that are searched with."""
        people = f"{self.marked} minutiae that people marked"
        if not self.added:
            return f"It is searched with {people} and with none that the extractor found."
        return f"It is searched with {people} and {self.added} that the extractor found."


def led_by_people(source: ReadPrint, marked: MarkedFeatures, found: MinutiaeView | None) -> Led:
    """Return the marked minutiae of a print and those found that are added to them.

    `found`: of the extractor; None where it found none.
    """
    kind = source.impression_type or ImpressionType.PLAIN
    added = _added(source, marked, found.minutiae if found else (), kind)
    minutiae = (*marked.minutiae, *added)[:MAX_MINUTIAE]
    height_px, width_px = source.pixels.shape
    view = MinutiaeView(
        source.position,
        kind,
        found.quality if found else None,
        width_px,
        height_px,
        minutiae,
        pixels_a_cm(source.ppi),
    )
    return Led(view, len(marked.minutiae), len(minutiae) - len(marked.minutiae))


def _added(
    source: ReadPrint, marked: MarkedFeatures, found: Sequence[Minutia], kind: ImpressionType
) -> list[Minutia]:
    is_enough = len(marked.minutiae) >= VECTOR.least_minutiae
    if not marked.region and kind is ImpressionType.LATENT and is_enough:
        return []
    near_px = _SAME_MM * source.ppi / _MM_AN_INCH
    return [
        one
        for one in sorted(found, key=lambda one: -one.quality)
        if (not marked.region or _is_inside(one, marked.region))
        and all(_distance_px(one, other) > near_px for other in marked.minutiae)
    ]


def _distance_px(one: Minutia, other: Minutia) -> float:
    return math.hypot(one.x_px - other.x_px, one.y_px - other.y_px)


def _is_inside(minutia: Minutia, region: Sequence[Place]) -> bool:
    """Whether a place lies in a polygon: a ray from it crosses the edge an odd number of times."""
    crossings = 0
    for (x1, y1), (x2, y2) in zip(region, (*region[1:], region[0]), strict=True):
        if (y1 > minutia.y_px) != (y2 > minutia.y_px):
            crossing = x1 + (minutia.y_px - y1) / (y2 - y1) * (x2 - x1)
            crossings += minutia.x_px < crossing
    return crossings % 2 == 1
