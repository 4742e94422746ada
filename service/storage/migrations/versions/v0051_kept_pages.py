"""Pages that answered a form, kept for some minutes."""

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, empty."""
    op.create_table(
        "kept_pages",
        sa.Column("token_sha256", sa.String, primary_key=True),
        sa.Column("session_sha256", sa.String),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("kept_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_kept_pages_session_sha256", "kept_pages", ["session_sha256"])
    op.create_index("ix_kept_pages_kept_at", "kept_pages", ["kept_at"])
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        # Statistics would keep bytes of pages that are deleted.
        op.execute("ALTER TABLE kept_pages ALTER COLUMN sealed SET STATISTICS 0")
    for statement in triggers("kept_pages", Protection(Rows.ERASABLE), dialect):
        op.execute(statement)
