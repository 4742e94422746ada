"""Amendments of records."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLE = "record_amendments"
OURS = "COALESCE(current_setting('identlink.force', true), '') IN ('', force)"


def upgrade() -> None:
    """Create the table and its triggers, and let a force find and write its own records.

    PostgreSQL refuses a version of a record that a force writes in the name of another. All
    records can be read: every search weighs them.
    """
    op.create_table(
        TABLE,
        sa.Column(
            "record_row",
            ROW,
            sa.ForeignKey("records.record_row"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("log_size", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("amended_by", sa.String, nullable=False),
        sa.Column("amended_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_record_amendments_log_size", TABLE, ["log_size"])
    op.create_index("ix_records_force_record_row", "records", ["force", "record_row"])
    dialect = op.get_bind().dialect.name
    for statement in triggers(TABLE, Protection(Rows.WRITTEN_ONCE), dialect):
        op.execute(statement)
    if dialect == "postgresql":
        op.execute("ALTER TABLE records ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE records FORCE ROW LEVEL SECURITY")
        op.execute("CREATE POLICY read_all ON records FOR SELECT USING (true)")
        op.execute(f"CREATE POLICY own_force ON records FOR INSERT WITH CHECK ({OURS})")
