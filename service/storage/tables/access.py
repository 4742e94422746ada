"""Bearer tokens, clients of forces, idempotency keys, and second factors of accounts."""

from sqlalchemy import Column, String, UniqueConstraint

from service.storage.tables.about import about_nobody, sealed
from service.storage.tables.metadata import (
    Rows,
    big_numbers,
    by_at,
    keys,
    moments,
    numbers,
    protected,
    refers,
    stored,
    texts,
)

clients = stored(
    "clients",
    *keys("client_id"),
    *texts("name", unique=True),
    Column("force", String(2), nullable=False),
    *texts("scopes"),
    *by_at("added"),
)

client_revocations = stored(
    "client_revocations",
    refers("client_id", "clients", primary_key=True),
    *moments("revoked_at"),
)

client_keys = stored(
    "client_keys",
    *keys("client_key_id"),
    refers("client_id", "clients"),
    *numbers("number"),
    *texts("secret_sha256", unique=True),
    *moments("added_at"),
    UniqueConstraint("client_id", "number"),
)

client_key_revocations = stored(
    "client_key_revocations",
    refers("client_key_id", "client_keys", primary_key=True),
    *moments("revoked_at"),
)

tokens = stored(
    "tokens",
    *keys("token_id"),
    *texts("secret_sha256", unique=True),
    *texts("user_id", "role"),
    Column("force", String(2)),
    *texts("scopes"),
    *moments("issued_at", "expires_at"),
    refers("client_key_id", "client_keys", nullable=True),
)

token_revocations = stored(
    "token_revocations",
    refers("token_id", "tokens", primary_key=True),
    *moments("revoked_at"),
)

idempotency_requests = stored(
    "idempotency_requests",
    *keys("user_id", "key"),
    *texts("request_digest", "resource_id"),
    *moments("at"),
    info=protected(Rows.ERASABLE),
)

second_factors = stored(
    "second_factors",
    *keys("factor_id"),
    refers("user_id", "accounts", index=True),
    sealed(of=("factor_id", "user_id")),
    *moments("added_at"),
    *texts("kind", nullable=True),
    info=about_nobody("the secret of an account; it is erased when the factor is removed"),
)
"""The secret is a payload, which is erased when the factor is removed.

`kind` is empty for authenticators.
"""

recovery_codes = stored(
    "recovery_codes",
    refers("factor_id", "second_factors", primary_key=True),
    *keys("code_sha256"),
)

second_factor_uses = stored(
    "second_factor_uses",
    *keys("use_id"),
    refers("factor_id", "second_factors", index=True),
    *moments("used_at"),
    *big_numbers("counter", nullable=True),
)
"""`use_id` is a digest of the factor and of the code's own number, so that no code can be used
twice.

`counter` is the number of responses that a security key says it has given; empty for codes.
"""

second_factor_removals = stored(
    "second_factor_removals",
    refers("factor_id", "second_factors", primary_key=True),
    *moments("removed_at"),
)
