"""API schemas of the mark-up of a probe."""

from typing import Annotated

from pydantic import Field

from domain.examination import markups
from domain.prints.prints import FingerPosition
from service.api.base import Answer, Body
from service.api.shapes import shows

Pixel = Annotated[int, Field(json_schema_extra={"minimum": 0, "maximum": markups.LARGEST_PX})]


class FeatureBody(Body):
    """One feature that is marked in the probe; coordinates in pixels of its picture."""

    states = markups.Feature

    x_px: Pixel
    y_px: Pixel
    kind: markups.FeatureKind = markups.FeatureKind.MINUTIA
    certainty: markups.Certainty = markups.Certainty.DEFINITE
    direction_deg: int | None = None


class PlaceBody(Body):
    """One point of a traced ridge or corner of an outline, in pixels of the picture."""

    states = markups.Place

    x_px: Pixel
    y_px: Pixel


class TraceBody(Body):
    """One ridge that is traced in the probe: a line through points, in order."""

    places: tuple[PlaceBody, ...] = Field(description=f"From 2 to {markups.LONGEST_TRACE}.")


class FingerMarkupBody(Body):
    """One finger of the probe, marked up before any exemplar is shown."""

    states = markups.FingerMarkup

    position: FingerPosition
    is_of_value: bool = True
    is_complex: bool = False
    ridge_flow: markups.RidgeFlow = markups.RidgeFlow.NOT_CLEAR
    is_distorted: bool = False
    is_reversed: bool = False
    features: tuple[FeatureBody, ...] = Field(
        default=(), description=f"At most {markups.MOST_FEATURES} features."
    )
    traces: tuple[TraceBody, ...] = Field(
        default=(), description=f"Traced ridges, at most {markups.MOST_TRACES}."
    )
    outline: tuple[PlaceBody, ...] = Field(
        default=(),
        description="The corners of the part to search with: 3 to "
        f"{markups.MOST_CORNERS}, or none.",
    )


@shows(markups.Feature)
class FeatureAnswer(Answer):
    """One feature that was marked in the probe; coordinates in pixels of its picture."""


@shows(markups.Place)
class PlaceAnswer(Answer):
    """One point of a traced ridge or corner of an outline, in pixels of the picture."""


class TraceAnswer(Answer):
    """One ridge that was traced in the probe: a line through points, in order."""

    places: tuple[PlaceAnswer, ...]


@shows(markups.FingerMarkup, without=("ppi",))
class FingerMarkupAnswer(Answer):
    """One finger of the probe as it was marked up."""

    features: tuple[FeatureAnswer, ...]
    """The features marked in the print."""
    traces: tuple[TraceAnswer, ...] = ()
    """Ridges that were traced in the print."""
    outline: tuple[PlaceAnswer, ...] = ()
