"""Bearer tokens and idempotency keys."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, bindparam, func, insert, select

from domain.access import Actor, Role, Scope, Token
from domain.ids import ClientKeyId, ForceCode, TokenId, UserId
from service.provenance.vault.withdrawals import Access
from service.storage.engine.rows import AnyRow, row_of
from service.storage.engine.writes import insert_unless_taken
from service.storage.tables.access import (
    client_key_revocations,
    client_revocations,
    token_revocations,
    tokens,
)
from service.storage.transaction import TransactionPart


class Tokens(TransactionPart):
    """Only the SHA-256 of a token's secret is stored; the secret has 256 random bits."""

    def add(self, token: Token) -> None:
        """Store a token; one that is revoked already is stored with its revocation."""
        self._connection.execute(
            insert(tokens).values(
                row_of(
                    tokens,
                    token,
                    user_id=token.actor.user_id,
                    role=token.actor.role,
                    force=token.actor.force,
                    scopes=" ".join(sorted(token.actor.scopes)),
                )
            )
        )
        if token.revoked_at is not None:
            self.revoke(token.token_id, token.revoked_at)

    def by_secret_sha256(self, secret_sha256: str) -> Token | None:
        """Return the token with this digest, valid or not."""
        row = self._connection.execute(_BY_SECRET, {"secret_sha256": secret_sha256}).first()
        return None if row is None else token_of(row)

    def get(self, token_id: TokenId) -> Token | None:
        """Return a token, valid or not."""
        row = self._connection.execute(_BY_ID, {"token_id": token_id}).first()
        return None if row is None else token_of(row)

    def of(self, user_id: UserId) -> tuple[Token, ...]:
        """Return the tokens in the name of an account, valid or not, the newest first."""
        query = _TOKEN.where(tokens.c.user_id == user_id)
        rows = self._connection.execute(query.order_by(tokens.c.issued_at.desc()))
        return tuple(map(token_of, rows))

    def revoke(self, token_id: TokenId, at: datetime) -> None:
        """Mark a token as revoked from `at`; does nothing when it is already."""
        row = {"token_id": token_id, "revoked_at": at}
        if insert_unless_taken(self._connection, token_revocations, row, key=("token_id",)):
            self._transaction.withdrawn.append((Access.TOKEN, token_id))


# Built once: every request asks. That a key or a client is revoked is read here and not copied to
# its tokens, so that a token issued at the very moment of the revocation is refused as well.
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
        # A client's tokens speak for the client: its id is their account.
        and_(
            client_revocations.c.client_id == tokens.c.user_id,
            tokens.c.client_key_id.is_not(None),
        ),
    )
)
_BY_SECRET = _TOKEN.where(tokens.c.secret_sha256 == bindparam("secret_sha256"))
_BY_ID = _TOKEN.where(tokens.c.token_id == bindparam("token_id"))


def token_of(row: AnyRow) -> Token:
    """Return the token that a row states."""
    return Token(
        token_id=TokenId(row.token_id),
        secret_sha256=row.secret_sha256,
        actor=Actor(
            UserId(row.user_id),
            Role(row.role),
            row.force and ForceCode(row.force),
            frozenset(Scope(scope) for scope in row.scopes.split()),
        ),
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        client_key_id=row.client_key_id and ClientKeyId(row.client_key_id),
    )
