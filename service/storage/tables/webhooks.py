"""Webhook endpoints of forces; the messages are jobs."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table

from service.storage.tables.metadata import METADATA, Rows, UtcDateTime, numbered, protected

webhook_endpoints = Table(
    "webhook_endpoints",
    METADATA,
    numbered("endpoint_row"),
    Column("endpoint_id", String, nullable=False, unique=True),
    Column("force", String(2), nullable=False),
    Column("url", String, nullable=False),
    Column("topics", String, nullable=False),
    Column("added_by", String, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("secret_version", Integer, nullable=False),
    Column("secret_changed_at", UtcDateTime),
    Column("is_paused", Boolean, nullable=False),
    Column("removed_at", UtcDateTime),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("last_fault", String, nullable=False, server_default=""),
    Column("failing_since", UtcDateTime),
    Column("circuit_since", UtcDateTime),
    Column("next_attempt_at", UtcDateTime),
    Column("last_attempt_at", UtcDateTime),
    Index(None, "force", "endpoint_row"),
    sqlite_autoincrement=True,
    info=protected(
        Rows.MOVING,
        fixed=("endpoint_id", "force", "url", "topics", "added_by", "added_at"),
        growing=("secret_version",),
    ),
)
