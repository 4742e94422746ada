"""The examiner's steps. `service.usecases.examination.views` decides what is known at each."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from domain.access import Caller
from domain.cases import Activity, Outcome
from domain.ids import CaseId
from service.api.base import Answer, Body, LongText, OpaqueId, Reason
from service.api.people.captures_schemas import ImpressionAnswer
from service.api.searches.evidence_schemas import CandidateAnswer
from service.usecases.examination.examination import SealAnalysis, SealComparison, SealDecision
from service.usecases.examination.views import Step

Label = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class CaseLineAnswer(Answer):
    """A line of the queue."""

    case_id: str
    activity: Activity
    opened_at: datetime
    is_mine: bool


class CaseListAnswer(Answer):
    """What this examiner can work on, oldest first."""

    cases: tuple[CaseLineAnswer, ...]


class AnalysisBody(Body):
    """The first step: the probe alone."""

    is_of_value: bool
    notes: LongText = ""

    def to_command(self, caller: Caller, case_id: CaseId) -> SealAnalysis:
        """Return the command."""
        return SealAnalysis(caller, case_id, self.is_of_value, self.notes)


class ComparisonBody(Body):
    """The evaluation of the exemplar that is shown now."""

    label: Label
    outcome: Outcome
    reason: LongText = ""

    def to_command(self, caller: Caller, case_id: CaseId) -> SealComparison:
        """Return the command."""
        return SealComparison(caller, case_id, self.label, self.outcome, self.reason)


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


class ComparisonAnswer(Answer):
    """One's own sealed evaluation of one exemplar."""

    label: str
    outcome: Outcome
    reason: str
    sealed_at: datetime


class OwnDecisionAnswer(Answer):
    """One's own sealed decision."""

    decision_id: str
    outcome: Outcome
    reason: str
    sealed_at: datetime


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
    candidates: tuple[CandidateAnswer, ...] = Field(
        description="Rank and evidence; only once the case is closed, for those who decided it."
    )


class ExemplarAnswer(Answer):
    """The exemplar to compare now, under the label by which this examiner knows it."""

    label: str
    impressions: tuple[ImpressionAnswer, ...]
