"""Clients of forces: a key's secret is answered once."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from domain.access import Caller, Scope
from domain.clients import Client, ClientKey
from domain.ids import ForceCode
from service.api.base import Answer, Body, Code
from service.usecases.access.clients import AddClient, IssuedKey


class ClientBody(Body):
    """A request for a client."""

    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9._-]{1,62}[a-z0-9]$",
        description="What people call the system; nothing personal.",
    )
    force: Code
    scopes: tuple[Scope, ...] | None = Field(
        default=None, description="Fewer than a force holds; without them, all."
    )

    def to_command(self, caller: Caller) -> AddClient:
        """Return the command."""
        scopes = None if self.scopes is None else frozenset(self.scopes)
        return AddClient(caller, self.name, ForceCode(self.force), scopes)


class ClientKeyAnswer(Answer):
    """A key of a client, without its secret."""

    key_id: str
    added_at: datetime
    revoked_at: datetime | None

    @classmethod
    def of(cls, key: ClientKey) -> ClientKeyAnswer:
        """Return the answer for a key."""
        return cls(key_id=key.key_id, added_at=key.added_at, revoked_at=key.revoked_at)


class ClientAnswer(Answer):
    """A client."""

    client_id: str
    name: str
    force: str
    scopes: tuple[Scope, ...]
    added_at: datetime
    revoked_at: datetime | None
    keys: tuple[ClientKeyAnswer, ...]

    @classmethod
    def of(cls, client: Client) -> ClientAnswer:
        """Return the answer for a client."""
        return cls(
            client_id=client.client_id,
            name=client.name,
            force=client.force,
            scopes=tuple(sorted(client.scopes)),
            added_at=client.added_at,
            revoked_at=client.revoked_at,
            keys=tuple(map(ClientKeyAnswer.of, client.keys)),
        )


class ClientListAnswer(Answer):
    """All clients, by name."""

    clients: tuple[ClientAnswer, ...]


class ClientSecretAnswer(Answer):
    """A client's new key."""

    client_id: str
    name: str
    force: str
    scopes: tuple[Scope, ...]
    key_id: str
    secret: str = Field(description="Shown this once; only its digest is kept.")

    @classmethod
    def of(cls, issued: IssuedKey) -> ClientSecretAnswer:
        """Return the answer for a new key."""
        client = issued.client
        return cls(
            client_id=client.client_id,
            name=client.name,
            force=client.force,
            scopes=tuple(sorted(client.scopes)),
            key_id=issued.key.key_id,
            secret=issued.secret,
        )
