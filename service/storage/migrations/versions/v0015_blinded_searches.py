"""A random value in the row of a search, so that its public digest confirms no guess."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; searches of earlier releases have none, and no digest."""
    op.add_column("searches", sa.Column("blinding", sa.String))
