"""Batches: how they and their lines stand."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import Field

from domain.access import Purpose
from domain.cases import Priority
from domain.jobs import Job, JobState
from service.api.base import Answer, Next, PageAnswer
from service.usecases.searches.batches import BatchStanding


class BatchAnswer(Answer):
    """A batch and how far it has come."""

    batch_id: str
    reference: str = Field(description="The client's own; empty without one.")
    priority: Priority
    purpose: Purpose
    on_behalf_of: str
    submitted_at: datetime
    cancelled_at: datetime | None
    finished_at: datetime | None = Field(description="When no line was left to be worked.")
    lines: int
    waiting: int
    working: int
    done: int
    failed: int
    cancelled: int

    @classmethod
    def of(cls, standing: BatchStanding) -> Self:
        """Return the answer for a batch."""
        batch, counts = standing.batch, standing.counts
        return cls.showing(
            batch,
            reference=standing.reference,
            waiting=counts.get(JobState.WAITING, 0),
            working=counts.get(JobState.LEASED, 0),
            done=counts.get(JobState.DONE, 0),
            failed=counts.get(JobState.FAILED, 0),
            cancelled=counts.get(JobState.CANCELLED, 0),
        )


class BatchListAnswer(PageAnswer):
    """A page of batches, newest first."""

    batches: tuple[BatchAnswer, ...]
    next_before: Next


class LineAnswer(Answer):
    """One line of a batch."""

    line: int = Field(description="From 1, as sent.")
    state: JobState
    search_id: str | None = Field(description="Read its outcome at `/v1/searches/ID`.")
    problem: str | None = Field(
        description="Code of the problem that the last attempt met; `/problems/CODE` explains it."
    )

    @classmethod
    def of(cls, job: Job) -> Self:
        """Return the answer for a line."""
        return cls(
            line=job.number,
            state=job.state,
            search_id=job.result_ref or None,
            problem=job.problem or None,
        )


class LineListAnswer(Answer):
    """Consecutive lines of a batch."""

    lines: tuple[LineAnswer, ...]
    next_after: int | None = Field(description="Pass as `after` for the next page.")
