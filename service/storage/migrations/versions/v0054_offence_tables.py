"""Versions of the office's table of offence codes."""

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, empty."""
    op.create_table(
        "offence_tables",
        sa.Column("table_id", sa.String, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("content_sha256", sa.String, nullable=False),
        sa.Column("codes", sa.Integer, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("installed_by", sa.String, nullable=False),
        sa.Column("installed_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("version", name="uq_offence_tables_version"),
    )
    dialect = op.get_bind().dialect.name
    for statement in triggers("offence_tables", Protection(Rows.WRITTEN_ONCE), dialect):
        op.execute(statement)
