"""Bearer tokens and idempotency keys."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table

from service.storage.tables.metadata import METADATA, Rows, UtcDateTime, protected

tokens = Table(
    "tokens",
    METADATA,
    Column("token_id", String, primary_key=True),
    Column("secret_sha256", String, nullable=False, unique=True),
    Column("user_id", String, nullable=False),
    Column("role", String, nullable=False),
    Column("force", String(2)),
    Column("scopes", String, nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    info=protected(Rows.WRITTEN_ONCE),
)

token_revocations = Table(
    "token_revocations",
    METADATA,
    Column("token_id", String, ForeignKey("tokens.token_id"), primary_key=True),
    Column("revoked_at", UtcDateTime, nullable=False),
    info=protected(Rows.WRITTEN_ONCE),
)

idempotency_requests = Table(
    "idempotency_requests",
    METADATA,
    Column("user_id", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("request_digest", String, nullable=False),
    Column("resource_id", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    info=protected(Rows.ERASABLE),
)
