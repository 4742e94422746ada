"""Referrals of requests to a body outside the office, its answers, and the role of the body."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.migrations.roles import admit_role
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0036"
down_revision = "0032"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("referrals", "referral_replies")


def upgrade() -> None:
    """Make the tables, and admit the role; nothing that is stored changes."""
    admit_role("referral-body")
    op.create_table(
        "referrals",
        sa.Column("referral_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("referral_id", sa.String, nullable=False),
        sa.Column("request_id", sa.String, sa.ForeignKey("requests.request_id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("made_by", sa.String, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("referral_id", name="uq_referrals_referral_id"),
        sqlite_autoincrement=True,
    )
    referral = sa.ForeignKey("referrals.referral_id")
    op.create_table(
        "referral_replies",
        sa.Column("referral_id", sa.String, referral, primary_key=True),
        sa.Column("request_id", sa.String, sa.ForeignKey("requests.request_id"), nullable=False),
        sa.Column("verdict", sa.String, nullable=False),
        sa.Column("answered_by", sa.String, nullable=False),
        sa.Column("answered_at", UtcDateTime, nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
    )
    dialect = op.get_bind().dialect.name
    for table in TABLES:
        op.create_index(f"ix_{table}_request_id", table, ["request_id"])
        for statement in triggers(table, Protection(Rows.WRITTEN_ONCE), dialect):
            op.execute(statement)
