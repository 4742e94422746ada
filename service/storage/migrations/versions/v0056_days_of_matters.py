"""The last day on which the source of a matter lets it be kept."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the column, empty: the days of older rows are in sealed content."""
    op.add_column("matters", sa.Column("kept_until", sa.String(10)))
    op.create_index(
        "ix_matters_kept_until",
        "matters",
        ["kept_until"],
        sqlite_where=sa.text("kept_until IS NOT NULL"),
        postgresql_where=sa.text("kept_until IS NOT NULL"),
    )
