"""Clients: the systems of a force that get access tokens by credentials of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.access import Actor, Role, Scope
from domain.ids import ClientId, ClientKeyId, ForceCode, UserId

MAX_LIVE_KEYS = 2
"""A client's keys at one time: the old one and the new one, while the client is moved over."""


@dataclass(frozen=True, slots=True)
class ClientKey:
    """A secret of a client as it is stored: only its SHA-256 is kept."""

    key_id: ClientKeyId
    client_id: ClientId
    number: int
    """Counts a client's keys from 1, revoked ones included."""
    secret_sha256: str
    added_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Client:
    """A system of a force; its access tokens hold at most these scopes."""

    client_id: ClientId
    name: str
    """What people call it; no personal data."""
    force: ForceCode
    scopes: frozenset[Scope]
    added_by: UserId
    added_at: datetime
    keys: tuple[ClientKey, ...] = ()
    """In the order of their numbers."""
    revoked_at: datetime | None = None

    @property
    def live_keys(self) -> tuple[ClientKey, ...]:
        """The keys that open something; none of a revoked client."""
        if self.revoked_at is not None:
            return ()
        return tuple(key for key in self.keys if key.revoked_at is None)

    def actor(self, scopes: frozenset[Scope]) -> Actor:
        """The client as the use cases know it, holding these of its scopes."""
        return Actor(UserId(self.client_id), Role.FORCE, self.force, scopes & self.scopes)
