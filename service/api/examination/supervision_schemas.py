"""Differences of opinion."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from domain.access import Caller
from domain.cases import Activity, Outcome
from domain.ids import CaseId, DecisionId
from service.api.base import Answer, Body, Next, OpaqueId, PageAnswer, Reason
from service.usecases.examination.resolution import Resolve


class SealedDecisionAnswer(Answer):
    """A sealed decision as a supervisor reads it."""

    decision_id: str
    decided_by: str
    outcome: Outcome
    candidate_id: str | None = Field(description="The same for two means the same exemplar.")
    reason: str
    sealed_at: datetime


class DifferenceAnswer(Answer):
    """A difference of opinion: the sealed records, no details of anybody."""

    case_id: str
    activity: Activity
    revision: str
    decisions: tuple[SealedDecisionAnswer, ...]


class DifferenceListAnswer(PageAnswer):
    """Differences that wait, oldest first."""

    differences: tuple[DifferenceAnswer, ...]
    next_after: Next


class ResolutionBody(Body):
    """Which of the sealed decisions is upheld, or that the case is inconclusive, and why."""

    decision_id: OpaqueId | None = Field(
        description="The sealed decision that is upheld; null for the outcome inconclusive."
    )
    reason: Reason
    revision: OpaqueId

    def to_command(self, caller: Caller, case_id: CaseId) -> Resolve:
        """Return the command."""
        upheld = DecisionId(self.decision_id) if self.decision_id else None
        return Resolve(caller, case_id, upheld, self.reason, self.revision)
