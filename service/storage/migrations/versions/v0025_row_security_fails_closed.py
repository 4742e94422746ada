"""Row-level security fails closed: a transaction that names no force sees no row of any."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0023"
branch_labels = None
depends_on = None

OURS = "current_setting('identlink.force', true) IN ('*', force)"
POLICIES = """
SELECT quote_ident(tablename), qual IS NOT NULL, with_check IS NOT NULL
FROM pg_policies WHERE schemaname = current_schema() AND policyname = 'own_force'
"""


def upgrade() -> None:
    """Replace what every policy of a force's own rows asks for."""
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    for table, hides, refuses in connection.execute(sa.text(POLICIES)).all():
        asks = f"USING ({OURS})" if hides else ""
        demands = f"WITH CHECK ({OURS})" if refuses else ""
        op.execute(f"ALTER POLICY own_force ON {table} {asks} {demands}")
