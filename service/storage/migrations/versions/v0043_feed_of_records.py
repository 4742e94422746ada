"""A feed of records, so that what follows them needs no prints to see a change.

And an index by which the results that wait are found.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
HEAD = Protection(Rows.MOVING, fixed=("head",), growing=("size", "change_seq", "record_seq"))


def upgrade() -> None:
    """Make the feed, empty: whatever follows it reads all records once when it starts."""
    op.create_table(
        "record_changes",
        sa.Column("change_seq", ROW, primary_key=True, autoincrement=False),
        sa.Column("person_row", ROW, sa.ForeignKey("persons.person_row"), nullable=False),
    )
    op.add_column(
        "log_head", sa.Column("record_seq", sa.BigInteger, nullable=False, server_default="0")
    )
    op.create_index("ix_asn_results_asn", "asn_results", ["asn"])
    dialect = op.get_bind().dialect.name
    on_table = "" if dialect == "sqlite" else " ON log_head"
    op.execute(f"DROP TRIGGER log_head_growing{on_table}")
    (growing,) = (one for one in triggers("log_head", HEAD, dialect) if "log_head_growing" in one)
    for statement in (growing, *triggers("record_changes", Protection(Rows.WRITTEN_ONCE), dialect)):
        op.execute(statement)
