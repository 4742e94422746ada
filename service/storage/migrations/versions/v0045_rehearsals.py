"""Rehearsals: how alike the strangers of counted searches were."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, empty: until a gallery is rehearsed, nobody is proposed by prints."""
    op.create_table(
        "rehearsals",
        sa.Column("rehearsal_id", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False, unique=True),
        *(
            sa.Column(name, sa.String, nullable=False)
            for name in ("source", "template_format", "extractor", "index_digest")
        ),
        sa.Column("persons", sa.BigInteger, nullable=False),
        sa.Column("searches", sa.BigInteger, nullable=False),
        sa.Column("counts", sa.String, nullable=False),
        sa.Column("made_by", sa.String, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "rehearsal_doubts",
        sa.Column(
            "rehearsal_id", sa.String, sa.ForeignKey("rehearsals.rehearsal_id"), nullable=False
        ),
        sa.Column("case_id", sa.String, sa.ForeignKey("gallery_cases.case_id"), nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("searches", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("rehearsal_id", "case_id", "kind", "step"),
    )
    dialect = op.get_bind().dialect.name
    for table in ("rehearsals", "rehearsal_doubts"):
        for statement in triggers(table, Protection(Rows.WRITTEN_ONCE), dialect):
            op.execute(statement)
