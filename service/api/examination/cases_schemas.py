"""API schemas of the examiner's steps; `service.usecases.examination.views` hides data."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from domain.examination.cases import Activity, Outcome, Placing, PointPair
from domain.examination.markups import (
    MOST_ENHANCEMENTS,
    PLAIN_PERCENT,
    Enhancement,
    Filter,
    PrintSide,
)
from domain.examination.point_geometry import FingerGeometry
from domain.ids import CaseId, DecisionId
from domain.prints.prints import FingerPosition
from service.api.base import Answer, Body, LongText, OpaqueId, Reason
from service.api.examination.markups_schemas import FingerMarkupAnswer, FingerMarkupBody, Pixel
from service.api.people.captures import ExemplarFingerAnswer, FingerAnswer
from service.api.searches.evidence_schemas import CandidateAnswer
from service.api.shapes import From, shows
from service.usecases.examination import further_search, views
from service.usecases.examination.possible_outcomes import PossibleOutcome

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

    states = Enhancement

    position: FingerPosition
    side: PrintSide
    filters: tuple[Filter, ...] = ()
    contrast_percent: int = PLAIN_PERCENT
    brightness_percent: int = PLAIN_PERCENT


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
        description=f"Settings other than the print as captured; at most {MOST_ENHANCEMENTS}.",
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


@shows(PossibleOutcome)
class PossibleOutcomeAnswer(Answer):
    """An outcome that a decision can have now."""


class CaseAnswer(Answer):
    """A case with the data that this examiner may see now."""

    case_id: CaseId
    activity: Activity
    step: views.ExaminerStep
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


@shows(further_search.FurtherSearch, without=("is_asked",))
class FurtherSearchAnswer(Answer):
    """A further search of a mark; the answer says nothing about its results."""


@shows(views.Exemplar)
class ExemplarAnswer(Answer):
    """The exemplar to compare now, under the label that this examiner sees."""

    impressions: tuple[ExemplarFingerAnswer, ...]
    """Prints, one for each finger of the capture."""
