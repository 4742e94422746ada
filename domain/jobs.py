"""Background work: durable jobs with a turn, a lease and retries.

A worker leases a job for a limited time. If the worker dies, the lease expires and another worker
gets the job. The turn of a job is an instant that is fixed when the job is queued, so a steady
flow of more urgent jobs cannot starve it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from domain.access.access import Purpose
from domain.examination.cases import Priority
from domain.ids import BatchId, ForceCode, JobId, UserId


class JobKind(StrEnum):
    """The kind of work."""

    SEARCH = "search"
    """One line of a batch. Its group is the batch, and its number is that of the line, from 1."""
    DELIVERY = "delivery"
    """A message to a webhook. Its group is the endpoint, and its number is that of the event."""


class JobState(StrEnum):
    """The state of a job."""

    WAITING = "waiting"
    LEASED = "leased"
    DONE = "done"
    FAILED = "failed"
    """Given up: refused permanently, or no retries are left."""
    CANCELLED = "cancelled"


SETTLED_STATES = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})

GAVE_UP = "gave-up"
"""The problem code of a job given up because its workers kept dying."""

ABANDONED_ATTEMPTS = 12
"""The number of workers that may fall silent before the job itself is taken to be the cause."""

OUTAGE_DELAY = timedelta(seconds=2)
"""The delay of a job that was stopped by an outage of the store."""

HEAD_STARTS: dict[Priority, timedelta] = {
    Priority.URGENT: timedelta(0),
    Priority.HIGH: timedelta(minutes=5),
    Priority.ROUTINE: timedelta(minutes=30),
}
"""The longest time for which a job yields to later, more urgent jobs; then it is as urgent."""

LINE_SPACING = timedelta(milliseconds=100)
"""The interval between the turns of a batch's lines, about the cost of a search on one core.

A small batch submitted after a large one is therefore processed among the large batch's lines, not
after them.
"""


def turn_of(queued_at: datetime, priority: Priority, number: int) -> datetime:
    """Return the instant that orders a job in the queue; `number` counts from 1."""
    return queued_at + HEAD_STARTS[priority] + (number - 1) * LINE_SPACING


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The delays after each failed attempt. One last attempt follows the last delay."""

    delays: tuple[timedelta, ...]

    @property
    def attempts(self) -> int:
        """The total number of attempts."""
        return len(self.delays) + 1

    def delay_after(self, attempts: int) -> timedelta | None:
        """Return the delay after this many attempts (from 1), or None to give up."""
        return self.delays[attempts - 1] if attempts <= len(self.delays) else None


RETRIES: dict[JobKind, RetryPolicy] = {
    JobKind.SEARCH: RetryPolicy(tuple(timedelta(seconds=s) for s in (2, 10, 60, 300))),
    # The schedule proposed by the Standard Webhooks specification: about three days in total.
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

LONGEST_LEASE = timedelta(hours=2)
"""No lease lasts longer. A lease that seems to last longer was taken while the clock was fast."""


def longest_delay(kind: JobKind, attempts: int) -> timedelta:
    """Return the longest time that a job of this kind waits after this many attempts.

    A job that seems to wait longer was queued while the clock was fast.
    """
    delays = RETRIES[kind].delays
    counted = delays[min(attempts, len(delays)) - 1] if attempts else timedelta(0)
    return max(counted, OUTAGE_DELAY)


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work and its state."""

    job_id: JobId
    kind: JobKind
    group_id: str
    number: int
    force: ForceCode
    turn_at: datetime
    not_before: datetime
    topic: str = ""
    subject_ref: str = ""
    """An opaque id of what the job is about."""
    state: JobState = JobState.WAITING
    attempts: int = 0
    lease_id: str | None = None
    result_ref: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Settlement:
    """The result of an attempt: the end of the job, or the time of the next attempt."""

    job_id: JobId
    lease_id: str
    state: JobState
    at: datetime
    not_before: datetime | None = None
    """With `WAITING`: the instant before which there is no further attempt."""
    result_ref: str = ""
    problem: str = ""
    counts: bool = True
    """Whether the attempt counts. A worker that is stopping returns jobs that it has not begun."""


def done(job: Job, at: datetime, result_ref: str = "") -> Settlement:
    """Return the settlement of a job that is done."""
    return _settled(job, JobState.DONE, at, result_ref=result_ref)


def refused(job: Job, at: datetime, problem: str) -> Settlement:
    """Return the settlement of a job that no retry can complete."""
    return _settled(job, JobState.FAILED, at, problem=problem)


def failed(job: Job, at: datetime, problem: str) -> Settlement:
    """Return the settlement of a failed attempt: a retry, or giving up if no attempts are left."""
    delay = RETRIES[job.kind].delay_after(job.attempts)
    if delay is None:
        return refused(job, at, problem)
    return _settled(job, JobState.WAITING, at, not_before=at + delay, problem=problem)


def abandoned(job: Job, at: datetime) -> Settlement:
    """Return the settlement of a job whose worker fell silent: a retry, up to a limit.

    Workers rarely die because of a job, so there are more of these than of failed attempts.
    """
    if job.attempts >= ABANDONED_ATTEMPTS:
        return refused(job, at, GAVE_UP)
    again = at + RETRIES[job.kind].delays[0]
    return _settled(job, JobState.WAITING, at, not_before=again, problem=GAVE_UP)


def given_back(job: Job, at: datetime) -> Settlement:
    """Return the settlement of a job that its worker leased but did not begin."""
    return _settled(job, JobState.WAITING, at, not_before=at, counts=False)


def postponed(job: Job, at: datetime, problem: str) -> Settlement:
    """Return the settlement of a job stopped by an outage: a retry, not counted as an attempt."""
    again = at + OUTAGE_DELAY
    return _settled(job, JobState.WAITING, at, not_before=again, problem=problem, counts=False)


def _settled(job: Job, state: JobState, at: datetime, **facts: Any) -> Settlement:
    return Settlement(job.job_id, job.lease_id or "", state, at, **facts)


def line_name(batch_id: str, number: int) -> str:
    """Return the name of a line of a batch in events."""
    return f"{batch_id}:{number}"


@dataclass(frozen=True, slots=True)
class Batch:
    """Many searches submitted together and processed in the background for their submitter."""

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
    """When the last line was settled."""
