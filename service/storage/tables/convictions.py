"""Which version of a record made which version of a conviction; their content is sealed in it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from service.storage.tables.metadata import METADATA, ROW, Rows, protected

conviction_versions = Table(
    "conviction_versions",
    METADATA,
    Column(
        "record_row",
        ROW,
        ForeignKey("records.record_row"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("item_id", String, primary_key=True),
    Column("record_id", String, nullable=False),
    Column("version", ROW, nullable=False),
    Column("change", String, nullable=False),
    Index(None, "record_id", "item_id"),
    info=protected(Rows.WRITTEN_ONCE),
)
"""`version`: of the record. `change`: how the conviction differs from the version before."""
