"""References that clients give to their searches and captures."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table

from service.storage.tables.metadata import METADATA, ROW, Rows, numbered, protected

client_references = Table(
    "client_references",
    METADATA,
    numbered("reference_row"),
    Column("owner_id", String, nullable=False, unique=True),
    Column("force", String(2), nullable=False),
    Column("keyed_digest", String, nullable=False),
    Column("payload_id", ROW, nullable=False),
    Index(None, "force", "keyed_digest"),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE),
)
"""`owner_id`: a search or an encounter. The reference itself is a payload; `keyed_digest` finds
it, and confirms no guess without the key, which is kept apart from the database."""
