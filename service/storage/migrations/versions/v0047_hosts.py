"""The hosts of a service, and the lease under which one of them signs the log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

PROTECTED = {
    "hosts": Protection(Rows.MOVING, fixed=("host",), may_go=True),
    "log_lease": Protection(Rows.MOVING, fixed=("lease",), growing=("epoch",)),
}


def upgrade() -> None:
    """Make the tables; the lease is made with the first signature."""
    op.create_table(
        "hosts",
        sa.Column("host", sa.String, primary_key=True),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("seen_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "log_lease",
        sa.Column("lease", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("epoch", sa.BigInteger, nullable=False),
        sa.Column("host", sa.String, nullable=False),
        sa.Column("held_until", UtcDateTime),
        sa.CheckConstraint("lease = 1", name="one_lease"),
    )
    dialect = op.get_bind().dialect.name
    for table, protection in PROTECTED.items():
        for statement in triggers(table, protection, dialect):
            op.execute(statement)
