"""Clients of forces on a database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from domain.access import Scope
from domain.clients import Client, ClientKey
from domain.errors import ConflictError
from domain.ids import ClientId, ClientKeyId
from service.provenance.vault.withdrawals import Access
from service.storage.engine.rows import AnyRow, row_of, value_of
from service.storage.engine.writes import insert_unless_taken
from service.storage.tables.access import (
    client_key_revocations,
    client_keys,
    client_revocations,
    clients,
)
from service.storage.transaction import TransactionPart


class Clients(TransactionPart):
    """A client and a key are revoked, never deleted: events name them."""

    def add(self, client: Client) -> None:
        """Store a client, its keys apart; raises ConflictError when the name is taken."""
        row = row_of(clients, client, scopes=" ".join(sorted(client.scopes)))
        if not insert_unless_taken(self._connection, clients, row):
            raise ConflictError("A client already has this name: choose another name.")

    def add_key(self, key: ClientKey) -> bool:
        """Store a key; False when the client's key of this number is there already."""
        row = row_of(client_keys, key, client_key_id=key.key_id)
        return insert_unless_taken(self._connection, client_keys, row, key=("client_id", "number"))

    def get(self, client_id: ClientId) -> Client | None:
        """Return a client with its keys, revoked or not."""
        found = self._clients(
            _CLIENTS.where(clients.c.client_id == client_id),
            _KEYS.where(client_keys.c.client_id == client_id),
        )
        return found[0] if found else None

    def every(self) -> tuple[Client, ...]:
        """Return all clients with their keys, by name, including revoked ones."""
        return self._clients(_CLIENTS, _KEYS)

    def revoke(self, client_id: ClientId, at: datetime) -> None:
        """Mark a client as revoked from `at`; the first time counts."""
        row = {"client_id": client_id, "revoked_at": at}
        if insert_unless_taken(self._connection, client_revocations, row, key=("client_id",)):
            self._transaction.withdrawn.append((Access.CLIENT, client_id))

    def revoke_key(self, key_id: ClientKeyId, at: datetime) -> None:
        """Mark a key as revoked from `at`; the first time counts."""
        row = {"client_key_id": key_id, "revoked_at": at}
        key = ("client_key_id",)
        if insert_unless_taken(self._connection, client_key_revocations, row, key=key):
            self._transaction.withdrawn.append((Access.CLIENT_KEY, key_id))

    def _clients(self, wanted: Select[Any], their_keys: Select[Any]) -> tuple[Client, ...]:
        found = self._connection.execute(wanted).all()
        keys = _keys_by_client(self._connection.execute(their_keys)) if found else {}
        return tuple(client_of(row, keys.get(row.client_id, ())) for row in found)


_CLIENTS = (
    select(clients, client_revocations.c.revoked_at)
    .outerjoin(client_revocations, client_revocations.c.client_id == clients.c.client_id)
    .order_by(clients.c.name)
)
_KEYS = (
    select(client_keys, client_key_revocations.c.revoked_at)
    .outerjoin(
        client_key_revocations,
        client_key_revocations.c.client_key_id == client_keys.c.client_key_id,
    )
    .order_by(client_keys.c.client_id, client_keys.c.number)
)


def _keys_by_client(rows: Iterable[AnyRow]) -> dict[str, tuple[ClientKey, ...]]:
    keys: dict[str, list[ClientKey]] = defaultdict(list)
    for row in rows:
        keys[row.client_id].append(key_of(row))
    return {client_id: tuple(own) for client_id, own in keys.items()}


def key_of(row: AnyRow) -> ClientKey:
    """Return the key that a row states."""
    return value_of(ClientKey, row, key_id=ClientKeyId(row.client_key_id))


def client_of(row: AnyRow, keys: tuple[ClientKey, ...]) -> Client:
    """Return the client that a row states, with these of its keys."""
    scopes = frozenset(Scope(scope) for scope in row.scopes.split())
    return value_of(Client, row, scopes=scopes, keys=keys)
