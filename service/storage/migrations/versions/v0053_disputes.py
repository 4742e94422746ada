"""Disputes over whose matter an entry of a record is, and the steps of deciding them."""

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables, empty."""
    op.create_table(
        "disputes",
        sa.Column("dispute_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("dispute_id", sa.String, nullable=False),
        sa.Column("cause", sa.String, nullable=False),
        sa.Column("person_row", ROW, sa.ForeignKey("persons.person_row"), nullable=False),
        sa.Column("other_row", ROW, sa.ForeignKey("persons.person_row")),
        sa.Column("record_id", sa.String, nullable=False),
        sa.Column("item_id", sa.String, nullable=False),
        sa.Column("request_id", sa.String, sa.ForeignKey("requests.request_id")),
        sa.Column("merge_id", sa.String, sa.ForeignKey("person_merges.merge_id")),
        sa.Column("opened_by", sa.String, nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
        sa.UniqueConstraint("dispute_id", name="uq_disputes_dispute_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_disputes_person_row", "disputes", ["person_row"])
    op.create_index("ix_disputes_other_row", "disputes", ["other_row"])
    op.create_index("ix_disputes_request_id", "disputes", ["request_id"])
    op.create_table(
        "dispute_steps",
        sa.Column("dispute_id", sa.String, sa.ForeignKey("disputes.dispute_id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("stepped_by", sa.String, nullable=False),
        sa.Column("stepped_at", UtcDateTime, nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
    )
    dialect = op.get_bind().dialect.name
    for table in ("disputes", "dispute_steps"):
        for statement in triggers(table, Protection(Rows.WRITTEN_ONCE), dialect):
            op.execute(statement)
