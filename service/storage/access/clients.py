"""Clients of forces with their keys, and bearer tokens."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select

from domain.access.access import Actor, Role, Scope, Token
from domain.access.accounts import Client, ClientKey
from domain.errors import ConflictError
from domain.ids import ClientId, ClientKeyId, TokenId, UserId
from service.provenance.vault.key_stores import Access
from service.storage.engine.rows import AnyRow, grouped, value_of
from service.storage.tables.workbench import (
    client_key_revocations,
    client_keys,
    client_revocations,
    clients,
    token_revocations,
    tokens,
)
from service.storage.transaction import ANY_KEY, TransactionPart


class Clients(TransactionPart):
    """Clients and keys are revoked, never deleted, because events name them."""

    def add(self, client: Client) -> None:
        """Store a client without its keys. Raises ConflictError when the name is taken."""
        if not self._add_new(
            clients, client, unless_taken=ANY_KEY, scopes=" ".join(sorted(client.scopes))
        ):
            raise ConflictError("A client already has this name: choose another name.")

    def add_key(self, key: ClientKey) -> bool:
        """Store a key. Returns False if the client already has a key with this number."""
        return self._add_new(
            client_keys, key, unless_taken=("client_id", "number"), client_key_id=key.key_id
        )

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
        """Mark a client as revoked from `at`; does nothing if it is already revoked."""
        if self._add_new(client_revocations, client_id=client_id, revoked_at=at):
            self._transaction.withdrawn.append((Access.CLIENT, client_id))

    def revoke_key(self, key_id: ClientKeyId, at: datetime) -> None:
        """Mark a key as revoked from `at`; does nothing if it is already revoked."""
        if self._add_new(client_key_revocations, client_key_id=key_id, revoked_at=at):
            self._transaction.withdrawn.append((Access.CLIENT_KEY, key_id))

    def _clients(self, wanted: Select[Any], their_keys: Select[Any]) -> tuple[Client, ...]:
        found = self._rows(wanted)
        held = self._rows(their_keys) if found else ()
        keys = grouped((row.client_id, key_of(row)) for row in held)
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


def key_of(row: AnyRow) -> ClientKey:
    """Return the key that a database row holds."""
    return value_of(ClientKey, row, key_id=ClientKeyId(row.client_key_id))


def client_of(row: AnyRow, keys: tuple[ClientKey, ...]) -> Client:
    """Return the client that a database row holds, with the given keys."""
    scopes = frozenset(Scope(scope) for scope in row.scopes.split())
    return value_of(Client, row, scopes=scopes, keys=keys)


class Tokens(TransactionPart):
    """Access tokens. Only the SHA-256 of a token's secret, 256 random bits, is stored."""

    def add(self, token: Token) -> None:
        """Store a token; if it is already revoked, its revocation is stored too."""
        self._add(
            tokens,
            token,
            user_id=token.actor.user_id,
            role=token.actor.role,
            force=token.actor.force,
            scopes=" ".join(sorted(token.actor.scopes)),
        )
        if token.revoked_at is not None:
            self.revoke(token.token_id, token.revoked_at)

    def by_secret_sha256(self, secret_sha256: str) -> Token | None:
        """Return the token with this digest, valid or not."""
        row = self._connection.execute(_BY_SECRET, {"secret_sha256": secret_sha256}).first()
        return None if row is None else token_of(row)

    def get(self, token_id: TokenId) -> Token | None:
        """Return a token, valid or not."""
        row = self._row(_BY_ID, token_id=token_id)
        return None if row is None else token_of(row)

    def of(self, user_id: UserId) -> tuple[Token, ...]:
        """Return the tokens that act as an account, valid or not, newest first."""
        query = _TOKEN.where(tokens.c.user_id == user_id)
        rows = self._connection.execute(query.order_by(tokens.c.issued_at.desc()))
        return tuple(map(token_of, rows))

    def revoke(self, token_id: TokenId, at: datetime) -> None:
        """Mark a token as revoked from `at`; does nothing if it is already revoked."""
        if self._add_new(token_revocations, token_id=token_id, revoked_at=at):
            self._transaction.withdrawn.append((Access.TOKEN, token_id))


# Built once, because every request runs it. The revocation of a key or client is read here, not
# copied to its tokens, so that a token issued at the very moment of the revocation is also
# refused.
_TOKEN = (
    select(
        tokens,
        func.coalesce(
            token_revocations.c.revoked_at,
            client_key_revocations.c.revoked_at,
            client_revocations.c.revoked_at,
        ).label("revoked_at"),
    )
    .outerjoin(token_revocations, token_revocations.c.token_id == tokens.c.token_id)
    .outerjoin(
        client_key_revocations, client_key_revocations.c.client_key_id == tokens.c.client_key_id
    )
    .outerjoin(
        client_revocations,
        # A client's token acts as the client: its user id is the client's id.
        and_(
            client_revocations.c.client_id == tokens.c.user_id,
            tokens.c.client_key_id.is_not(None),
        ),
    )
)
_BY_SECRET = _TOKEN.where(tokens.c.secret_sha256 == bindparam("secret_sha256"))
_BY_ID = _TOKEN.where(tokens.c.token_id == bindparam("token_id"))


def token_of(row: AnyRow) -> Token:
    """Return the token that a database row holds."""
    scopes = frozenset(Scope(scope) for scope in row.scopes.split())
    actor = Actor(row.user_id, Role(row.role), row.force, scopes)
    return value_of(Token, row, actor=actor)
