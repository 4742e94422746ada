"""Webhooks of forces, and the messages to be delivered to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, or_, select, update

from domain.ids import EndpointId, ForceCode, Topic
from domain.jobs import Job, JobKind, JobState
from domain.webhooks import LONGEST_PAUSE, Circuit, Endpoint
from service.provenance.vault.key_stores import Access
from service.storage.engine.rows import AnyRow, row_of, rows_where, value_of
from service.storage.messages.jobs import Lease, is_due, leasing
from service.storage.tables.searches import jobs, webhook_endpoints
from service.storage.transaction import TransactionPart


class Webhooks(TransactionPart):
    """The endpoints of all forces."""

    def add(self, endpoint: Endpoint) -> None:
        """Store an endpoint."""
        self._add(webhook_endpoints, endpoint, topics=" ".join(sorted(endpoint.topics)))

    def get(self, endpoint_id: EndpointId) -> Endpoint | None:
        """Return an endpoint, removed or not."""
        found = self._endpoints(rows_where(webhook_endpoints, endpoint_id=endpoint_id))
        return found[0] if found else None

    def of_force(self, force: ForceCode) -> tuple[Endpoint, ...]:
        """Return the endpoints of a force that are not removed, oldest first."""
        return self._endpoints(_LIVE.where(webhook_endpoints.c.force == force))

    def every(self) -> tuple[Endpoint, ...]:
        """Return the endpoints of all forces that are not removed."""
        return self._endpoints(_LIVE)

    def rotate(self, endpoint_id: EndpointId, *, to_version: int, at: datetime) -> bool:
        """Store the next version of the secret. Returns False if `to_version` is another."""
        its = {"endpoint_id": endpoint_id, "secret_version": to_version - 1}
        is_next = self._change(
            webhook_endpoints, its, secret_version=to_version, secret_changed_at=at
        )
        if is_next:
            old = f"{endpoint_id}:{to_version - 1}"
            self._transaction.withdrawn.append((Access.WEBHOOK_SECRET, old))
        return bool(is_next)

    def pause(self, endpoint_id: EndpointId, *, is_paused: bool) -> None:
        """Store whether the endpoint is paused, so that its messages wait."""
        self._change(webhook_endpoints, {"endpoint_id": endpoint_id}, is_paused=is_paused)

    def note_circuit(self, endpoint_id: EndpointId, circuit: Circuit) -> None:
        """Store the state of the circuit breaker after an attempt."""
        values = row_of(webhook_endpoints, circuit, circuit_since=circuit.since)
        self._change(webhook_endpoints, {"endpoint_id": endpoint_id}, **values)

    def any_failing_before(self, instant: datetime) -> bool:
        """Whether an endpoint has accepted no message since before the given time."""
        return self._has(_LIVE.where(webhook_endpoints.c.failing_since <= instant).limit(1))

    def remove(self, endpoint_id: EndpointId, at: datetime) -> None:
        """Mark an endpoint as removed; does nothing if it is already removed."""
        its = {"endpoint_id": endpoint_id, "removed_at": None}
        if self._change(webhook_endpoints, its, removed_at=at):
            self._transaction.withdrawn.append((Access.WEBHOOK, endpoint_id))

    def _endpoints(self, query: Select[Any]) -> tuple[Endpoint, ...]:
        return tuple(endpoint_of(row) for row in self._connection.execute(query))


_LIVE = (
    select(webhook_endpoints)
    .where(webhook_endpoints.c.removed_at.is_(None))
    .order_by(webhook_endpoints.c.endpoint_row)
)


def endpoint_of(row: AnyRow) -> Endpoint:
    """Return the endpoint that a database row holds."""
    return value_of(
        Endpoint,
        row,
        topics=frozenset(map(Topic, row.topics.split())),
        circuit=value_of(Circuit, row, since=row.circuit_since),
    )


_endpoints = webhook_endpoints.c
_others = jobs.alias("others")

# Literal SQL, because with parameters the partial indexes are not used.
_WAITING: ColumnElement[str] = literal_column("'waiting'")
_LEASED: ColumnElement[str] = literal_column("'leased'")
_IS_WAITING = (jobs.c.kind == JobKind.DELIVERY, jobs.c.state == _WAITING)


@dataclass(frozen=True, slots=True)
class Ready:
    """An endpoint to which a message can be sent now."""

    endpoint_id: EndpointId
    force: ForceCode
    job_row: int
    """The message that is next."""
    last_attempt_at: datetime | None


class Deliveries(TransactionPart):
    """The messages to all endpoints; for each endpoint at most one is leased at a time."""

    def ready(self, now: datetime) -> tuple[Ready, ...]:
        """Return the endpoints that have a due message and no leased message.

        Endpoints that are paused, or whose circuit is open, are left out.
        """
        first = (
            select(jobs.c.job_row)
            .where(
                *_IS_WAITING,
                jobs.c.group_id == _endpoints.endpoint_id,
                is_due(JobKind.DELIVERY, now),
            )
            .order_by(jobs.c.turn_at, jobs.c.job_row)
            .limit(1)
            .correlate(webhook_endpoints)
            .scalar_subquery()
        )
        query = select(
            _endpoints.endpoint_id,
            _endpoints.force,
            _endpoints.last_attempt_at,
            first.label("job_row"),
        ).where(
            _endpoints.is_paused.is_(False),
            _is_tried(now),
            ~_is_busy(_endpoints.endpoint_id),
        )
        return tuple(
            value_of(Ready, row, last_attempt_at=row[2])
            for row in self._connection.execute(query)
            if row.job_row is not None
        )

    def leased(self) -> Mapping[ForceCode, int]:
        """Return the number of leased messages of each force, leaving out forces without any."""
        query = (
            select(jobs.c.force, func.count())
            .where(jobs.c.kind == JobKind.DELIVERY, jobs.c.state == _LEASED)
            .group_by(jobs.c.force)
        )
        return {ForceCode(force): count for force, count in self._connection.execute(query)}

    def lease(self, job_rows: Sequence[int], lease: Lease) -> tuple[Job, ...]:
        """Lease these messages in order, except those that another worker has since leased.

        This counts as an attempt.
        """
        free = (
            select(jobs.c.job_row)
            .where(jobs.c.job_row.in_(job_rows), *_IS_WAITING, ~_is_busy(jobs.c.group_id))
            .with_for_update(skip_locked=True)
        )
        rows = list(self._column(free))
        if not rows:
            return ()
        self._connection.execute(leasing(rows, lease))
        place = {row: at for at, row in enumerate(job_rows)}
        found = self._rows(select(jobs).where(jobs.c.job_row.in_(rows)))
        return tuple(
            value_of(Job, row) for row in sorted(found, key=lambda row: place[row.job_row])
        )

    def give_up(self, *, failing_before: datetime, due_before: datetime, at: datetime) -> int:
        """Fail old messages to endpoints that have long been failing; return how many.

        A message fails if it has been due since `due_before` or longer, and its endpoint, not
        paused, has been failing since `failing_before` or longer. It fails with the endpoint's
        last fault.
        """
        is_failing = (_endpoints.failing_since <= failing_before, _endpoints.is_paused.is_(False))
        fault = (
            select(_endpoints.last_fault)
            .where(_endpoints.endpoint_id == jobs.c.group_id)
            .scalar_subquery()
        )
        hopeless = select(_endpoints.endpoint_id).where(*is_failing)
        given_up = (
            update(jobs)
            .where(*_IS_WAITING, jobs.c.group_id.in_(hopeless), jobs.c.not_before <= due_before)
            .values(state=JobState.FAILED, problem=fault, settled_at=at)
        )
        return int(self._connection.execute(given_up).rowcount)


def _is_tried(now: datetime) -> ColumnElement[bool]:
    """Return the condition that an endpoint is not in a pause between attempts.

    A pause that would last longer than the longest possible pause began while the clock was fast,
    so it counts as over.
    """
    until = _endpoints.next_attempt_at
    return or_(until.is_(None), until <= now, until > now + LONGEST_PAUSE)


def _is_busy(endpoint_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that a message of an endpoint is leased."""
    leased = rows_where(
        _others.c.job_row, kind=JobKind.DELIVERY, group_id=endpoint_id, state=_LEASED
    )
    return leased.exists()
