"""Security keys among the second factors, and further demands of the policy on findings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns that old rows leave empty, so that their digests stay."""
    op.add_column("second_factors", sa.Column("kind", sa.String))
    op.add_column("second_factor_uses", sa.Column("counter", sa.BigInteger))
    for name in ("tenprint_point_pairs", "analysed_minutiae"):
        op.add_column("finding_policies", sa.Column(name, sa.Integer))
