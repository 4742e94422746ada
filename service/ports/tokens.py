"""Bearer tokens and idempotency keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.access import Token
from domain.ids import TokenId, UserId


class TokenRepository(Protocol):
    """Only the SHA-256 of a token's secret is stored; the secret has 256 random bits."""

    def add(self, token: Token) -> None:
        """Store a token."""

    def by_secret_sha256(self, secret_sha256: str) -> Token | None:
        """Return the token with this digest, whatever its state."""

    def get(self, token_id: TokenId) -> Token | None:
        """Return a token, whatever its state."""

    def revoke(self, token_id: TokenId, at: datetime) -> None:
        """Mark a token as revoked from `at`; does nothing when it is already."""


@dataclass(frozen=True, slots=True)
class RememberedRequest:
    """What a request with an idempotency key was and what came of it."""

    user_id: UserId
    key: str
    request_digest: str
    """Keyed digest (HMAC-SHA256, hexadecimal) of method, path and body."""
    resource_id: str
    at: datetime


class IdempotencyRepository(Protocol):
    """One resource for each (user, key)."""

    def find(self, user_id: UserId, key: str) -> RememberedRequest | None:
        """Return what is remembered under this key."""

    def remember(self, request: RememberedRequest) -> None:
        """Store it in this transaction; raises IdempotencyConflictError when the key is taken."""
