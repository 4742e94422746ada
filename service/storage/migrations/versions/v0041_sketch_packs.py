"""Sketches of probes put together by the dozen, beside those that stand alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OURS = "current_setting('identlink.force', true) IN ('*', force)"
SECURITY = (
    "ALTER TABLE sketch_packs ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE sketch_packs FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY own_force ON sketch_packs USING ({OURS}) WITH CHECK ({OURS})",
)


def upgrade() -> None:
    """Make the table; sketches are put together behind the searches that find them apart."""
    op.create_table(
        "sketch_packs",
        sa.Column("pack_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("force", sa.String(2), nullable=False),
        sa.Column("from_at", UtcDateTime, nullable=False),
        sa.Column("to_at", UtcDateTime, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sketch_packs_force_to_at", "sketch_packs", ["force", "to_at"])
    op.create_index("ix_sketch_packs_from_at", "sketch_packs", ["from_at"])
    dialect = op.get_bind().dialect.name
    for statement in triggers("sketch_packs", Protection(Rows.ERASABLE), dialect):
        op.execute(statement)
    if dialect == "postgresql":
        for statement in SECURITY:
            op.execute(statement)
