"""When a case became ready for the work that it waits for, and the mark-up of an analysis."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.tables.metadata import UtcDateTime

revision = "0023"
down_revision = "0021"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NEVER = "1970-01-01 00:00:00.000000"


def upgrade() -> None:
    """Fill in since when cases are ready, and leave the mark-up of old analyses empty.

    A case is ready since its last decision, since it was opened where it has none. That it was
    given back is not known any more.
    """
    op.add_column(
        "cases", sa.Column("ready_at", UtcDateTime, nullable=False, server_default=NEVER)
    )
    op.execute(
        "UPDATE cases SET ready_at = coalesce((SELECT max(sealed_at) FROM decisions"
        " WHERE decisions.case_id = cases.case_id), opened_at)"
    )
    op.drop_index("ix_cases_queue", "cases")
    op.create_index(
        "ix_cases_queue", "cases", ["state", "priority", "activity", "ready_at", "case_row"]
    )
    op.create_index("ix_cases_revision", "cases", ["revision"])
    for table in ("comparisons", "comparison_revisions"):
        for name in ("points_marked", "points_added"):
            op.add_column(table, sa.Column(name, sa.Integer))
    op.add_column("analyses", sa.Column("markup_id", ROW))
