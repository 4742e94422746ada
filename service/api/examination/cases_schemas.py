"""The examiner's steps; `service.usecases.examination.views` hides data at each."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from domain.cases import Activity, Outcome, Placing, PointPair
from domain.enhancements import (
    MOST_ENHANCEMENTS,
    PLAIN_PERCENT,
    Enhancement,
    Filter,
    PrintSide,
)
from domain.prints import FingerPosition
from service.api.base import Answer, Body, LongText, OpaqueId, Reason
from service.api.examination.markups_schemas import (
    FingerMarkupAnswer,
    FingerMarkupBody,
    Pixel,
)
from service.api.people.captures import ExemplarFingerAnswer, FingerAnswer
from service.api.searches.evidence_schemas import CandidateAnswer
from service.api.shapes import From, shows
from service.usecases.examination.views import Step

Label = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class AnalysisBody(Body):
    """The first step: only the probe."""

    is_of_value: bool
    notes: LongText = ""
    fingers: tuple[FingerMarkupBody, ...] = Field(
        default=(), max_length=20, description="The mark-up of the probe, finger by finger."
    )


class PointPairBody(Body):
    """One feature that is marked in both prints of a finger, in pixels of each picture."""

    position: FingerPosition = Field(description="The finger of the exemplar, 0 unknown.")
    probe_x_px: Pixel
    probe_y_px: Pixel
    exemplar_x_px: Pixel
    exemplar_y_px: Pixel
    probe_placing: Placing = Field(
        description="How a person put the point on the probe: clicked, moved by keys, or snapped "
        "to the minutia nearest to where they had put the cross. No program places a point."
    )
    exemplar_placing: Placing = Field(description="The same of the exemplar.")


class EnhancementBody(Body):
    """One look of one print under which points were set, or the outcome was chosen."""

    position: FingerPosition
    side: PrintSide
    filters: tuple[Filter, ...] = ()
    contrast_percent: int = PLAIN_PERCENT
    brightness_percent: int = PLAIN_PERCENT


ENHANCEMENTS: Any = Field(
    default=(), description=f"Other than as captured; at most {MOST_ENHANCEMENTS}."
)

WHY_CLOSE = Field(
    default="",
    description="Why the points of the identified finger are spread over less than the office "
    "wants; stated only where they are.",
)


class ComparisonBody(Body):
    """The evaluation of the exemplar that is shown now."""

    label: Label
    outcome: Outcome
    reason: LongText = ""
    points: tuple[PointPairBody, ...] = Field(
        default=(),
        description="At most 200 pairs, marked while comparing; sealed with the evaluation.",
    )
    fingers_compared: Annotated[tuple[FingerPosition, ...] | None, From("compared")] = Field(
        default=None,
        max_length=11,
        description="The fingers compared; without them, all that were shown in both prints.",
    )
    fingers_identified: Annotated[tuple[FingerPosition, ...], From("identified")] = Field(
        default=(),
        max_length=11,
        description="At least one to identify, one alone of a mark; none otherwise.",
    )
    why_close: LongText = WHY_CLOSE
    enhancements: tuple[EnhancementBody, ...] = ENHANCEMENTS


class RevisionBody(Body):
    """Another evaluation in place of a sealed one."""

    outcome: Outcome = Field(description="Another outcome than the one that stands.")
    reason: Reason = Field(description="Why the sealed one no longer holds.")
    points: tuple[PointPairBody, ...] = Field(default=(), description="At most 200 pairs.")
    fingers_compared: Annotated[tuple[FingerPosition, ...] | None, From("compared")] = Field(
        default=None, max_length=11
    )
    fingers_identified: Annotated[tuple[FingerPosition, ...], From("identified")] = Field(
        default=(), max_length=11
    )
    why_close: LongText = WHY_CLOSE
    enhancements: tuple[EnhancementBody, ...] = ENHANCEMENTS


class DecisionBody(Body):
    """The outcome of the whole examination."""

    outcome: Outcome
    label: Label | None = Field(default=None, description="The exemplar, when identified.")
    reason: Reason
    revision: OpaqueId = Field(description="The revision of the case as it was read.")


class DecisionIdAnswer(Answer):
    """The decision that was sealed."""

    decision_id: str


class AnalysisAnswer(Answer):
    """The caller's own sealed analysis."""

    is_of_value: bool
    notes: str
    sealed_at: datetime
    fingers: tuple[FingerMarkupAnswer, ...]


@shows(PointPair)
class PointPairAnswer(Answer):
    """One feature that was marked in both prints of a finger, in pixels of each picture."""

    probe_placing: Placing | None = Field(
        description="Clicked, moved or snapped; null where an earlier release did not record it."
    )


class FingerGeometryAnswer(Answer):
    """The pairs of points of one finger as they were measured when they were sealed."""

    position: FingerPosition
    residuals_mm: tuple[float | None, ...] = Field(
        description="How far each pair, in the order marked, lies from where turn, shift and one "
        "scale put it; null for a pair that counts with an earlier one."
    )
    rms_mm: float = Field(description="Of the set.")
    scale: float = Field(description="Size of the exemplar's set beside the probe's.")
    turn_deg: float
    is_mirrored: bool
    area_mm2: float = Field(description="Of their convex hull, in the print where it is smaller.")


@shows(Enhancement)
class EnhancementAnswer(Answer):
    """One look of one print under which points were set, or the outcome was chosen."""


class FingersAnswer(Answer):
    """The fingers of a finding, as FGP numbers of ANSI/NIST-ITL."""

    compared: tuple[FingerPosition, ...]
    identified: tuple[FingerPosition, ...]


FINGERS = Field(description="Null where an earlier release did not record them.")


class EarlierComparisonAnswer(Answer):
    """An evaluation that a revision replaced."""

    outcome: Outcome
    reason: str
    sealed_at: datetime
    points: tuple[PointPairAnswer, ...]
    fingers: FingersAnswer | None = FINGERS
    geometry: tuple[FingerGeometryAnswer, ...] = Field(
        description="Of each finger with points; empty where an earlier release did not record it."
    )
    why_close: str
    enhancements: tuple[EnhancementAnswer, ...] = Field(
        description="Looks of the prints under which it was made, other than as captured."
    )


class ComparisonAnswer(EarlierComparisonAnswer):
    """The caller's own sealed evaluation of one exemplar, as it stands."""

    label: str
    points_added: int | None = Field(
        description="So many points the sealed analysis had not marked in the probe; null where "
        "an earlier release did not record it."
    )
    policy_version: int | None = Field(description="Of the policy on findings that it met.")
    earlier: tuple[EarlierComparisonAnswer, ...] = Field(description="Revised since, in order.")


class OwnDecisionAnswer(Answer):
    """The caller's own sealed decision."""

    decision_id: str
    outcome: Outcome
    reason: str
    sealed_at: datetime
    fingers: FingersAnswer | None = FINGERS


class PossibleOutcomeAnswer(Answer):
    """An outcome that a decision may have now."""

    outcome: Outcome
    label: str | None = Field(description="The exemplar, when identified.")


class CaseAnswer(Answer):
    """A case as this examiner may see it now."""

    case_id: str
    activity: Activity
    step: Step = Field(description="What this examiner does next.")
    revision: str = Field(description="Sent back with the decision; empty unless one holds it.")
    probe: tuple[FingerAnswer, ...]
    analysis: AnalysisAnswer | None
    comparisons: tuple[ComparisonAnswer, ...]
    decision: OwnDecisionAnswer | None
    possible_outcomes: tuple[PossibleOutcomeAnswer, ...] = Field(
        description=(
            "Outcomes that a decision may have now; none while an earlier step is missing."
        )
    )
    candidates: tuple[CandidateAnswer, ...] = Field(
        description="Rank and evidence; only once the case is closed, for those who decided it."
    )


class ExemplarAnswer(Answer):
    """The exemplar to compare now, under the label by which this examiner knows it."""

    label: str
    impressions: tuple[ExemplarFingerAnswer, ...]
    finger_found: FingerPosition | None = Field(
        description="Of a mark, the finger by which the search found the exemplar: compare it "
        "first, the others where it leaves a doubt. Null for a tenprint."
    )
