"""Convictions that their source lets be kept only until a day."""

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the column and the table, empty: the days of older rows are in sealed content."""
    op.add_column("conviction_versions", sa.Column("kept_until", sa.String(10)))
    op.create_index(
        "ix_conviction_versions_kept_until",
        "conviction_versions",
        ["kept_until"],
        sqlite_where=sa.text("kept_until IS NOT NULL"),
        postgresql_where=sa.text("kept_until IS NOT NULL"),
    )
    op.create_table(
        "ended_versions",
        sa.Column(
            "record_row",
            ROW,
            sa.ForeignKey("records.record_row"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("matter_id", sa.String, sa.ForeignKey("matters.matter_id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
    )
    op.create_index(
        "ix_ended_versions_matter_id_number", "ended_versions", ["matter_id", "number"]
    )
    dialect = op.get_bind().dialect.name
    for statement in triggers("ended_versions", Protection(Rows.WRITTEN_ONCE), dialect):
        op.execute(statement)
