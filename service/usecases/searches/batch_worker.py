"""A worker's share of the batches: leased, worked, settled; killed at any point, nothing is lost.

The effect of a job is remembered under the job's own idempotency key, in the transaction that
makes it. A worker that dies between the effect and the settlement leaves a lease that lapses; the
next worker finds the remembered effect and repeats nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.ids import BatchId
from domain.jobs import Job, JobKind, Settlement, abandoned, done
from service.storage.unit_of_work import UnitOfWork
from service.usecases.idempotency import kept_key
from service.usecases.leasing import lease
from service.usecases.searches.batch_lines import BatchWorker, key_of, read_lines, work_lines
from service.usecases.searches.batches import finish_if_done, submitter_of
from service.usecases.services import Services

_LAPSED_AT_ONCE = 200


def work_batches(worker: BatchWorker) -> int:
    """Lease some lines, search with each, settle them; return how many were leased."""
    _settle_lapsed(worker)
    jobs = lease(worker.services, JobKind.SEARCH, worker.policy, limit=worker.policy.searches)
    if not jobs:
        return 0
    with worker.services.units.read() as unit:
        texts = unit.jobs.lines([job.job_id for job in jobs])
        batches = {job.group_id: unit.batches.get(BatchId(job.group_id)) for job in jobs}
    held_until = worker.services.surroundings.clock() + worker.policy.lease
    lines = read_lines(worker, jobs, batches, texts)
    settlements: list[Settlement] = []
    together = worker.policy.stored_together
    for first in range(0, len(lines), together):
        held_until = _keep(worker, jobs, held_until)
        settlements += work_lines(worker, lines[first : first + together])
    _settle(worker.services, settlements, {job.group_id for job in jobs})
    return len(jobs)


def _keep(worker: BatchWorker, jobs: tuple[Job, ...], held_until: datetime) -> datetime:
    """Prolong the lease once half of it is over, and return until when it holds.

    A lease that seems to last longer than when it was taken is taken again: the clock went back.
    """
    now, whole = worker.services.surroundings.clock(), worker.policy.lease
    if whole / 2 < held_until - now <= whole:
        return held_until
    until = now + whole
    with worker.services.units.write() as unit:
        unit.jobs.renew(jobs[0].lease_id or "", until)
        unit.commit()
    return until


def _settle_lapsed(worker: BatchWorker) -> None:
    """Return the jobs of dead workers to the queue, or give up a job that may be killing them."""
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
    earlier = unit.idempotency_keys.find(batch.submitted_by, kept_key(batch.force, key_of(job)))
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
