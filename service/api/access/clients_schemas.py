"""Clients of forces: a key's secret is answered once."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field

from domain.access import Caller, Scope
from domain.ids import ForceCode
from service.api.base import SHOWN_IN_ORDER, Answer, Body, Code
from service.usecases.access.clients import AddClient, IssuedKey

Scopes = Annotated[tuple[Scope, ...], SHOWN_IN_ORDER]


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


class ClientAnswer(Answer):
    """A client."""

    client_id: str
    name: str
    force: str
    scopes: Scopes
    added_at: datetime
    revoked_at: datetime | None
    keys: tuple[ClientKeyAnswer, ...]


class ClientListAnswer(Answer):
    """All clients, by name."""

    clients: tuple[ClientAnswer, ...]


class ClientSecretAnswer(Answer):
    """A client's new key."""

    client_id: str
    name: str
    force: str
    scopes: Scopes
    key_id: str
    secret: str = Field(description="Shown this once; only its digest is kept.")

    @classmethod
    def of(cls, issued: IssuedKey) -> Self:
        """Return the answer for a new key."""
        return cls.showing(issued.client, key_id=issued.key.key_id, secret=issued.secret)
