"""Jobs on a database, leased with row locks for which no transaction waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from typing import Any

import sqlalchemy as sa

from domain.ids import JobId
from domain.jobs import (
    LONGEST_LEASE,
    RETRIES,
    SETTLED_STATES,
    Job,
    JobKind,
    JobState,
    Settlement,
    longest_delay,
)
from service.storage.engine.rows import Among, AnyRow, row_of, rows_where, value_of
from service.storage.sealed.payloads import NO_PAYLOAD, PayloadKind
from service.storage.searches.batches import BLOCK_LINES, block_body, line_of
from service.storage.tables.searches import jobs, log_followers
from service.storage.transaction import TransactionPart


@dataclass(frozen=True, slots=True)
class Lease:
    """A worker's claim to jobs: until it expires, only this worker may run them."""

    lease_id: str
    now: datetime
    until: datetime


_OPEN_STATES = tuple(state.value for state in JobState if state not in SETTLED_STATES)


def _is(state: JobState) -> sa.ColumnElement[bool]:
    """Return a condition on the state as literal SQL, which partial indexes require."""
    return jobs.c.state == sa.literal_column(f"'{state.value}'")


def is_due(kind: JobKind, now: datetime) -> sa.ColumnElement[bool]:
    """Return the condition under which a waiting job may be leased.

    If a job's remaining wait is longer than the longest possible delay after its attempts, it was
    queued while the clock was fast, so it counts as due.
    """
    latest = {
        attempts: sa.literal(now + longest_delay(kind, attempts), jobs.c.not_before.type)
        for attempts in range(RETRIES[kind].attempts + 1)
    }
    *_, last = latest.values()
    return sa.or_(
        jobs.c.not_before <= now,
        jobs.c.not_before > sa.case(latest, value=jobs.c.attempts, else_=last),
    )


def leasing(job_rows: Sequence[int], lease: Lease) -> sa.Update:
    """Return the statement that leases these jobs, which counts as an attempt."""
    its = {"lease_id": lease.lease_id, "leased_until": lease.until}
    attempts = jobs.c.attempts + 1
    these = sa.update(jobs).where(jobs.c.job_row.in_(job_rows))
    return these.values(state=JobState.LEASED, attempts=attempts, **its)


class Jobs(TransactionPart):
    """Jobs. Each is queued once and settled once, even if workers die in between."""

    def queue(self, new_jobs: Sequence[Job]) -> int:
        """Store new jobs and return how many were new; (kind, group, number) is unique."""
        its = {"payload_id": NO_PAYLOAD, "place": 0}
        key = ("kind", "group_id", "number")
        return sum(self._add_new(jobs, job, unless_taken=key, **its) for job in new_jobs)

    def queue_lines(self, new_jobs: Sequence[Job], lines: Sequence[bytes]) -> None:
        """Store new jobs, each with one line of text that contains no newline.

        Lines are personal data. They are stored as payloads, many lines in each, and a payload is
        erased once the last of its jobs is settled.
        """
        blocks = [
            block_body(lines[start : start + BLOCK_LINES])
            for start in range(0, len(lines), BLOCK_LINES)
        ]
        payload_ids = self._transaction.payloads.put_many(PayloadKind.BATCH, blocks)
        rows = [
            _row(job, payload_ids[at // BLOCK_LINES], at % BLOCK_LINES)
            for at, job in enumerate(new_jobs)
        ]
        self._add_all(jobs, rows)

    def lines(self, job_ids: Sequence[JobId]) -> Mapping[JobId, bytes]:
        """Return the lines of these jobs, leaving out erased lines."""
        query = sa.select(jobs.c.job_id, jobs.c.payload_id, jobs.c.place).where(
            jobs.c.job_id.in_(job_ids)
        )
        rows = self._rows(query)
        bodies = self._transaction.payloads.get_many(
            PayloadKind.BATCH, {row.payload_id for row in rows}
        )
        return {
            JobId(row.job_id): line_of(bodies[row.payload_id], row.place)
            for row in rows
            if row.payload_id in bodies
        }

    def lease(self, kind: JobKind, lease: Lease, *, limit: int) -> tuple[Job, ...]:
        """Lease up to `limit` waiting jobs, in the order of their turns, as an attempt.

        No job is given to two workers, and no worker waits for another that is leasing jobs. A job
        that has been tried before is leased by itself.
        """
        query = (
            sa.select(jobs)
            .where(jobs.c.kind == kind, _is(JobState.WAITING), is_due(kind, lease.now))
            .order_by(jobs.c.turn_at, jobs.c.job_row)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = _together(self._rows(query))
        if not rows:
            return ()
        self._connection.execute(leasing([row.job_row for row in rows], lease))
        return tuple(_leased(row, lease.lease_id) for row in rows)

    def lapsed(self, kind: JobKind, now: datetime, *, limit: int) -> tuple[Job, ...]:
        """Return leased jobs whose lease has expired, longest expired first.

        A lease that would last longer than the longest possible lease was taken while the clock
        was fast, so it counts as expired.
        """
        is_over = sa.or_(jobs.c.leased_until < now, jobs.c.leased_until > now + LONGEST_LEASE)
        query = (
            sa.select(jobs)
            .where(_is(JobState.LEASED), is_over, jobs.c.kind == kind)
            .order_by(jobs.c.leased_until)
            .limit(limit)
        )
        return self._all(Job, query)

    def renew(self, lease_id: str, until: datetime) -> int:
        """Extend a lease and return the number of jobs that it still holds."""
        held = sa.update(jobs).where(_is(JobState.LEASED), jobs.c.lease_id == lease_id)
        return int(self._connection.execute(held.values(leased_until=until)).rowcount)

    def settle(self, settlements: Sequence[Settlement]) -> frozenset[JobId]:
        """Settle jobs and return those whose lease was still held; the others are unchanged."""
        settled = frozenset(s.job_id for s in settlements if self._settle_one(s))
        ended = [s.job_id for s in settlements if s.job_id in settled if s.state in SETTLED_STATES]
        self._erase_blocks(sa.select(jobs.c.payload_id).where(jobs.c.job_id.in_(ended)))
        return settled

    def cancel(self, kind: JobKind, group_id: str, at: datetime) -> int:
        """Cancel the waiting jobs of a group and return how many were cancelled."""
        mine = (jobs.c.kind == kind, jobs.c.group_id == group_id)
        cancelled = self._connection.execute(
            sa.update(jobs)
            .where(*mine, _is(JobState.WAITING))
            .values(state=JobState.CANCELLED, settled_at=at)
        ).rowcount
        self._erase_blocks(sa.select(jobs.c.payload_id).where(*mine, _is(JobState.CANCELLED)))
        return int(cancelled)

    def revive(self, job_id: JobId, at: datetime) -> bool:
        """Return a failed job to waiting with all its attempts. False if it is not failed."""
        revived = self._connection.execute(
            sa.update(jobs)
            .where(jobs.c.job_id == job_id, _is(JobState.FAILED))
            .values(state=JobState.WAITING, attempts=0, not_before=at, settled_at=None)
        )
        return bool(revived.rowcount)

    def get(self, job_id: JobId) -> Job | None:
        """Return a job."""
        return self._one(Job, rows_where(jobs, job_id=job_id))

    def of_group(self, kind: JobKind, group_id: str, *, after: int, limit: int) -> tuple[Job, ...]:
        """Return jobs of a group with numbers above `after`, in order."""
        query = rows_where(jobs, kind=kind, group_id=group_id).where(jobs.c.number > after)
        return self._all(Job, query.order_by(jobs.c.number).limit(limit))

    def failed(
        self, kind: JobKind, group_id: str, *, before: int | None, limit: int
    ) -> tuple[Job, ...]:
        """Return the failed jobs of a group with numbers below `before`, newest first."""
        query = rows_where(jobs, kind=kind, group_id=group_id).where(_is(JobState.FAILED))
        if before is not None:
            query = query.where(jobs.c.number < before)
        return self._all(Job, query.order_by(jobs.c.number.desc()).limit(limit))

    def counts(self, kind: JobKind, group_id: str) -> Mapping[JobState, int]:
        """Return the number of jobs of a group in each state, leaving out states without jobs."""
        query = (
            sa.select(jobs.c.state, sa.func.count())
            .where(jobs.c.kind == kind, jobs.c.group_id == group_id)
            .group_by(jobs.c.state)
        )
        return {JobState(state): count for state, count in self._connection.execute(query)}

    def waiting(self, kind: JobKind) -> int:
        """Return the number of waiting jobs."""
        query = sa.select(sa.func.count()).where(jobs.c.kind == kind, _is(JobState.WAITING))
        return int(self._cell(query))

    def oldest_waiting(self, kind: JobKind) -> datetime | None:
        """Return the turn of the next job, or None when no job is waiting."""
        query = (
            sa.select(jobs.c.turn_at)
            .where(jobs.c.kind == kind, _is(JobState.WAITING))
            .order_by(jobs.c.turn_at, jobs.c.job_row)
            .limit(1)
        )
        turn_at: datetime | None = self._cell(query)
        return turn_at

    def followed_to(self, follower: str) -> int:
        """Return the number of the next log event for this follower, or 0 at the start."""
        mine = sa.select(log_followers.c.next_seq).where(log_followers.c.follower == follower)
        return int(self._cell(mine) or 0)

    def follow_to(self, follower: str, next_seq: int) -> None:
        """Store how far this follower has read; the stored number never decreases."""
        if not self._add_new(log_followers, follower=follower, next_seq=next_seq):
            self._connection.execute(
                sa.update(log_followers)
                .where(log_followers.c.follower == follower, log_followers.c.next_seq < next_seq)
                .values(next_seq=next_seq)
            )

    def _settle_one(self, settlement: Settlement) -> bool:
        held = (
            jobs.c.job_id == settlement.job_id,
            jobs.c.lease_id == settlement.lease_id,
            _is(JobState.LEASED),
        )
        result = self._connection.execute(sa.update(jobs).where(*held).values(**_end(settlement)))
        return bool(result.rowcount)

    def _erase_blocks(self, touched: sa.Select[Any]) -> None:
        """Erase blocks in which no line belongs to an unfinished job."""
        blocks = set(self._column(touched.distinct())) - {NO_PAYLOAD}
        query = sa.select(jobs.c.payload_id).where(
            Among(jobs.c.payload_id, "blocks"), jobs.c.state.in_(_OPEN_STATES)
        )
        found = self._connection.execute(query.distinct(), {"blocks": sorted(blocks)})
        still_wanted = set(found.scalars())
        self._transaction.payloads.delete(blocks - still_wanted)


def _together(rows: Sequence[AnyRow]) -> Sequence[AnyRow]:
    """Return the rows to lease together; a job that has been tried before is leased by itself.

    If that job kills its worker, the other jobs of a shared lease would be lost with it.
    """
    fresh = list(takewhile(lambda row: row.attempts == 0, rows))
    return fresh or rows[:1]


def _end(settlement: Settlement) -> dict[str, Any]:
    ends = settlement.state in SETTLED_STATES
    values: dict[str, Any] = {
        "state": settlement.state,
        "lease_id": None,
        "leased_until": None,
        "result_ref": settlement.result_ref,
        "problem": settlement.problem,
        "settled_at": settlement.at if ends else None,
    }
    if settlement.not_before is not None:
        values["not_before"] = settlement.not_before
    if not settlement.counts:
        values["attempts"] = jobs.c.attempts - 1
    return values


def _row(job: Job, payload_id: int, place: int) -> dict[str, Any]:
    return row_of(jobs, job, payload_id=payload_id, place=place)


def _leased(row: AnyRow, lease_id: str) -> Job:
    job = value_of(Job, row)
    return replace(job, state=JobState.LEASED, attempts=job.attempts + 1, lease_id=lease_id)
