"""Versions of convictions. Nationalities and sentences of old stay in their payloads as they are.

A payload is sealed and committed to: the one nationality of an earlier release is read as a set of
one, and the words of a sentence as words, which nothing computes with.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the table, which begins empty: no record of an earlier release has a conviction."""
    op.create_table(
        "conviction_versions",
        sa.Column(
            "record_row",
            ROW,
            sa.ForeignKey("records.record_row"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("item_id", sa.String, primary_key=True),
        sa.Column("record_id", sa.String, nullable=False),
        sa.Column("version", ROW, nullable=False),
        sa.Column("change", sa.String, nullable=False),
    )
    op.create_index(
        "ix_conviction_versions_record_id_item_id", "conviction_versions", ["record_id", "item_id"]
    )
    dialect = op.get_bind().dialect.name
    for statement in triggers("conviction_versions", Protection(Rows.WRITTEN_ONCE), dialect):
        op.execute(statement)
