"""No statistics of binary columns: PostgreSQL's would keep samples of bytes that were erased.

No query asks for a binary value, so that no plan is worse without them.
"""

from __future__ import annotations

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

BINARY = (
    ("checkpoints", "note"),
    ("cosignatures", "note"),
    ("events", "body"),
    ("log_head", "frontier"),
    ("log_nodes", "digest"),
    ("payloads", "body"),
    ("probe_sketches", "body"),
    ("sketch_packs", "content"),
    ("withheld_payloads", "body"),
)


def upgrade() -> None:
    """Take no more statistics, and remove those that were taken.

    Setting a column's type removes its statistics, and writes no row anew where the type is the
    same. Nothing else does so on PostgreSQL 17 and before without a superuser. It also forgets how
    the column is stored, which migration 0012 had set for payloads.
    """
    if op.get_bind().dialect.name == "postgresql":
        for table, column in BINARY:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE bytea")
        op.execute("ALTER TABLE payloads ALTER COLUMN body SET STORAGE EXTERNAL")
