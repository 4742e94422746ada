"""Work that is done later: a durable job, its turn, its lease and its retries.

A job is leased by one worker for a while; a worker that dies lets the lease lapse and the job is
given to another. The turn of a job is one instant, fixed when it is queued, so that no job waits
for ever behind more urgent ones that keep coming.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.access import Purpose
from domain.cases import Priority
from domain.ids import BatchId, ForceCode, JobId, UserId


class JobKind(StrEnum):
    """What has to be done."""

    SEARCH = "search"
    """One line of a batch; its group is the batch, its number the line, from 1."""
    DELIVERY = "delivery"
    """A message to a webhook; its group is the endpoint, its number that of the event."""


class JobState(StrEnum):
    """How far a job has come."""

    WAITING = "waiting"
    LEASED = "leased"
    DONE = "done"
    FAILED = "failed"
    """Given up: refused for good, or tried as often as is reasonable."""
    CANCELLED = "cancelled"


SETTLED_STATES = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})

GAVE_UP = "gave-up"
"""The problem of a job whose workers died with it as often as is reasonable."""

ABANDONED_ATTEMPTS = 12
"""So many workers may go silent with a job before it is taken for what kills them."""

HEAD_STARTS: dict[Priority, timedelta] = {
    Priority.URGENT: timedelta(0),
    Priority.HIGH: timedelta(minutes=5),
    Priority.ROUTINE: timedelta(minutes=30),
}
"""How long a job lets later and more urgent ones go first; then it is as urgent as a new one."""

LINE_SPACING = timedelta(milliseconds=100)
"""How far apart the turns of a batch's lines lie: about what a search costs on one core.

A small batch sent after a large one is thus worked among its lines, not behind the last of them.
"""


def turn_of(queued_at: datetime, priority: Priority, number: int) -> datetime:
    """Return the instant whose order decides when a job is worked; `number` counts from 1."""
    return queued_at + HEAD_STARTS[priority] + (number - 1) * LINE_SPACING


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long to wait after each failed attempt; after the last delay there is one more try."""

    delays: tuple[timedelta, ...]

    @property
    def attempts(self) -> int:
        """How often a job is tried."""
        return len(self.delays) + 1

    def delay_after(self, attempts: int) -> timedelta | None:
        """Return how long to wait after so many attempts (from 1), or None to give up."""
        return self.delays[attempts - 1] if attempts <= len(self.delays) else None


RETRIES: dict[JobKind, RetryPolicy] = {
    JobKind.SEARCH: RetryPolicy(tuple(timedelta(seconds=s) for s in (2, 10, 60, 300))),
    # The schedule that the Standard Webhooks specification proposes: about three days.
    JobKind.DELIVERY: RetryPolicy(
        (
            timedelta(seconds=5),
            timedelta(minutes=5),
            timedelta(minutes=30),
            *(timedelta(hours=h) for h in (2, 5, 10, 14, 20, 24)),
        )
    ),
}
"""The retries of each kind."""


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work and where it stands."""

    job_id: JobId
    kind: JobKind
    group_id: str
    number: int
    force: ForceCode
    turn_at: datetime
    not_before: datetime
    topic: str = ""
    subject_ref: str = ""
    """An opaque id of what it is about."""
    state: JobState = JobState.WAITING
    attempts: int = 0
    lease_id: str | None = None
    result_ref: str = ""
    """An opaque id of what came of it."""
    problem: str = ""
    """The code of what went wrong last."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of an attempt: an end, or the time of the next one."""

    job_id: JobId
    lease_id: str
    state: JobState
    at: datetime
    not_before: datetime | None = None
    """With `WAITING`: not before this instant."""
    result_ref: str = ""
    problem: str = ""
    counts: bool = True
    """Whether it was an attempt; a worker that stops gives back what it never began."""


def done(job: Job, at: datetime, result_ref: str = "") -> Settlement:
    """Return the settlement of a job that is done."""
    return Settlement(job.job_id, job.lease_id or "", JobState.DONE, at, result_ref=result_ref)


def refused(job: Job, at: datetime, problem: str) -> Settlement:
    """Return the settlement of a job that no retry would mend."""
    return Settlement(job.job_id, job.lease_id or "", JobState.FAILED, at, problem=problem)


def failed(job: Job, at: datetime, problem: str) -> Settlement:
    """Return the settlement of a failed attempt: tried again later, or given up."""
    delay = RETRIES[job.kind].delay_after(job.attempts)
    if delay is None:
        return refused(job, at, problem)
    return Settlement(
        job.job_id,
        job.lease_id or "",
        JobState.WAITING,
        at,
        not_before=at + delay,
        problem=problem,
    )


def abandoned(job: Job, at: datetime) -> Settlement:
    """Return the settlement of a job whose worker went silent: tried again, unless it kills them.

    Workers die for reasons of their own far more often than by a job, so that more of these
    attempts are allowed than of those that fail.
    """
    if job.attempts >= ABANDONED_ATTEMPTS:
        return refused(job, at, GAVE_UP)
    return Settlement(
        job.job_id,
        job.lease_id or "",
        JobState.WAITING,
        at,
        not_before=at + RETRIES[job.kind].delays[0],
        problem=GAVE_UP,
    )


def given_back(job: Job, at: datetime) -> Settlement:
    """Return the settlement of a job that its worker leased and did not begin."""
    return Settlement(
        job.job_id, job.lease_id or "", JobState.WAITING, at, not_before=at, counts=False
    )


@dataclass(frozen=True, slots=True)
class Batch:
    """Many searches submitted at once, worked in the background as their submitter."""

    batch_id: BatchId
    force: ForceCode
    submitted_by: UserId
    on_behalf_of: str
    purpose: Purpose
    request_id: str
    priority: Priority
    submitted_at: datetime
    lines: int
    cancelled_at: datetime | None = None
    finished_at: datetime | None = None
    """When no line was left to be worked."""
