"""The event of each print shown: a name for the row that it states.

Rows without one stay where a decision committed to them. Where their viewer has not decided yet
nothing does, so that they could be forged: they are removed, and the print is put on record again
when its examiner next opens it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows

revision = "0034"
down_revision = "0025"
branch_labels = None
depends_on = None

TABLE = "prints_shown"
UNDECIDED = f"""
DELETE FROM {TABLE} WHERE NOT EXISTS (
    SELECT 1 FROM decisions
    WHERE decisions.case_id = {TABLE}.case_id AND decisions.decided_by = {TABLE}.viewer
)
"""


def upgrade() -> None:
    """Add the column, empty in the rows that stay so that their digests do."""
    op.add_column(TABLE, sa.Column("print_id", sa.String))
    op.create_index(f"ix_{TABLE}_print_id", TABLE, ["print_id"], unique=True)
    dialect = op.get_bind().dialect.name
    there = f" ON {TABLE}" if dialect == "postgresql" else ""
    op.execute(f"DROP TRIGGER {TABLE}_no_delete{there}")
    op.execute(UNDECIDED)
    for statement in triggers(TABLE, Protection(Rows.WRITTEN_ONCE), dialect):
        if f" {TABLE}_no_delete " in statement:
            op.execute(statement)
