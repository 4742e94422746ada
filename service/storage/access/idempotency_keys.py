"""Idempotency keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from domain.errors import IdempotencyConflictError
from domain.ids import UserId
from service.storage.engine.rows import rows_where, value_of
from service.storage.tables.access import idempotency_requests
from service.storage.transaction import TransactionPart


@dataclass(frozen=True, slots=True)
class RememberedRequest:
    """A request with an idempotency key, and the resource that it made."""

    user_id: UserId
    key: str
    request_digest: str
    """Keyed digest (HMAC-SHA256, hexadecimal) of method, path and body."""
    resource_id: str
    at: datetime


class IdempotencyKeys(TransactionPart):
    """One resource for each (user, key)."""

    def claim(self, user_id: UserId, key: str) -> RememberedRequest | None:
        """Return the request remembered under this key, once no other transaction works on it.

        The key is then this transaction's until it ends. Raises StoreUnavailableError when the
        other transaction takes longer than one may wait for a lock.
        """
        # SQLite has one writer, so this transaction is alone already.
        if self._connection.dialect.name == "postgresql":
            number = func.hashtextextended(f"{user_id} {key}", 0)
            self._connection.execute(select(func.pg_advisory_xact_lock(number)))
        # A statement of its own: its snapshot must be younger than the wait.
        return self.find(user_id, key)

    def find(self, user_id: UserId, key: str) -> RememberedRequest | None:
        """Return the request remembered under this key."""
        row = self._row(rows_where(idempotency_requests, user_id=user_id, key=key))
        if row is None:
            return None
        return value_of(RememberedRequest, row)

    def remember(self, request: RememberedRequest) -> None:
        """Store it in this transaction; raises IdempotencyConflictError when the key is taken."""
        if not self._add_new(idempotency_requests, request, unless_taken=("user_id", "key")):
            raise IdempotencyConflictError
