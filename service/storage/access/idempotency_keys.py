"""Idempotency keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from domain.errors import IdempotencyConflictError
from domain.ids import UserId
from service.storage.engine.writes import insert_unless_taken
from service.storage.tables.access import (
    idempotency_requests,
)
from service.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class RememberedRequest:
    """What a request with an idempotency key was and what came of it."""

    user_id: UserId
    key: str
    request_digest: str
    """Keyed digest (HMAC-SHA256, hexadecimal) of method, path and body."""
    resource_id: str
    at: datetime


class IdempotencyKeys:
    """One resource for each (user, key)."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def find(self, user_id: UserId, key: str) -> RememberedRequest | None:
        """Return what is remembered under this key."""
        row = self._connection.execute(
            select(idempotency_requests).where(
                idempotency_requests.c.user_id == user_id, idempotency_requests.c.key == key
            )
        ).first()
        if row is None:
            return None
        return RememberedRequest(user_id, key, row.request_digest, row.resource_id, row.at)

    def remember(self, request: RememberedRequest) -> None:
        """Store it in this transaction; raises IdempotencyConflictError when the key is taken."""
        row = {
            "user_id": request.user_id,
            "key": request.key,
            "request_digest": request.request_digest,
            "resource_id": request.resource_id,
            "at": request.at,
        }
        key = ("user_id", "key")
        if not insert_unless_taken(self._connection, idempotency_requests, row, key=key):
            raise IdempotencyConflictError
