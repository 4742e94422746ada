"""The last day of matters, and of convictions and matters stored before there was a column."""

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows

revision = "0057"
down_revision = "0055"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FIXED = ("day_row", "record_row", "item_id", "matter_id")
CONVICTIONS = """
    INSERT INTO earlier_days (record_row, item_id)
    SELECT c.record_row, c.item_id FROM conviction_versions c
    JOIN live_records l ON l.record_id = c.record_id
    WHERE c.kept_until IS NULL AND c.change <> 'withdrawn' AND NOT EXISTS (
        SELECT 1 FROM conviction_versions later WHERE later.record_id = c.record_id
        AND later.item_id = c.item_id AND later.version > c.version
    )
"""
MATTERS = """
    INSERT INTO earlier_days (matter_id)
    SELECT matter_id FROM matters WHERE source IN ('other State', 'Interpol')
"""


def upgrade() -> None:
    """Create the column and the table, with a row for each day that a server then reads."""
    op.add_column("matters", sa.Column("kept_until", sa.String(10)))
    op.create_index(
        "ix_matters_kept_until",
        "matters",
        ["kept_until"],
        sqlite_where=sa.text("kept_until IS NOT NULL"),
        postgresql_where=sa.text("kept_until IS NOT NULL"),
    )
    op.create_table(
        "earlier_days",
        sa.Column("day_row", ROW, sa.Identity(), primary_key=True),
        sa.Column("record_row", ROW, sa.ForeignKey("records.record_row")),
        sa.Column("item_id", sa.String),
        sa.Column("matter_id", sa.String, sa.ForeignKey("matters.matter_id")),
        sa.Column("kept_until", sa.String(10)),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_earlier_days_kept_until", "earlier_days", ["kept_until"])
    op.execute(CONVICTIONS)
    op.execute(MATTERS)
    dialect = op.get_bind().dialect.name
    for statement in triggers(
        "earlier_days", Protection(Rows.MOVING, FIXED, may_go=True), dialect
    ):
        op.execute(statement)
