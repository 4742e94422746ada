"""Webhook endpoints on a database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, select, update

from domain.circuits import Circuit
from domain.ids import EndpointId, ForceCode, Topic
from domain.webhooks import Endpoint
from service.provenance.vault.withdrawals import Access
from service.storage.engine.rows import AnyRow, row_of, value_of
from service.storage.tables.searches import webhook_endpoints
from service.storage.transaction import TransactionPart


class Webhooks(TransactionPart):
    """The endpoints of all forces."""

    def add(self, endpoint: Endpoint) -> None:
        """Store an endpoint."""
        self._connection.execute(
            insert(webhook_endpoints)
            .values(row_of(webhook_endpoints, endpoint, topics=" ".join(sorted(endpoint.topics))))
            .inline()
        )

    def get(self, endpoint_id: EndpointId) -> Endpoint | None:
        """Return an endpoint, removed or not."""
        found = self._endpoints(
            select(webhook_endpoints).where(webhook_endpoints.c.endpoint_id == endpoint_id)
        )
        return found[0] if found else None

    def of_force(self, force: ForceCode) -> tuple[Endpoint, ...]:
        """Return the endpoints of a force that are not removed, oldest first."""
        return self._endpoints(_LIVE.where(webhook_endpoints.c.force == force))

    def every(self) -> tuple[Endpoint, ...]:
        """Return the endpoints of all forces that are not removed."""
        return self._endpoints(_LIVE)

    def rotate(self, endpoint_id: EndpointId, *, to_version: int, at: datetime) -> bool:
        """Store the next version of the secret; False when it is not the next one."""
        result = self._connection.execute(
            update(webhook_endpoints)
            .where(
                webhook_endpoints.c.endpoint_id == endpoint_id,
                webhook_endpoints.c.secret_version == to_version - 1,
            )
            .values(secret_version=to_version, secret_changed_at=at)
        )
        if result.rowcount:
            old = f"{endpoint_id}:{to_version - 1}"
            self._transaction.withdrawn.append((Access.WEBHOOK_SECRET, old))
        return bool(result.rowcount)

    def pause(self, endpoint_id: EndpointId, *, is_paused: bool) -> None:
        """Store whether messages wait."""
        self._connection.execute(
            update(webhook_endpoints)
            .where(webhook_endpoints.c.endpoint_id == endpoint_id)
            .values(is_paused=is_paused)
        )

    def note_circuit(self, endpoint_id: EndpointId, circuit: Circuit) -> None:
        """Store the circuit as an attempt has left it."""
        self._connection.execute(
            update(webhook_endpoints)
            .where(webhook_endpoints.c.endpoint_id == endpoint_id)
            .values(row_of(webhook_endpoints, circuit, circuit_since=circuit.since))
        )

    def any_failing_before(self, instant: datetime) -> bool:
        """Whether an endpoint has taken no message since before this instant."""
        query = _LIVE.where(webhook_endpoints.c.failing_since <= instant).limit(1)
        return self._connection.execute(query).first() is not None

    def remove(self, endpoint_id: EndpointId, at: datetime) -> None:
        """Note that an endpoint was removed; the first time counts."""
        result = self._connection.execute(
            update(webhook_endpoints)
            .where(
                webhook_endpoints.c.endpoint_id == endpoint_id,
                webhook_endpoints.c.removed_at.is_(None),
            )
            .values(removed_at=at)
        )
        if result.rowcount:
            self._transaction.withdrawn.append((Access.WEBHOOK, endpoint_id))

    def _endpoints(self, query: Select[Any]) -> tuple[Endpoint, ...]:
        return tuple(endpoint_of(row) for row in self._connection.execute(query))


_LIVE = (
    select(webhook_endpoints)
    .where(webhook_endpoints.c.removed_at.is_(None))
    .order_by(webhook_endpoints.c.endpoint_row)
)


def endpoint_of(row: AnyRow) -> Endpoint:
    """Return the endpoint that a row states."""
    return value_of(
        Endpoint,
        row,
        topics=frozenset(map(Topic, row.topics.split())),
        circuit=value_of(Circuit, row, since=row.circuit_since),
    )
