"""Matters received from courts, forces and agencies, and their steps."""

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables, empty."""
    op.create_table(
        "matters",
        sa.Column("matter_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("matter_id", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("reference", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("received_by", sa.String, nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
        sa.UniqueConstraint("matter_id", name="uq_matters_matter_id"),
        sa.UniqueConstraint("source", "reference", "digest", name="uq_matters_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_matters_digest", "matters", ["digest"])
    op.create_table(
        "matter_steps",
        sa.Column("matter_id", sa.String, sa.ForeignKey("matters.matter_id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("stepped_by", sa.String, nullable=False),
        sa.Column("stepped_at", UtcDateTime, nullable=False),
        sa.Column("person_row", ROW, sa.ForeignKey("persons.person_row")),
        sa.Column("record_id", sa.String),
        sa.Column("version", ROW),
        sa.Column("payload_id", ROW, nullable=False),
    )
    op.create_index("ix_matter_steps_person_row", "matter_steps", ["person_row"])
    op.create_index("ix_matter_steps_state", "matter_steps", ["state"])
    dialect = op.get_bind().dialect.name
    for table in ("matters", "matter_steps"):
        for statement in triggers(table, Protection(Rows.WRITTEN_ONCE), dialect):
            op.execute(statement)
