"""Stated answers of applications that officers saw shown by a document."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table, empty: of requests that are open, officers tick the answers once."""
    op.create_table(
        "proof_checks",
        sa.Column("proof_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("proof_id", sa.String, nullable=False),
        sa.Column("request_id", sa.String, sa.ForeignKey("requests.request_id"), nullable=False),
        sa.Column("claim", sa.String, nullable=False),
        sa.Column("document_id", sa.String, nullable=False),
        sa.Column("verdict", sa.String, nullable=False),
        sa.Column("checked_by", sa.String, nullable=False),
        sa.Column("checked_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("proof_id", name="uq_proof_checks_proof_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_proof_checks_request_id", "proof_checks", ["request_id"])
    dialect = op.get_bind().dialect.name
    for statement in triggers("proof_checks", Protection(Rows.WRITTEN_ONCE), dialect):
        op.execute(statement)
