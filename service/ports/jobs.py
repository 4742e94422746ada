"""Durable jobs and the batches they belong to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.ids import BatchId, ForceCode, JobId
from domain.jobs import Batch, Job, JobKind, JobState, Settlement


@dataclass(frozen=True, slots=True)
class Lease:
    """What a worker asks for: it alone works the jobs until then."""

    lease_id: str
    now: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class BatchPage:
    """A page of a force's batches, newest first."""

    batches: tuple[Batch, ...]
    next_before: str | None


class JobRepository(Protocol):
    """Jobs are queued once and settled once, whichever workers die in between."""

    def queue(self, jobs: Sequence[Job]) -> int:
        """Store new jobs and return how many were new: (kind, group, number) is unique."""

    def queue_lines(self, jobs: Sequence[Job], lines: Sequence[bytes]) -> None:
        """Store new jobs with a line of text each, none of which holds a newline.

        Lines are personal data: they are kept as payloads, many in one, and erased once the last
        job of theirs is settled.
        """

    def lines(self, job_ids: Sequence[JobId]) -> Mapping[JobId, bytes]:
        """Return the lines of these jobs that are not erased."""

    def lease(self, kind: JobKind, lease: Lease, *, limit: int) -> tuple[Job, ...]:
        """Lease up to `limit` waiting jobs in the order of their turns; counts as an attempt.

        No job is given to two workers, and none waits for a worker that is leasing others. A job
        that was tried before is leased alone.
        """

    def lapsed(self, kind: JobKind, now: datetime, *, limit: int) -> tuple[Job, ...]:
        """Return leased jobs whose lease has run out, the longest first."""

    def renew(self, lease_id: str, until: datetime) -> int:
        """Prolong a lease and return how many jobs it still holds."""

    def settle(self, settlements: Sequence[Settlement]) -> frozenset[JobId]:
        """Settle jobs and return those whose lease was still held; others are left alone."""

    def cancel(self, kind: JobKind, group_id: str, at: datetime) -> int:
        """Cancel the waiting jobs of a group and return how many they were."""

    def revive(self, job_id: JobId, at: datetime) -> bool:
        """Make a failed job wait again, with all its attempts; False when it has not failed."""

    def get(self, job_id: JobId) -> Job | None:
        """Return a job."""

    def of_group(self, kind: JobKind, group_id: str, *, after: int, limit: int) -> tuple[Job, ...]:
        """Return jobs of a group with numbers over `after`, in order."""

    def failed(
        self, kind: JobKind, group_id: str, *, before: int | None, limit: int
    ) -> tuple[Job, ...]:
        """Return the failed jobs of a group with numbers under `before`, the newest first."""

    def counts(self, kind: JobKind, group_id: str) -> Mapping[JobState, int]:
        """Return how many jobs of a group are in each state; absent states have none."""

    def waiting(self, kind: JobKind) -> int:
        """Return how many jobs wait."""

    def oldest_waiting(self, kind: JobKind) -> datetime | None:
        """Return the turn of the job that is next, or None when none waits."""

    def followed_to(self, follower: str) -> int:
        """Return the number of the next event of the log for this follower, 0 at first."""

    def follow_to(self, follower: str, next_seq: int) -> None:
        """Store how far this follower has come; whoever is further already stays there."""


class BatchRepository(Protocol):
    """Batches; how far one has come is read from its jobs."""

    def add(self, batch: Batch) -> None:
        """Store a batch."""

    def get(self, batch_id: BatchId) -> Batch | None:
        """Return a batch."""

    def lock(self, batch_ids: Sequence[BatchId]) -> tuple[Batch, ...]:
        """Return batches; whoever else locks one of them waits until this work ends."""

    def page(self, force: ForceCode, *, before: str | None, limit: int) -> BatchPage:
        """Return batches of one force; an unknown `before` gives an empty page."""

    def cancel(self, batch_id: BatchId, at: datetime) -> None:
        """Note that a batch was cancelled; the first time counts."""

    def finish(self, batch_id: BatchId, at: datetime) -> bool:
        """Note that no line is left; False when that was noted before."""
