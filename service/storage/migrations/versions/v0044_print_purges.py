"""A purge takes prints and nothing else: its captures, and how it ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables, empty: a purge released before is carried out as the erasure that it is."""
    settlement = sa.ForeignKey("retention_settlements.settlement_id")
    op.create_table(
        "print_purges",
        sa.Column("settlement_id", sa.String, settlement, primary_key=True),
        sa.Column("due_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_print_purges_due_at", "print_purges", ["due_at"])
    op.create_table(
        "purged_captures",
        _of_purge(),
        sa.Column(
            "encounter_row", ROW, sa.ForeignKey("encounters.encounter_row"), primary_key=True
        ),
    )
    op.create_index("ix_purged_captures_encounter_row", "purged_captures", ["encounter_row"])
    op.create_table(
        "print_purge_ends",
        _of_purge(),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("ended_by", sa.String, nullable=False),
        sa.Column("ended_at", UtcDateTime, nullable=False),
        sa.CheckConstraint(
            "outcome IN ('called back', 'destroyed')", name="outcome_known"
        ),
    )
    dialect = op.get_bind().dialect.name
    for table in ("print_purges", "purged_captures", "print_purge_ends"):
        for statement in triggers(table, Protection(Rows.WRITTEN_ONCE), dialect):
            op.execute(statement)


def _of_purge() -> sa.Column[str]:
    purge = sa.ForeignKey("print_purges.settlement_id")
    return sa.Column("settlement_id", sa.String, purge, primary_key=True)
