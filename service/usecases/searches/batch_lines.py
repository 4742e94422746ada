"""The lines of a batch: leased by workers, searched together, and settled one by one."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from domain import errors, jobs
from domain.access.access import Caller
from domain.ids import BatchId, JobId
from domain.searches.searches import Probe, SearchType
from indexing.searching.hits import Hits
from service.storage.unit_of_work import UnitOfWork
from service.usecases.idempotency import IdempotencyKey, kept_key
from service.usecases.leasing import WorkerPolicy, lease
from service.usecases.searches import searching
from service.usecases.searches.batches import finish_if_done, submitter_of
from service.usecases.searches.in_depth import single_finger
from service.usecases.searches.looking_up import look_up_together
from service.usecases.services import Services

ReadLine = Callable[[bytes, Caller, IdempotencyKey], searching.SubmitSearch]
"""Turns a line of a batch into a search. Raises LinkingError for a malformed line."""

UNEXPECTED = "unexpected"
"""The problem code of an attempt that failed unexpectedly; the worker logs the error."""

_OF_THE_LINE = (errors.InvalidInputError, errors.AccessError, errors.NotFoundError)
"""Errors that another attempt cannot resolve. All other errors may be temporary."""


@dataclass(frozen=True, slots=True)
class BatchWorker:
    """What a worker needs to process the lines of batches; for one thread."""

    services: Services
    read_line: ReadLine
    policy: WorkerPolicy
    stopping: threading.Event
    """When set, lines being processed are finished and the rest are put back."""
    note_failure: Callable[[BaseException], None]


@dataclass(frozen=True, slots=True, eq=False)
class AskedLine:
    """A line to be processed."""

    job: jobs.Job
    asked: searching.SubmitSearch | jobs.Settlement
    """The search that the line requests, or its settlement if the line cannot be read."""
    hits: Hits | None = None
    """The index's proposals; None for a line that is looked up when it is processed."""


def read_lines(
    worker: BatchWorker,
    leased: Sequence[jobs.Job],
    batches: Mapping[str, jobs.Batch | None],
    texts: Mapping[JobId, bytes],
) -> list[AskedLine]:
    """Read leased lines, and look up their searches together."""
    read = [_read(worker, job, batches[job.group_id], texts.get(job.job_id)) for job in leased]
    found = _looked_up(worker, read)
    return [AskedLine(*one) for one in zip(leased, read, found, strict=True)]


def work_lines(worker: BatchWorker, lines: Sequence[AskedLine]) -> list[jobs.Settlement]:
    """Search with some lines, store the searches in one transaction, and settle each line.

    If that transaction fails, each search is stored separately, so that one line never affects
    another.
    """
    worked = _Worked(worker)
    for line in lines:
        worked.take(line)
    worked.store()
    return [worked.settlements[line.job.job_id] for line in lines]


def key_of(job: jobs.Job) -> IdempotencyKey:
    """Return the idempotency key under which the result of a line is stored."""
    # A client's key never contains a space, so no caller can use this key first.
    return IdempotencyKey(f"line {job.job_id}", job.job_id)


class _Worked:
    """Lines that are prepared and wait to be stored, and the settlements of the other lines."""

    def __init__(self, worker: BatchWorker) -> None:
        self.settlements: dict[str, jobs.Settlement] = {}
        self._worker = worker
        self._waiting: list[tuple[jobs.Job, searching.PreparedSearch]] = []

    def take(self, line: AskedLine) -> None:
        """Prepare a line. It then waits to be stored, unless it has already been settled."""
        job, asked, worker = line.job, line.asked, self._worker
        if isinstance(asked, jobs.Settlement):
            self.settlements[job.job_id] = asked
        elif worker.stopping.is_set():
            self.settlements[job.job_id] = jobs.given_back(job, worker.services.now())
        else:
            with self._answering_for(job):
                self._prepare(job, asked, line.hits)

    def store(self) -> None:
        """Store the waiting lines, together if possible."""
        waiting, self._waiting = self._waiting, []
        if len(waiting) > 1 and self._are_stored(waiting):
            return
        for job, one in waiting:
            with self._answering_for(job):
                self._settle(job, searching.store_together(self._worker.services, [one])[0])

    def _are_stored(self, waiting: Sequence[tuple[jobs.Job, searching.PreparedSearch]]) -> bool:
        """Store all in one transaction. False if it failed: the faulty one will then report its
        error.
        """
        try:
            stored = searching.store_together(self._worker.services, [one for _, one in waiting])
        except Exception:  # noqa: BLE001 - each is stored alone next, and fails with a reason
            return False
        for (job, _), search in zip(waiting, stored, strict=True):
            self._settle(job, search)
        return True

    def _prepare(self, job: jobs.Job, asked: searching.SubmitSearch, hits: Hits | None) -> None:
        prepared = searching.prepare(self._worker.services, asked, hits)
        if self._is_near_to_waiting(prepared):
            # Waiting searches are not counted as attempts yet. Store them first, so that they are
            # counted.
            self.store()
            prepared = searching.prepare(self._worker.services, asked, hits)
        if isinstance(prepared, searching.PreparedSearch):
            self._waiting.append((job, prepared))
        else:
            self._settle(job, prepared)

    def _is_near_to_waiting(
        self, prepared: searching.PreparedSearch | searching.SubmittedSearch
    ) -> bool:
        if not isinstance(prepared, searching.PreparedSearch):
            return False
        attempt, guard = prepared.admitted.attempt, self._worker.services.guard
        if attempt is None or guard is None:
            return False
        waiting = (one.admitted.attempt for _, one in self._waiting)
        sketches = [one.sketch for one in waiting if one is not None]
        return bool(guard.sketcher.near(attempt.sketch, sketches))

    @contextmanager
    def _answering_for(self, job: jobs.Job) -> Iterator[None]:
        """Settle the job as unsuccessful if the block fails."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - the edge of a worker: one line never stops it
            settlement = _unsuccessful(self._worker, job, error)
            self.settlements[job.job_id] = settlement

    def _settle(self, job: jobs.Job, search: searching.SubmittedSearch) -> None:
        now = self._worker.services.now()
        self.settlements[job.job_id] = jobs.done(job, now, search.search_id)


def _read(
    worker: BatchWorker, job: jobs.Job, batch: jobs.Batch | None, line: bytes | None
) -> searching.SubmitSearch | jobs.Settlement:
    """Return the search that a line requests, or its settlement if the line cannot be read."""
    if batch is None or line is None:
        return jobs.refused(job, worker.services.now(), UNEXPECTED)
    try:
        asked = worker.read_line(line, submitter_of(batch), key_of(job))
        return replace(asked, line=jobs.line_name(job.group_id, job.number))
    except Exception as error:  # noqa: BLE001 - the edge of a worker: one line never stops it
        return _unsuccessful(worker, job, error)


def _looked_up(
    worker: BatchWorker, read: Sequence[searching.SubmitSearch | jobs.Settlement]
) -> tuple[Hits | None, ...]:
    """Look up leased lines together; None for a line to look up when it is processed."""
    asked = {at: each for at, each in enumerate(read) if isinstance(each, searching.SubmitSearch)}
    try:
        found = look_up_together(
            worker.services,
            [_asked(worker, each) for each in asked.values()],
        )
    except Exception:  # noqa: BLE001 - one of them is at fault, and in its turn will say so alone
        return (None,) * len(read)
    hits = dict(zip(asked, found, strict=True))
    return tuple(hits.get(at) for at in range(len(read)))


def _asked(worker: BatchWorker, command: searching.SubmitSearch) -> tuple[SearchType, Probe]:
    kind, probe = command.search_type, command.probe
    single = single_finger(worker.services, kind, probe, command.minutiae)
    return (kind, probe) if single is None else single.asked(probe)


def _unsuccessful(worker: BatchWorker, job: jobs.Job, error: Exception) -> jobs.Settlement:
    now = worker.services.now()
    if isinstance(error, errors.StoreUnavailableError):
        # An outage is not the line's fault, so it uses up none of the line's attempts, however
        # long it lasts.
        worker.services.outages.report(error)
        return jobs.postponed(job, now, error.code)
    if isinstance(error, errors.PrintsBusyError):
        return jobs.postponed(job, now, error.code)
    if isinstance(error, _OF_THE_LINE):
        return jobs.refused(job, now, error.code)
    if isinstance(error, errors.LinkingError):
        return jobs.failed(job, now, error.code)
    worker.note_failure(error)
    return jobs.failed(job, now, UNEXPECTED)


# The result of a job is stored under the job's own idempotency key, in the transaction that makes
# the result. If a worker dies between this transaction and the settlement, its lease lapses; the
# next worker finds the stored result and repeats nothing.


_LAPSED_AT_ONCE = 200


def work_batches(worker: BatchWorker) -> int:
    """Lease some lines, search with each, and settle them; return how many were leased."""
    _settle_lapsed(worker)
    leased = lease(
        worker.services, jobs.JobKind.SEARCH, worker.policy, limit=worker.policy.searches
    )
    if not leased:
        return 0
    with worker.services.units.read() as unit:
        texts = unit.jobs.lines([job.job_id for job in leased])
        batches = {job.group_id: unit.batches.get(BatchId(job.group_id)) for job in leased}
    held_until = worker.services.now() + worker.policy.lease
    lines = read_lines(worker, leased, batches, texts)
    settlements: list[jobs.Settlement] = []
    together = worker.policy.stored_together
    for first in range(0, len(lines), together):
        held_until = _keep(worker, leased, held_until)
        settlements += work_lines(worker, lines[first : first + together])
    _settle(worker.services, settlements, {job.group_id for job in leased})
    return len(leased)


def _keep(worker: BatchWorker, leased: tuple[jobs.Job, ...], held_until: datetime) -> datetime:
    """Renew the lease once half of its time is over, and return when it now ends.

    If the remaining time is longer than a whole lease, the clock was set back, and the lease is
    also renewed.
    """
    now, whole = worker.services.now(), worker.policy.lease
    if whole / 2 < held_until - now <= whole:
        return held_until
    until = now + whole
    with worker.services.units.begin() as unit:
        unit.jobs.renew(leased[0].lease_id or "", until)
    return until


def _settle_lapsed(worker: BatchWorker) -> None:
    """Return dead workers' jobs to the queue; give up a job that may be killing its workers."""
    services = worker.services
    now = services.now()
    with services.units.read() as unit:
        lapsed = unit.jobs.lapsed(jobs.JobKind.SEARCH, now, limit=_LAPSED_AT_ONCE)
        settlements = [_of_lapsed(unit, job, now) for job in lapsed]
    if lapsed:
        _settle(services, settlements, {job.group_id for job in lapsed})


def _of_lapsed(unit: UnitOfWork, job: jobs.Job, now: datetime) -> jobs.Settlement:
    """Return the settlement of a lapsed job: done, if its worker had already stored the search."""
    batch = unit.batches.get(BatchId(job.group_id))
    if batch is None:
        return jobs.abandoned(job, now)
    earlier = unit.idempotency_keys.find(batch.submitted_by, kept_key(batch.force, key_of(job)))
    return jobs.done(job, now, earlier.resource_id) if earlier else jobs.abandoned(job, now)


def _settle(services: Services, settlements: Sequence[jobs.Settlement], groups: set[str]) -> None:
    """Settle lines and, if they were the last ones of a batch, the batch, in one transaction."""
    with services.units.begin() as unit:
        # Lock first: if two workers have the last lines of a batch, one of them then sees that the
        # batch is done.
        batches = unit.batches.lock([BatchId(group) for group in sorted(groups)])
        unit.jobs.settle(settlements)
        for batch in batches:
            if batch.finished_at is None:
                finish_if_done(unit, services, submitter_of(batch), batch)
