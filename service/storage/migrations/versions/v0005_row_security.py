"""Row-level security for the tables that forces own; PostgreSQL alone has it."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("searches", "batches", "jobs", "webhook_endpoints", "probe_sketches")
OURS = "COALESCE(current_setting('identlink.force', true), '') IN ('', force)"


def upgrade() -> None:
    """Enable and force it, and create one policy a table."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_force ON {table} USING ({OURS}) WITH CHECK ({OURS})")
