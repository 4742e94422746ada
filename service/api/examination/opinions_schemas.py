"""A difference of opinion in full, for a third person: no name, score or detail of a person."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field

from domain.cases import Activity, Comparison, Outcome
from domain.prints import FingerPosition
from service.api.base import Answer
from service.api.examination.cases_schemas import (
    FINGERS,
    AnalysisAnswer,
    FingersAnswer,
    PointPairAnswer,
)
from service.api.people.captures import FingerAnswer
from service.api.shapes import From


class OpinionOfExemplarAnswer(Answer):
    """A sealed evaluation of an identified exemplar."""

    exemplar: str = Field(description="The label of the exemplar.")
    outcome: Outcome
    reason: str
    sealed_at: datetime
    points: tuple[PointPairAnswer, ...]
    fingers: FingersAnswer | None = FINGERS

    @classmethod
    def of(cls, labelled: tuple[str, Comparison]) -> Self:
        """Return the answer for an evaluation under the supervisor's label."""
        label, comparison = labelled
        return cls.showing(comparison, exemplar=label)


class SealedRecordAnswer(Answer):
    """The sealed work of one examiner, unnamed."""

    of_part = "decision"

    decision_id: str
    outcome: Outcome
    reason: str
    sealed_at: datetime
    fingers: FingersAnswer | None = FINGERS
    analysis: Annotated[AnalysisAnswer | None, From("analysis")]
    comparisons: Annotated[tuple[OpinionOfExemplarAnswer, ...], From("comparisons")]


class ExemplarInQuestionAnswer(Answer):
    """An exemplar that at least one examiner identified."""

    label: str
    fingers: Annotated[tuple[FingerAnswer, ...], From("impressions")]
    disputed: tuple[FingerPosition, ...] = Field(
        description="The fingers that some examiner identified and another did not."
    )


class OpinionsAnswer(Answer):
    """A difference of opinion; the pictures of its fingers are at `prints`."""

    case_id: str
    activity: Activity
    revision: str
    probe: tuple[FingerAnswer, ...]
    exemplars: tuple[ExemplarInQuestionAnswer, ...]
    records: tuple[SealedRecordAnswer, ...]
