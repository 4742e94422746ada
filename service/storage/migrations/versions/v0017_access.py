"""Sources that accounts know, so that guesses from elsewhere hold no person up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)

PROTECTIONS = {"known_sources": Protection(Rows.ERASABLE)}


def upgrade() -> None:
    """Create the table; failures counted so far keep their counters."""
    op.create_table(
        "known_sources",
        sa.Column("source_sha256", sa.String, primary_key=True),
        sa.Column("user_id", sa.String, sa.ForeignKey("accounts.user_id"), nullable=False),
        sa.Column("seen_at", AT, nullable=False),
    )
    op.create_index("ix_known_sources_user_id", "known_sources", ["user_id"])
    dialect = op.get_bind().dialect.name
    for table, protection in PROTECTIONS.items():
        for statement in triggers(table, protection, dialect):
            op.execute(statement)
