"""Clients: systems of a force that get access tokens with their own credentials."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.access import CLIENT_ROLES, ROLE_SCOPES, Actor, Role, Scope
from domain.ids import ClientId, ClientKeyId, ForceCode, UserId

MAX_LIVE_KEYS = 2
"""The most live keys a client may have: the old and the new one during a change of keys."""


@dataclass(frozen=True, slots=True)
class ClientKey:
    """A client secret as stored: only its SHA-256."""

    key_id: ClientKeyId
    client_id: ClientId
    number: int
    """Numbered per client from 1, revoked keys included."""
    secret_sha256: str
    added_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Client:
    """A system of a force; its access tokens carry at most these scopes."""

    client_id: ClientId
    name: str
    """The display name; no personal data."""
    force: ForceCode
    scopes: frozenset[Scope]
    added_by: UserId
    added_at: datetime
    keys: tuple[ClientKey, ...] = ()
    """In the order of their numbers."""
    revoked_at: datetime | None = None

    @property
    def live_keys(self) -> tuple[ClientKey, ...]:
        """Keys that are not revoked; none if the client is."""
        if self.revoked_at is not None:
            return ()
        return tuple(key for key in self.keys if key.revoked_at is None)

    @property
    def role(self) -> Role:
        """The role whose scopes it holds."""
        return role_of_scopes(self.scopes) or Role.FORCE

    def actor(self, scopes: frozenset[Scope]) -> Actor:
        """The client as an actor, with those of the given scopes that it holds."""
        return Actor(UserId(self.client_id), self.role, self.force, scopes & self.scopes)


def role_of_scopes(scopes: frozenset[Scope]) -> Role | None:
    """Return the role of a client with these scopes; None where no one role holds them all."""
    return next((role for role in CLIENT_ROLES if scopes <= ROLE_SCOPES[role]), None)
