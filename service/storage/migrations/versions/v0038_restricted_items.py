"""Restrictions of single items of a record."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns that old rows leave empty, so that their digests stay."""
    op.add_column("restrictions", sa.Column("record_id", sa.String))
    op.add_column("restrictions", sa.Column("item_id", sa.String))
    op.add_column("restrictions", sa.Column("version", sa.Integer))
