"""API schemas of the examiner's steps; `service.usecases.examination.views` hides data."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from domain.examination.cases import Activity, Outcome, Placing, PointPair
from domain.examination.enhancements import (
    MOST_ENHANCEMENTS,
    PLAIN_PERCENT,
    Enhancement,
    Filter,
    PrintSide,
)
from domain.ids import CaseId, DecisionId
from domain.prints.prints import FingerPosition
from service.api.base import Answer, Body, LongText, OpaqueId, Reason
from service.api.examination.markups_schemas import FingerMarkupAnswer, FingerMarkupBody, Pixel
from service.api.people.captures import ExemplarFingerAnswer, FingerAnswer
from service.api.searches.evidence_schemas import CandidateAnswer
from service.api.shapes import From, shows
from service.usecases.examination.views import ExaminerStep

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

    position: FingerPosition = Field(description="The finger of the exemplar, 0 unknown.")
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

    states = Enhancement

    position: FingerPosition
    side: PrintSide
    filters: tuple[Filter, ...] = ()
    contrast_percent: int = PLAIN_PERCENT
    brightness_percent: int = PLAIN_PERCENT


ENHANCEMENTS: Any = Field(
    default=(),
    description=f"Settings other than the print as captured; at most {MOST_ENHANCEMENTS}.",
)

WHY_CLOSE = Field(
    default="",
    description="Why the points of the identified finger cover less area than the office"
    " requires; stated only if they do.",
)


class ComparisonBody(Body):
    """The evaluation of the exemplar that is shown now."""

    label: Label
    """Neutral label of the exemplar, which does not reveal its rank."""
    outcome: Outcome
    reason: LongText = ""
    """The reason in words; it is stored sealed, and is not part of the log."""
    points: tuple[PointPairBody, ...] = ()
    """At most 200 pairs, marked during the comparison; they are sealed with the evaluation."""
    fingers_compared: Annotated[tuple[FingerPosition, ...] | None, From("compared")] = Field(
        default=None, max_length=11
    )
    """The fingers compared; if absent, all fingers that were shown in both prints."""
    fingers_identified: Annotated[tuple[FingerPosition, ...], From("identified")] = Field(
        default=(), max_length=11
    )
    """For an identification at least one finger, and exactly one if the probe is a mark; otherwise
    none."""
    why_close: LongText = WHY_CLOSE
    enhancements: tuple[EnhancementBody, ...] = ENHANCEMENTS


class RevisionBody(Body):
    """A new evaluation that replaces a sealed one."""

    outcome: Outcome = Field(description="An outcome different from the current one.")
    reason: Reason = Field(description="Why the sealed evaluation is no longer right.")
    points: tuple[PointPairBody, ...] = Field(default=(), description="At most 200 pairs.")
    fingers_compared: Annotated[tuple[FingerPosition, ...] | None, From("compared")] = Field(
        default=None, max_length=11
    )
    """Fingers compared, by ANSI/NIST-ITL number; null means those already sealed."""
    fingers_identified: Annotated[tuple[FingerPosition, ...], From("identified")] = Field(
        default=(), max_length=11
    )
    """Fingers identified, by ANSI/NIST-ITL number."""
    why_close: LongText = WHY_CLOSE
    enhancements: tuple[EnhancementBody, ...] = ENHANCEMENTS


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


class FingerGeometryAnswer(Answer):
    """The measurements of one finger's point pairs, made when the pairs were sealed."""

    position: FingerPosition
    residuals_mm: tuple[float | None, ...]
    """For each pair, in the order marked, the distance between its point and the place that one
    rotation, shift and scale predict. Null for a pair that counts together with an earlier pair.
    """
    rms_mm: float = Field(description="Root mean square of the residuals, in millimetres.")
    scale: float
    """Size of the exemplar's set of points relative to the probe's."""
    turn_deg: float
    """Rotation that lays the probe on the exemplar, in degrees clockwise."""
    is_mirrored: bool
    """Whether a mirror image fits the points better than any turn."""
    area_mm2: float
    """Area of the points' convex hull, in the print where the area is smaller."""


@shows(Enhancement)
class EnhancementAnswer(Answer):
    """How one print was displayed when its points were set or the outcome was chosen."""


class FingersAnswer(Answer):
    """The fingers of a finding, as FGP numbers of ANSI/NIST-ITL."""

    compared: tuple[FingerPosition, ...]
    """The fingers that were compared."""
    identified: tuple[FingerPosition, ...]
    """The fingers that were identified."""


FINGERS = Field(description="Null if an earlier release did not record the fingers.")


class EarlierComparisonAnswer(Answer):
    """An evaluation that a later revision replaced."""

    outcome: Outcome
    reason: str
    """The reason in words; it is stored sealed, and is not part of the log."""
    sealed_at: datetime
    """When it was sealed; nobody can change it after that."""
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


class OwnDecisionAnswer(Answer):
    """The caller's own sealed decision."""

    decision_id: DecisionId
    outcome: Outcome
    reason: str
    """The reason in words; it is stored sealed, and is not part of the log."""
    sealed_at: datetime
    """When it was sealed; nobody can change it after that."""
    fingers: FingersAnswer | None = FINGERS


class PossibleOutcomeAnswer(Answer):
    """An outcome that a decision can have now."""

    outcome: Outcome
    label: str | None
    """The exemplar that would be identified; null for other outcomes."""


class CaseAnswer(Answer):
    """A case with the data that this examiner may see now."""

    case_id: CaseId
    activity: Activity
    step: ExaminerStep = Field(description="What this examiner does next.")
    revision: str
    """The revision to send back with the decision; empty unless an examiner holds the case."""
    probe: tuple[FingerAnswer, ...]
    """Prints of the search."""
    analysis: AnalysisAnswer | None
    """The sealed analysis of the probe; null until it is sealed."""
    comparisons: tuple[ComparisonAnswer, ...]
    """Sealed comparisons, in the order in which they were made."""
    decision: OwnDecisionAnswer | None
    """Your own decision; null until it is sealed."""
    possible_outcomes: tuple[PossibleOutcomeAnswer, ...]
    """Outcomes that a decision can have now; empty while an earlier step is missing."""
    candidates: tuple[CandidateAnswer, ...]
    """Rank and evidence; shown only once the case is closed, to the examiners who decided it."""


class FurtherSearchAnswer(Answer):
    """A further search of a mark; the answer says nothing about its results."""

    minutiae: int
    """The number of minutiae of the caller's analysis that were searched with."""
    is_outlined: bool
    """Whether those that the extractor found inside the caller's outline were added."""


class ExemplarAnswer(Answer):
    """The exemplar to compare now, under the label that this examiner sees."""

    label: str
    """Neutral label of the exemplar, which does not reveal its rank."""
    impressions: tuple[ExemplarFingerAnswer, ...]
    """Prints, one for each finger of the capture."""
    finger_found: FingerPosition | None
    """For a mark, the finger by which the search found the exemplar. Compare this finger first,
    and the others if a doubt remains. Null for a tenprint."""
