"""What was typed when a session ended, and from which search a capture was enrolled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)

PROTECTIONS = {
    "capture_sources": Protection(Rows.WRITTEN_ONCE),
    "drafts": Protection(Rows.ERASABLE),
}


def upgrade() -> None:
    """Create both tables; captures that links have enrolled so far come from their links."""
    op.create_table(
        "capture_sources",
        sa.Column(
            "encounter_id", sa.String, sa.ForeignKey("encounters.encounter_id"), primary_key=True
        ),
        sa.Column("search_id", sa.String, sa.ForeignKey("searches.search_id"), nullable=False),
    )
    op.execute(
        "INSERT INTO capture_sources (encounter_id, search_id) "
        "SELECT encounter_id, search_id FROM links WHERE encounter_id IS NOT NULL"
    )
    op.create_table(
        "drafts",
        sa.Column("user_id", sa.String, sa.ForeignKey("accounts.user_id"), primary_key=True),
        sa.Column("step", sa.String, primary_key=True),
        sa.Column("about_id", sa.String, primary_key=True),
        sa.Column("payload_id", ROW, nullable=False),
        sa.Column("kept_at", AT, nullable=False),
    )
    op.create_index("ix_drafts_about_id", "drafts", ["about_id"])
    dialect = op.get_bind().dialect.name
    for table, protection in PROTECTIONS.items():
        for statement in triggers(table, protection, dialect):
            op.execute(statement)
