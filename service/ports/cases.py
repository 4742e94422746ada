"""Cases and what examiners seal in them. Sealed rows are written once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.cases import Analysis, Case, CaseState, Comparison, Decision
from domain.ids import CandidateId, CaseId, SearchId, UserId


@dataclass(frozen=True, slots=True)
class Examination:
    """One examiner's own view of a case: which exemplars, under which labels, in which order."""

    case_id: CaseId
    examiner: UserId
    shuffle_seed: int
    order: tuple[tuple[str, CandidateId], ...]
    """(neutral label, candidate) in the order shown; derived from the seed when it was begun."""
    begun_at: datetime


class CaseRepository(Protocol):
    """A case row is a projection that moves; analyses, comparisons and decisions never do."""

    def add(self, case: Case) -> None:
        """Store a new case."""

    def get(self, case_id: CaseId) -> Case | None:
        """Return a case with its sealed decisions, oldest first."""

    def of_search(self, search_id: SearchId) -> Case | None:
        """Return the case of a search."""

    def examinable_by(self, examiner: UserId, *, limit: int) -> tuple[Case, ...]:
        """Return cases this examiner can work on, oldest first.

        Waiting or verifying, not decided by the examiner, and unclaimed or claimed by them.
        """

    def in_state(self, state: CaseState, *, limit: int) -> tuple[Case, ...]:
        """Return cases in this state, oldest first."""

    def save(self, case: Case, *, expected_revision: str) -> None:
        """Store state, claim and revision; raises StaleCaseError when somebody was faster."""

    def begin(self, examination: Examination) -> None:
        """Store an examiner's view; raises StaleCaseError when it was begun already."""

    def examination(self, case_id: CaseId, examiner: UserId) -> Examination | None:
        """Return the view that was begun."""

    def seal_analysis(self, analysis: Analysis) -> None:
        """Store an analysis; raises StepOutOfOrderError when this examiner has sealed one."""

    def analysis(self, case_id: CaseId, examiner: UserId) -> Analysis | None:
        """Return this examiner's analysis."""

    def seal_comparison(self, comparison: Comparison) -> None:
        """Store an evaluation; raises StepOutOfOrderError when this label is sealed already."""

    def comparisons(self, case_id: CaseId, examiner: UserId) -> tuple[Comparison, ...]:
        """Return this examiner's evaluations in the order they were sealed."""

    def seal_decision(self, decision: Decision) -> None:
        """Store a decision; raises AlreadyDecidedError for a second one by the same person."""
