"""Why cases went to another examiner, what an office tells courts, and unmarked quality."""

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables and the column, empty."""
    op.create_table(
        "further_examinations",
        sa.Column("further_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("further_id", sa.String, nullable=False),
        sa.Column("case_id", sa.String, sa.ForeignKey("cases.case_id"), nullable=False),
        sa.Column("cause", sa.String, nullable=False),
        sa.Column("asked_by", sa.String, nullable=False),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
        sa.UniqueConstraint("further_id", name="uq_further_examinations_further_id"),
        sa.CheckConstraint("cause IN ('difference', 'supervisor')", name="cause_known"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_further_examinations_case_id", "further_examinations", ["case_id"])
    op.create_table(
        "report_statements",
        sa.Column("statement_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("statement_id", sa.String, nullable=False),
        sa.Column("topic", sa.String, nullable=False),
        sa.Column("examiner", sa.String),
        sa.Column("stated_by", sa.String, nullable=False),
        sa.Column("stated_at", UtcDateTime, nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
        sa.UniqueConstraint("statement_id", name="uq_report_statements_statement_id"),
        sa.CheckConstraint(
            "topic IN ('competence', 'accreditation', 'declaration', 'validation', 'limits')",
            name="topic_known",
        ),
        sqlite_autoincrement=True,
    )
    dialect = op.get_bind().dialect.name
    for table in ("further_examinations", "report_statements"):
        for statement in triggers(table, Protection(Rows.WRITTEN_ONCE), dialect):
            op.execute(statement)
    op.add_column("finding_policies", sa.Column("unmarked_quality", sa.Integer()))
