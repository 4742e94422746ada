"""Watches of holders of certificates and of agencies, their steps, and who asked."""

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables, empty."""
    _watches()
    op.create_table(
        "watch_steps",
        sa.Column("watch_id", sa.String, sa.ForeignKey("watches.watch_id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("act", sa.String, nullable=False),
        sa.Column("confirm_by", sa.Date, nullable=False),
        sa.Column("stepped_by", sa.String, nullable=False),
        sa.Column("stepped_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "watch_checks",
        sa.Column("check_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("check_id", sa.String, nullable=False),
        sa.Column("watch_id", sa.String, sa.ForeignKey("watches.watch_id"), nullable=False),
        sa.Column("answer", sa.String, nullable=False),
        sa.Column("checked_by", sa.String, nullable=False),
        sa.Column("checked_at", UtcDateTime, nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
        sa.UniqueConstraint("check_id", name="uq_watch_checks_check_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_watch_checks_watch_id", "watch_checks", ["watch_id"])
    dialect = op.get_bind().dialect.name
    for table in ("watches", "watch_steps", "watch_checks"):
        for statement in triggers(table, Protection(Rows.WRITTEN_ONCE), dialect):
            op.execute(statement)


def _watches() -> None:
    op.create_table(
        "watches",
        sa.Column("watch_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("watch_id", sa.String, nullable=False),
        sa.Column("request_id", sa.String, sa.ForeignKey("requests.request_id"), nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("after_change", sa.BigInteger, nullable=False),
        sa.Column("certificate_id", sa.String, sa.ForeignKey("certificates.certificate_id")),
        sa.Column("code_digest", sa.String),
        sa.Column("agency", sa.String),
        sa.UniqueConstraint("watch_id", name="uq_watches_watch_id"),
        sa.UniqueConstraint("code_digest", name="uq_watches_code_digest"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_watches_request_id", "watches", ["request_id"])
    op.create_index("ix_watches_agency", "watches", ["agency"])
