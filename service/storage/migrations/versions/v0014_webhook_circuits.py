"""The recent past of each webhook endpoint, and the messages of an endpoint in their order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
TABLE = "webhook_endpoints"


def upgrade() -> None:
    """Add the columns; endpoints of before begin with a closed circuit."""
    op.add_column(TABLE, sa.Column("failures", sa.Integer, nullable=False, server_default="0"))
    op.add_column(TABLE, sa.Column("last_fault", sa.String, nullable=False, server_default=""))
    for name in ("failing_since", "circuit_since", "next_attempt_at", "last_attempt_at"):
        op.add_column(TABLE, sa.Column(name, AT))
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_jobs_group_turn",
        "jobs",
        ["group_id", "turn_at", "job_row"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
