"""Bearer tokens, clients of forces, idempotency keys, and second factors of accounts."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table, UniqueConstraint

from service.storage.tables.about import about_nobody, sealed
from service.storage.tables.metadata import METADATA, Rows, UtcDateTime, protected

clients = Table(
    "clients",
    METADATA,
    Column("client_id", String, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("force", String(2), nullable=False),
    Column("scopes", String, nullable=False),
    Column("added_by", String, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    info=protected(Rows.WRITTEN_ONCE),
)

client_revocations = Table(
    "client_revocations",
    METADATA,
    Column("client_id", String, ForeignKey("clients.client_id"), primary_key=True),
    Column("revoked_at", UtcDateTime, nullable=False),
    info=protected(Rows.WRITTEN_ONCE),
)

client_keys = Table(
    "client_keys",
    METADATA,
    Column("client_key_id", String, primary_key=True),
    Column("client_id", String, ForeignKey("clients.client_id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("secret_sha256", String, nullable=False, unique=True),
    Column("added_at", UtcDateTime, nullable=False),
    UniqueConstraint("client_id", "number"),
    info=protected(Rows.WRITTEN_ONCE),
)

client_key_revocations = Table(
    "client_key_revocations",
    METADATA,
    Column("client_key_id", String, ForeignKey("client_keys.client_key_id"), primary_key=True),
    Column("revoked_at", UtcDateTime, nullable=False),
    info=protected(Rows.WRITTEN_ONCE),
)

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
    Column("client_key_id", String, ForeignKey("client_keys.client_key_id")),
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

second_factors = Table(
    "second_factors",
    METADATA,
    Column("factor_id", String, primary_key=True),
    Column("user_id", String, ForeignKey("accounts.user_id"), nullable=False, index=True),
    sealed(),
    Column("added_at", UtcDateTime, nullable=False),
    Column("kind", String),
    info=protected(Rows.WRITTEN_ONCE)
    | about_nobody("the secret of an account; it goes when the factor is removed"),
)
"""The secret is a payload, erased when the factor is removed.

`kind` is empty for authenticators.
"""

recovery_codes = Table(
    "recovery_codes",
    METADATA,
    Column("factor_id", String, ForeignKey("second_factors.factor_id"), primary_key=True),
    Column("code_sha256", String, primary_key=True),
    info=protected(Rows.WRITTEN_ONCE),
)

second_factor_uses = Table(
    "second_factor_uses",
    METADATA,
    Column("use_id", String, primary_key=True),
    Column(
        "factor_id",
        String,
        ForeignKey("second_factors.factor_id"),
        nullable=False,
        index=True,
    ),
    Column("used_at", UtcDateTime, nullable=False),
    Column("counter", BigInteger),
    info=protected(Rows.WRITTEN_ONCE),
)
"""`use_id` is a digest of the factor and the code's own place, so that no code serves twice.

`counter`: how many answers a security key says that it has given; empty for codes.
"""

second_factor_removals = Table(
    "second_factor_removals",
    METADATA,
    Column("factor_id", String, ForeignKey("second_factors.factor_id"), primary_key=True),
    Column("removed_at", UtcDateTime, nullable=False),
    info=protected(Rows.WRITTEN_ONCE),
)
