"""Clients of forces and their keys."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from domain.clients import Client, ClientKey
from domain.ids import ClientId, ClientKeyId


class ClientRepository(Protocol):
    """A client and a key are revoked, never deleted: events name them."""

    def add(self, client: Client) -> None:
        """Store a client, its keys apart; raises ConflictError when the name is taken."""

    def add_key(self, key: ClientKey) -> bool:
        """Store a key; False when the client's key of this number is there already."""

    def get(self, client_id: ClientId) -> Client | None:
        """Return a client with its keys, revoked or not."""

    def every(self) -> tuple[Client, ...]:
        """Return all clients with their keys, by name, revoked ones included."""

    def revoke(self, client_id: ClientId, at: datetime) -> None:
        """Mark a client as revoked from `at`; the first time counts."""

    def revoke_key(self, key_id: ClientKeyId, at: datetime) -> None:
        """Mark a key as revoked from `at`; the first time counts."""
