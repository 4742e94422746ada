"""Second factors of accounts, their recovery codes, and which codes were used."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, String, Table

from service.storage.tables.metadata import METADATA, ROW, Rows, UtcDateTime, protected

second_factors = Table(
    "second_factors",
    METADATA,
    Column("factor_id", String, primary_key=True),
    Column("user_id", String, ForeignKey("accounts.user_id"), nullable=False, index=True),
    Column("payload_id", ROW, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("kind", String),
    info=protected(Rows.WRITTEN_ONCE),
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
