"""API schemas of the examiner's steps; `service.usecases.examination.views` hides data."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from domain.examination import markups
from domain.examination.cases import Outcome, Placing, PointPair
from domain.examination.point_geometry import FingerGeometry
from domain.ids import DecisionId
from domain.prints.prints import FingerPosition
from service.api.base import Answer, Body, LongText, OpaqueId, Reason
from service.api.shapes import From, shows

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


Label = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class AnalysisBody(Body):
    """The first step, in which only the probe is shown."""

    is_of_value: bool
    """Whether the probe can be compared at all."""
    notes: LongText = ""
    """Notes of the analysis."""
    fingers: tuple[FingerMarkupBody, ...] = Field(default=(), max_length=20)
    """The mark-up of the probe, finger by finger."""


class PointPairBody(Body):
    """One feature marked in both prints of a finger; coordinates in pixels of each picture."""

    states = PointPair

    position: FingerPosition
    probe_x_px: Pixel
    probe_y_px: Pixel
    exemplar_x_px: Pixel
    exemplar_y_px: Pixel
    probe_placing: Placing
    """How a person put the point on the probe: clicked, moved by keys, or snapped to the minutia
    nearest to where the person had put the cross. No program places a point."""
    exemplar_placing: Placing
    """How the point was put on the exemplar, in the same terms."""


class EnhancementBody(Body):
    """How one print was displayed when its points were set or the outcome was chosen."""

    states = markups.Enhancement

    position: FingerPosition
    side: markups.PrintSide
    filters: tuple[markups.Filter, ...] = ()
    contrast_percent: int = markups.PLAIN_PERCENT
    brightness_percent: int = markups.PLAIN_PERCENT


class EvaluationBody(Body):
    """What every evaluation of an exemplar states."""

    outcome: Outcome
    points: tuple[PointPairBody, ...] = ()
    """At most 200 pairs, marked during the comparison; they are sealed with the evaluation."""
    fingers_compared: Annotated[tuple[FingerPosition, ...] | None, From("compared")] = Field(
        default=None, max_length=11
    )
    """The fingers compared; if absent, all fingers that were shown in both prints."""
    fingers_identified: Annotated[tuple[FingerPosition, ...], From("identified")] = Field(
        default=(), max_length=11
    )
    """At least one finger for an identification, exactly one if the probe is a mark; else none."""
    why_close: LongText = ""
    """Why the points of the identified finger cover less area than the office requires; stated
    only if they do."""
    enhancements: tuple[EnhancementBody, ...] = Field(
        default=(),
        description="Settings other than the print as captured; at most "
        f"{markups.MOST_ENHANCEMENTS}.",
    )


class ComparisonBody(EvaluationBody):
    """The evaluation of the exemplar that is shown now."""

    label: Label
    """Neutral label of the exemplar, which does not reveal its rank."""
    reason: LongText = ""
    """The reason in words; it is stored sealed, and is not part of the log."""


class RevisionBody(EvaluationBody):
    """A new evaluation that replaces a sealed one; its outcome differs from the current one."""

    reason: Reason = Field(description="Why the sealed evaluation is no longer right.")


class DecisionBody(Body):
    """The outcome of the whole examination."""

    outcome: Outcome
    label: Label | None = None
    """The exemplar that is identified; null for other outcomes."""
    reason: Reason
    revision: OpaqueId
    """The revision of the case that the decision is based on."""


class DecisionIdAnswer(Answer):
    """The decision that was sealed."""

    decision_id: DecisionId


class AnalysisAnswer(Answer):
    """The caller's own sealed analysis."""

    is_of_value: bool
    """Whether the probe can be compared at all."""
    notes: str
    """Notes of the analysis."""
    sealed_at: datetime
    """When it was sealed; nobody can change it after that."""
    fingers: tuple[FingerMarkupAnswer, ...]
    """The mark-up of the probe, finger by finger."""


@shows(PointPair)
class PointPairAnswer(Answer):
    """One feature marked in both prints of a finger; coordinates in pixels of each picture."""

    probe_placing: Placing | None
    """Clicked, moved or snapped; null if an earlier release did not record it."""


@shows(FingerGeometry)
class FingerGeometryAnswer(Answer):
    """The measurements of one finger's point pairs, made when the pairs were sealed."""


@shows(markups.Enhancement)
class EnhancementAnswer(Answer):
    """How one print was displayed when its points were set or the outcome was chosen."""


class FingersAnswer(Answer):
    """The fingers of a finding, as FGP numbers of ANSI/NIST-ITL."""

    compared: tuple[FingerPosition, ...]
    """The fingers that were compared."""
    identified: tuple[FingerPosition, ...]
    """The fingers that were identified."""


FINGERS = Field(description="Null if an earlier release did not record the fingers.")


class SealedAnswer(Answer):
    """What an examiner sealed."""

    outcome: Outcome
    reason: str
    """The reason in words; it is stored sealed, and is not part of the log."""
    sealed_at: datetime
    """When it was sealed; nobody can change it after that."""


class EarlierComparisonAnswer(SealedAnswer):
    """An evaluation that a later revision replaced."""

    points: tuple[PointPairAnswer, ...]
    """Pairs of points on which the finding is based."""
    fingers: FingersAnswer | None = FINGERS
    geometry: tuple[FingerGeometryAnswer, ...]
    """Measurements of each finger with points; empty if an earlier release did not record them."""
    why_close: str
    """Why the points cover less area than the office requires."""
    enhancements: tuple[EnhancementAnswer, ...]
    """Settings of the prints, other than as captured, under which the evaluation was made."""


class ComparisonAnswer(EarlierComparisonAnswer):
    """The caller's own sealed evaluation of one exemplar, in its current version."""

    label: str
    """Neutral label of the exemplar, which does not reveal its rank."""
    points_added: int | None
    """The number of points in the probe that the sealed analysis had not marked; null if an
    earlier release did not record it."""
    policy_version: int | None
    """Version of the policy on findings that the evaluation met."""
    earlier: tuple[EarlierComparisonAnswer, ...]
    """Evaluations that were replaced, in order."""


class OwnDecisionAnswer(SealedAnswer):
    """The caller's own sealed decision."""

    decision_id: DecisionId
    fingers: FingersAnswer | None = FINGERS
