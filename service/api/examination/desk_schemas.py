"""The queue, the next case, and the overview of open work."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import Field

from domain.cases import Activity, CaseState, Priority
from service.api.base import Answer, Body, Next, OpaqueId
from service.usecases.examination.overview import MOST_AT_ONCE
from service.usecases.examination.queue import Desk


class QueueLineAnswer(Answer):
    """One case of the queue with its target time."""

    case_id: str | None = Field(description="Of a case that the examiner holds, null otherwise.")
    task_id: str | None = Field(
        description="The name under which a waiting case is claimed; a case that comes back has "
        "another one."
    )
    activity: Activity
    priority: Priority
    ready_at: datetime = Field(
        description="When it came into the queue for this work, to the quarter of an hour."
    )
    target_at: datetime
    is_overdue: bool
    is_mine: bool


class CaseListAnswer(Answer):
    """A page of the cases that this examiner can work on: those held first, then by priority."""

    cases: tuple[QueueLineAnswer, ...]
    next_after: Next

    @classmethod
    def page(cls, found: Desk, after: str | None) -> Self:
        """Return the answer; the cases held are on the first page alone."""
        held = () if after else found.mine
        lines = (QueueLineAnswer.of(line) for line in (*held, *found.waiting))
        return cls(cases=tuple(lines), next_after=found.next_after)


class QueueAnswer(Answer):
    """An examiner's desk; nothing in it tells a verification from a first examination."""

    mine: tuple[QueueLineAnswer, ...] = Field(description="The cases that the examiner holds.")
    waiting: tuple[QueueLineAnswer, ...] = Field(
        description="By priority, then in the order of coming."
    )
    has_more: bool
    closed: tuple[str, ...] = Field(
        description="Closed cases that the examiner decided, the last ones first."
    )
    next_after: Next


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
    next_after: Next


class PriorityBody(Body):
    """How soon a case is wanted."""

    priority: Priority


class PrioritiesBody(PriorityBody):
    """How soon several cases are wanted."""

    cases: tuple[OpaqueId, ...] = Field(min_length=1, max_length=MOST_AT_ONCE)


class InsertedAnswer(Answer):
    """How many control items were inserted."""

    inserted: int
