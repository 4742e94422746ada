"""What the log commits to of accounts and sessions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the blinding value, and end what sessions there are: no event names them.

    A working day is the longest that they would have lasted.
    """
    op.add_column("account_subjects", sa.Column("blinding", sa.String))
    op.execute("DELETE FROM sessions")
