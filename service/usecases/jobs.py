"""A worker's share of the jobs: leased, worked, settled; killed at any point, nothing is lost.

The effect of a job is remembered under the job's own idempotency key, in the transaction that
makes it. A worker that dies between the effect and the settlement leaves a lease that lapses; the
next worker finds what was remembered and does nothing twice.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.access import Caller
from domain.errors import AccessError, InvalidInputError, LinkingError, NotFoundError
from domain.ids import BatchId
from domain.jobs import (
    Batch,
    Job,
    JobKind,
    Settlement,
    abandoned,
    done,
    failed,
    given_back,
    refused,
)
from indexing.hits import Hits
from service.ports.jobs import Lease
from service.ports.unit_of_work import UnitOfWork
from service.usecases.batches import finish_if_done, submitter_of
from service.usecases.idempotency import IdempotencyKey, kept_key
from service.usecases.looking_up import look_up_together
from service.usecases.searching import SubmitSearch, submit_search
from service.usecases.services import Services, StoreServices

ReadLine = Callable[[bytes, Caller, IdempotencyKey], SubmitSearch]
"""Turns a line of a batch into a search; raises LinkingError for one that is malformed."""

UNEXPECTED = "unexpected"
"""The problem of an attempt that failed in a way nobody foresaw; it is logged by the worker."""

_LAPSED_AT_ONCE = 200

_OF_THE_LINE = (InvalidInputError, AccessError, NotFoundError)
"""What no other attempt would mend; anything else that is refused was wrong at the moment."""


@dataclass(frozen=True, slots=True)
class WorkerPolicy:
    """How a worker takes its share."""

    lease: timedelta = timedelta(seconds=60)
    """How long a worker may be silent before its jobs are given to another."""
    searches: int = 8
    """Searches leased at a time: so many are worked again, without effect, after a kill."""
    deliveries: int = 4
    """Messages leased at a time; each may take as long as the sender waits."""


@dataclass(frozen=True, slots=True)
class SearchWorker:
    """What working the lines of batches takes; for one thread."""

    services: Services
    read_line: ReadLine
    policy: WorkerPolicy
    stopping: threading.Event
    """When set, the line in hand is finished and the rest given back."""
    note_failure: Callable[[BaseException], None]
    """Is told of what nobody foresaw."""


def work_searches(worker: SearchWorker) -> int:
    """Lease some lines, search with each, settle them; return how many were leased."""
    _settle_lapsed(worker)
    jobs = lease(worker.services, JobKind.SEARCH, worker.policy, limit=worker.policy.searches)
    if not jobs:
        return 0
    with worker.services.units.read() as unit:
        lines = unit.jobs.lines([job.job_id for job in jobs])
        batches = {job.group_id: unit.batches.get(BatchId(job.group_id)) for job in jobs}
    held_until = worker.services.surroundings.clock() + worker.policy.lease
    read = [_read(worker, job, batches[job.group_id], lines.get(job.job_id)) for job in jobs]
    settlements = []
    for job, asked, hits in zip(jobs, read, _looked_up(worker, read), strict=True):
        held_until = _keep(worker, jobs, held_until)
        settlements.append(
            asked if isinstance(asked, Settlement) else _work_line(worker, job, asked, hits)
        )
    _settle(worker.services, settlements, {job.group_id for job in jobs})
    return len(jobs)


def lease(
    services: StoreServices, kind: JobKind, policy: WorkerPolicy, *, limit: int
) -> tuple[Job, ...]:
    """Lease jobs for this worker; empty when none is due."""
    now = services.surroundings.clock()
    with services.units.read() as unit:
        if unit.jobs.oldest_waiting(kind) is None:
            return ()
    wanted = Lease(services.surroundings.new_id(), now, now + policy.lease)
    with services.units.write() as unit:
        jobs = unit.jobs.lease(kind, wanted, limit=limit)
        if jobs:
            unit.commit()
    return jobs


def _keep(worker: SearchWorker, jobs: tuple[Job, ...], held_until: datetime) -> datetime:
    """Prolong the lease once half of it is over, and return until when it holds."""
    now = worker.services.surroundings.clock()
    if held_until - now > worker.policy.lease / 2:
        return held_until
    until = now + worker.policy.lease
    with worker.services.units.write() as unit:
        unit.jobs.renew(jobs[0].lease_id or "", until)
        unit.commit()
    return until


def _read(
    worker: SearchWorker, job: Job, batch: Batch | None, line: bytes | None
) -> SubmitSearch | Settlement:
    """Return what a line asks for, or what becomes of it where nobody can say."""
    if batch is None or line is None:
        return refused(job, worker.services.surroundings.clock(), UNEXPECTED)
    try:
        return worker.read_line(line, submitter_of(batch), _key_of(job))
    except Exception as error:  # noqa: BLE001 - the edge of a worker: one line never stops it
        return _unsuccessful(worker, job, error)


def _looked_up(
    worker: SearchWorker, read: Sequence[SubmitSearch | Settlement]
) -> tuple[Hits | None, ...]:
    """Look up together what was leased together; None where a line is looked up in its turn."""
    asked = {at: each for at, each in enumerate(read) if isinstance(each, SubmitSearch)}
    try:
        found = look_up_together(
            worker.services, [(each.search_type, each.probe) for each in asked.values()]
        )
    except Exception:  # noqa: BLE001 - one of them is at fault, and in its turn will say so alone
        return (None,) * len(read)
    hits = dict(zip(asked, found, strict=True))
    return tuple(hits.get(at) for at in range(len(read)))


def _work_line(
    worker: SearchWorker, job: Job, command: SubmitSearch, hits: Hits | None
) -> Settlement:
    clock = worker.services.surroundings.clock
    if worker.stopping.is_set():
        return given_back(job, clock())
    try:
        return done(job, clock(), submit_search(worker.services, command, hits))
    except Exception as error:  # noqa: BLE001 - the edge of a worker: one line never stops it
        return _unsuccessful(worker, job, error)


def _key_of(job: Job) -> IdempotencyKey:
    # A key from outside never holds a space, so that nobody can take this one first.
    return IdempotencyKey(f"line {job.job_id}", job.job_id)


def _unsuccessful(worker: SearchWorker, job: Job, error: Exception) -> Settlement:
    now = worker.services.surroundings.clock()
    if isinstance(error, _OF_THE_LINE):
        return refused(job, now, error.code)
    if isinstance(error, LinkingError):
        return failed(job, now, error.code)
    worker.note_failure(error)
    return failed(job, now, UNEXPECTED)


def _settle_lapsed(worker: SearchWorker) -> None:
    """Give what dead workers held to others, or give it up when it may be what kills them."""
    services = worker.services
    now = services.surroundings.clock()
    with services.units.read() as unit:
        lapsed = unit.jobs.lapsed(JobKind.SEARCH, now, limit=_LAPSED_AT_ONCE)
        settlements = [_of_lapsed(unit, job, now) for job in lapsed]
    if lapsed:
        _settle(services, settlements, {job.group_id for job in lapsed})


def _of_lapsed(unit: UnitOfWork, job: Job, now: datetime) -> Settlement:
    """Return that the line was searched with, when its worker had come that far."""
    batch = unit.batches.get(BatchId(job.group_id))
    if batch is None:
        return abandoned(job, now)
    earlier = unit.idempotency.find(batch.submitted_by, kept_key(batch.force, _key_of(job)))
    return done(job, now, earlier.resource_id) if earlier else abandoned(job, now)


def _settle(services: Services, settlements: Sequence[Settlement], groups: set[str]) -> None:
    """Settle lines and, where they were the last ones, their batches, in one transaction."""
    with services.units.write() as unit:
        # The lock first: of two workers with the last lines of a batch, one sees that it is done.
        batches = unit.batches.lock([BatchId(group) for group in sorted(groups)])
        unit.jobs.settle(settlements)
        for batch in batches:
            if batch.finished_at is None:
                finish_if_done(unit, services, submitter_of(batch), batch)
        unit.commit()
