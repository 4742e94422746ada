"""The queue, the next case, and the overview of open work."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from domain.cases import Activity, CaseState, Priority
from service.api.base import Answer, Body


class QueueLineAnswer(Answer):
    """One case of the queue with its target time."""

    case_id: str
    activity: Activity
    priority: Priority
    opened_at: datetime
    target_at: datetime
    is_overdue: bool
    is_mine: bool


class QueueAnswer(Answer):
    """An examiner's desk; nothing in it tells a verification from a first examination."""

    mine: tuple[QueueLineAnswer, ...] = Field(description="The cases that the examiner holds.")
    waiting: tuple[QueueLineAnswer, ...] = Field(description="By priority, then oldest first.")
    has_more: bool
    closed: tuple[str, ...] = Field(
        description="Closed cases that the examiner decided, the last ones first."
    )


class NextCaseAnswer(Answer):
    """The case that was claimed."""

    case_id: str


class WaitingAnswer(Answer):
    """An open case, the step that it waits for, and since when."""

    case_id: str
    activity: Activity
    priority: Priority
    state: CaseState
    waits_for: str = Field(description="In words; names the holder.")
    since: datetime
    is_held: bool
    target_at: datetime
    is_overdue: bool


class OverviewAnswer(Answer):
    """All open work."""

    counts: dict[CaseState, int] = Field(description="Open cases by state.")
    oldest: tuple[WaitingAnswer, ...]
    due_controls: int = Field(description="Control items that are missing to the office's share.")


class PriorityBody(Body):
    """How soon a case is wanted."""

    priority: Priority


class InsertedAnswer(Answer):
    """How many control items were inserted."""

    inserted: int
