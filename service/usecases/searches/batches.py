"""Batches of searches: submitted at once, processed in the background, read line by line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.access.access import Actor, Caller, Role, Scope
from domain.errors import InvalidInputError, NotFoundError
from domain.events.looking import LookKind
from domain.events.searches import BatchCancelled, BatchFinished, BatchSubmitted
from domain.examination.cases import Priority
from domain.ids import BatchId, ForceCode, JobId
from domain.jobs import Batch, Job, JobKind, JobState, turn_of
from domain.list_pages import ListPage
from service.storage.unit_of_work import UnitOfWork
from service.usecases import idempotency as client_keys
from service.usecases.log.recording import Concern, look, record
from service.usecases.services import Services

MAX_LINES = 10_000
"""The largest number of searches in one batch."""

MAX_LINE_BYTES = 131_072
"""The longest line in bytes. A tenprint as float32 takes about 12 KB, and its minutiae at most 21
KB."""


@dataclass(frozen=True, slots=True, eq=False)
class SubmitBatch:
    """A request to process many searches; `text` is NDJSON, one search in each line."""

    caller: Caller
    text: bytes
    priority: Priority = Priority.ROUTINE
    reference: str = ""
    """The client's own reference for the whole batch; empty if none."""
    idempotency: client_keys.IdempotencyKey | None = None


@dataclass(frozen=True, slots=True)
class BatchStanding:
    """A batch, and the number of its lines in each state."""

    batch: Batch
    counts: Mapping[JobState, int]
    reference: str = ""


@dataclass(frozen=True, slots=True)
class LinePage:
    """Consecutive lines of a batch and their states."""

    lines: tuple[Job, ...]
    next_after: int | None


def submit_batch(services: Services, command: SubmitBatch) -> BatchId:
    """Store a batch with all its lines, in one transaction. Nothing is searched yet.

    Each line is read when it is processed: a malformed line fails without affecting the others.
    Raises NotPermittedError, InvalidInputError (no lines, too many lines, or a line that is too
    long), IdempotencyConflictError.
    """
    command.caller.actor.require(Scope.SEARCH)
    force = command.caller.require_force()
    lines = _lines(command.text)
    batch = _batch(services, command, force, len(lines))
    jobs = _jobs(services, batch)
    key = _key_of(command)
    with services.units.begin() as unit:
        earlier = client_keys.claimed(unit, command.caller, key)
        if earlier is not None:
            return BatchId(earlier)
        unit.batches.add(batch)
        client_keys.keep_reference(services, unit, batch.batch_id, force, command.reference)
        unit.jobs.queue_lines(jobs, lines)
        event = BatchSubmitted(batch.batch_id, batch.lines, batch.priority)
        record(services, unit, command.caller, event)
        client_keys.remember(services, unit, command.caller, key, batch.batch_id)
    return batch.batch_id


def _key_of(command: SubmitBatch) -> client_keys.IdempotencyKey | None:
    """Return the key with what a batch states outside its lines: priority and reference."""
    key, priority = command.idempotency, command.priority
    is_usual = priority is Priority.ROUTINE
    return key and key.with_more("" if is_usual else priority.value, command.reference)


def _lines(text: bytes) -> Sequence[bytes]:
    """Return the lines of NDJSON. The newline after the last line may be missing."""
    lines = text.removesuffix(b"\n").split(b"\n")
    if len(lines) > MAX_LINES:
        raise InvalidInputError(f"The batch has too many lines: send at most {MAX_LINES:,} lines.")
    if not text.strip() or not all(line.strip() for line in lines):
        raise InvalidInputError("A line of the batch is empty: write one search in each line.")
    if max(map(len, lines)) > MAX_LINE_BYTES:
        raise InvalidInputError(f"A line is too long: send {MAX_LINE_BYTES:,} bytes at most.")
    return lines


def _batch(services: Services, command: SubmitBatch, force: ForceCode, lines: int) -> Batch:
    caller = command.caller
    return Batch(
        batch_id=BatchId(services.new_id()),
        force=force,
        submitted_by=caller.actor.user_id,
        on_behalf_of=caller.on_behalf_of,
        purpose=caller.purpose,
        request_id=caller.request_id,
        priority=command.priority,
        submitted_at=services.now(),
        lines=lines,
    )


def _jobs(services: Services, batch: Batch) -> list[Job]:
    return [
        Job(
            job_id=JobId(services.new_id()),
            kind=JobKind.SEARCH,
            group_id=batch.batch_id,
            number=number,
            force=batch.force,
            turn_at=turn_of(batch.submitted_at, batch.priority, number),
            not_before=batch.submitted_at,
        )
        for number in range(1, batch.lines + 1)
    ]


def batch_standing(
    services: Services, caller: Caller, batch_id: BatchId, *, scope: Scope = Scope.READ_SEARCHES
) -> BatchStanding:
    """Return the state of a batch of the caller's force.

    The caller must have `scope`. The call that submits a batch gives the scope for submitting, so
    that its caller need not be allowed to read searches. Raises NotPermittedError, NotFoundError.
    """
    with services.reading(caller, scope) as unit:
        return _standing(unit, _own_batch(unit, caller, batch_id))


def batch_standings(
    services: Services,
    caller: Caller,
    *,
    before: str | None,
    limit: int,
    reference: str | None = None,
) -> ListPage[BatchStanding, str]:
    """Return the states of the batches of the caller's force. Raises NotPermittedError."""
    caller.actor.require(Scope.READ_SEARCHES)
    force = caller.require_force()
    under = None if reference is None else client_keys.reference_digest(services, force, reference)
    with services.units.read() as unit:
        page = unit.batches.page(force, before=before, limit=limit, under=under)
        standings = tuple(_standing(unit, batch) for batch in page.items)
    return ListPage(standings, page.next_key)


def batch_lines(
    services: Services, caller: Caller, batch_id: BatchId, *, after: int, limit: int
) -> LinePage:
    """Return lines of a batch of the caller's force. Raises NotPermittedError, NotFoundError."""
    with services.reading(caller, Scope.READ_SEARCHES) as unit:
        batch = _own_batch(unit, caller, batch_id)
        lines = unit.jobs.of_group(JobKind.SEARCH, batch_id, after=after, limit=limit)
    shown = (batch_id, *(line.result_ref for line in lines))
    look(services, caller, LookKind.BATCH_LINES, shown, Concern(batch.force))
    is_last = not lines or lines[-1].number >= batch.lines
    return LinePage(lines, None if is_last else lines[-1].number)


def cancel_batch(services: Services, caller: Caller, batch_id: BatchId) -> None:
    """Cancel the waiting lines. Lines being processed are finished, and results are kept.

    Cancelling again changes nothing. Raises NotPermittedError, NotFoundError.
    """
    now = services.now()
    with services.begin(caller, Scope.SEARCH) as unit:
        _own_batch(unit, caller, batch_id)
        (batch,) = unit.batches.lock((batch_id,))
        if batch.cancelled_at is not None or batch.finished_at is not None:
            return
        unit.batches.cancel(batch_id, now)
        cancelled = unit.jobs.cancel(JobKind.SEARCH, batch_id, now)
        record(services, unit, caller, BatchCancelled(batch_id, cancelled))
        finish_if_done(unit, services, caller, batch)


def finish_if_done(unit: UnitOfWork, services: Services, caller: Caller, batch: Batch) -> None:
    """Record, once, that a batch, locked in this transaction, has no lines left to process."""
    counts = unit.jobs.counts(JobKind.SEARCH, batch.batch_id)
    if counts.get(JobState.WAITING, 0) or counts.get(JobState.LEASED, 0):
        return
    if not unit.batches.finish(batch.batch_id, services.now()):
        return
    event = BatchFinished(
        batch.batch_id,
        done=counts.get(JobState.DONE, 0),
        failed=counts.get(JobState.FAILED, 0),
        cancelled=counts.get(JobState.CANCELLED, 0),
    )
    record(services, unit, caller, event, Concern(batch.force))


def _own_batch(unit: UnitOfWork, caller: Caller, batch_id: BatchId) -> Batch:
    batch = unit.batches.get(batch_id)
    if batch is None or batch.force != caller.require_force():
        raise NotFoundError
    return batch


def _standing(unit: UnitOfWork, batch: Batch) -> BatchStanding:
    reference = unit.references.of([batch.batch_id]).get(batch.batch_id, "")
    return BatchStanding(batch, unit.jobs.counts(JobKind.SEARCH, batch.batch_id), reference)


def submitter_of(batch: Batch) -> Caller:
    """Return the caller for a batch's work: its submitter, with the scope to search."""
    actor = Actor(batch.submitted_by, Role.FORCE, batch.force, frozenset({Scope.SEARCH}))
    return Caller(actor, batch.purpose, batch.on_behalf_of, batch.request_id)
