"""A difference of opinion in full, for a third person: no name, score or detail of a person."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from domain.cases import Activity, Comparison, Outcome
from service.api.base import Answer
from service.api.examination.cases_schemas import AnalysisAnswer, PointPairAnswer
from service.api.people.captures_schemas import FingerAnswer
from service.usecases.examination.opinions import Difference, ExemplarInQuestion, SealedRecord


class OpinionOfExemplarAnswer(Answer):
    """A sealed evaluation of an exemplar that somebody identified."""

    exemplar: str = Field(description="The label of the exemplar.")
    outcome: Outcome
    reason: str
    sealed_at: datetime
    points: tuple[PointPairAnswer, ...]

    @classmethod
    def of(cls, label: str, comparison: Comparison) -> OpinionOfExemplarAnswer:
        """Return the answer for an evaluation under the supervisor's label."""
        return cls(
            exemplar=label,
            outcome=comparison.outcome,
            reason=comparison.reason,
            sealed_at=comparison.sealed_at,
            points=tuple(map(PointPairAnswer.of, comparison.points)),
        )


class SealedRecordAnswer(Answer):
    """The sealed work of one examiner, who is not named."""

    decision_id: str
    outcome: Outcome
    reason: str
    sealed_at: datetime
    analysis: AnalysisAnswer | None
    comparisons: tuple[OpinionOfExemplarAnswer, ...]

    @classmethod
    def of(cls, sealed: SealedRecord) -> SealedRecordAnswer:
        """Return the answer for a sealed record."""
        decision = sealed.decision
        return cls(
            decision_id=decision.decision_id,
            outcome=decision.outcome,
            reason=decision.reason,
            sealed_at=decision.sealed_at,
            analysis=AnalysisAnswer.of(sealed.analysis) if sealed.analysis else None,
            comparisons=tuple(
                OpinionOfExemplarAnswer.of(label, done) for label, done in sealed.comparisons
            ),
        )


class ExemplarInQuestionAnswer(Answer):
    """An exemplar that at least one examiner identified."""

    label: str
    fingers: tuple[FingerAnswer, ...]

    @classmethod
    def of(cls, exemplar: ExemplarInQuestion) -> ExemplarInQuestionAnswer:
        """Return the answer for an exemplar."""
        return cls(label=exemplar.label, fingers=tuple(map(FingerAnswer.of, exemplar.impressions)))


class OpinionsAnswer(Answer):
    """A difference of opinion; the pictures of its fingers are at `prints`."""

    case_id: str
    activity: Activity
    revision: str
    probe: tuple[FingerAnswer, ...]
    exemplars: tuple[ExemplarInQuestionAnswer, ...]
    records: tuple[SealedRecordAnswer, ...]

    @classmethod
    def of(cls, found: Difference) -> OpinionsAnswer:
        """Return the answer for a difference."""
        return cls(
            case_id=found.case_id,
            activity=found.activity,
            revision=found.revision,
            probe=tuple(map(FingerAnswer.of, found.probe)),
            exemplars=tuple(map(ExemplarInQuestionAnswer.of, found.exemplars)),
            records=tuple(map(SealedRecordAnswer.of, found.records)),
        )
