"""Which subjects of the identity provider sign in to which accounts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLE = "account_subjects"


def upgrade() -> None:
    """Create the table and its triggers."""
    op.create_table(
        TABLE,
        sa.Column("subject_sha256", sa.String, primary_key=True),
        sa.Column(
            "user_id", sa.String, sa.ForeignKey("accounts.user_id"), nullable=False, unique=True
        ),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
    )
    for statement in triggers(TABLE, Protection(Rows.ERASABLE), op.get_bind().dialect.name):
        op.execute(statement)
