"""The examiner's steps; `service.usecases.examination.views` hides data at each."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from domain.access import Caller
from domain.cases import Activity, Outcome, PointPair
from domain.ids import CaseId
from domain.prints import FingerPosition
from service.api.base import Answer, Body, LongText, OpaqueId, Reason
from service.api.people.captures_schemas import ImpressionAnswer
from service.api.searches.evidence_schemas import CandidateAnswer
from service.usecases.examination.sealing import SealAnalysis, SealComparison, SealDecision
from service.usecases.examination.views import Step

Label = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Pixel = Annotated[int, Field(json_schema_extra={"minimum": 0, "maximum": 4_096})]


class CaseLineAnswer(Answer):
    """A line of the queue."""

    case_id: str
    activity: Activity
    opened_at: datetime
    is_mine: bool


class CaseListAnswer(Answer):
    """The cases that this examiner can work on, oldest first."""

    cases: tuple[CaseLineAnswer, ...]


class AnalysisBody(Body):
    """The first step: the probe alone."""

    is_of_value: bool
    notes: LongText = ""

    def to_command(self, caller: Caller, case_id: CaseId) -> SealAnalysis:
        """Return the command."""
        return SealAnalysis(caller, case_id, self.is_of_value, self.notes)


class PointPairBody(Body):
    """One feature that is marked in both prints of a finger, in pixels of each picture."""

    position: FingerPosition = Field(description="The finger of the exemplar, 0 unknown.")
    probe_x_px: Pixel
    probe_y_px: Pixel
    exemplar_x_px: Pixel
    exemplar_y_px: Pixel

    def to_domain(self) -> PointPair:
        """Return the pair."""
        return PointPair(
            self.position,
            self.probe_x_px,
            self.probe_y_px,
            self.exemplar_x_px,
            self.exemplar_y_px,
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

    def to_command(self, caller: Caller, case_id: CaseId) -> SealComparison:
        """Return the command."""
        points = tuple(point.to_domain() for point in self.points)
        return SealComparison(caller, case_id, self.label, self.outcome, self.reason, points)


class DecisionBody(Body):
    """The outcome of the whole examination."""

    outcome: Outcome
    label: Label | None = Field(default=None, description="The exemplar, when identified.")
    reason: Reason
    revision: OpaqueId = Field(description="The revision of the case as it was read.")

    def to_command(self, caller: Caller, case_id: CaseId) -> SealDecision:
        """Return the command."""
        return SealDecision(caller, case_id, self.outcome, self.label, self.reason, self.revision)


class DecisionIdAnswer(Answer):
    """The decision that was sealed."""

    decision_id: str


class AnalysisAnswer(Answer):
    """One's own sealed analysis."""

    is_of_value: bool
    notes: str
    sealed_at: datetime


class PointPairAnswer(Answer):
    """One feature that was marked in both prints of a finger, in pixels of each picture."""

    position: FingerPosition
    probe_x_px: int
    probe_y_px: int
    exemplar_x_px: int
    exemplar_y_px: int


class ComparisonAnswer(Answer):
    """One's own sealed evaluation of one exemplar."""

    label: str
    outcome: Outcome
    reason: str
    sealed_at: datetime
    points: tuple[PointPairAnswer, ...]


class OwnDecisionAnswer(Answer):
    """One's own sealed decision."""

    decision_id: str
    outcome: Outcome
    reason: str
    sealed_at: datetime


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
    probe: tuple[ImpressionAnswer, ...]
    analysis: AnalysisAnswer | None
    comparisons: tuple[ComparisonAnswer, ...]
    decision: OwnDecisionAnswer | None
    possible_outcomes: tuple[PossibleOutcomeAnswer, ...] = Field(
        description="Those that a decision may have now; none while a step before it is missing."
    )
    candidates: tuple[CandidateAnswer, ...] = Field(
        description="Rank and evidence; only once the case is closed, for those who decided it."
    )


class ExemplarAnswer(Answer):
    """The exemplar to compare now, under the label by which this examiner knows it."""

    label: str
    impressions: tuple[ImpressionAnswer, ...]
