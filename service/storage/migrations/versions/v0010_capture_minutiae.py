"""Minutiae that came with captures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLE = "capture_minutiae"


def upgrade() -> None:
    """Create the table and its triggers."""
    op.create_table(
        TABLE,
        sa.Column("owner_id", sa.String, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("payload_id", ROW, nullable=False),
    )
    for statement in triggers(TABLE, Protection(Rows.WRITTEN_ONCE), op.get_bind().dialect.name):
        op.execute(statement)
