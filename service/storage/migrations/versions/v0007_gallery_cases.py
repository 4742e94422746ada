"""Cases on the gallery itself: probable duplicates and exchanged fingers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create both tables and their triggers."""
    person, encounter = "persons.person_id", "encounters.encounter_id"
    op.create_table(
        "gallery_cases",
        sa.Column("case_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("case_id", sa.String, nullable=False, unique=True),
        sa.Column("doubt", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("prints", sa.String, nullable=False),
        sa.Column("person_id", sa.String, sa.ForeignKey(person), nullable=False),
        sa.Column("other_person_id", sa.String, sa.ForeignKey(person)),
        sa.Column("encounter_id", sa.String, sa.ForeignKey(encounter), nullable=False),
        sa.Column("other_encounter_id", sa.String, sa.ForeignKey(encounter), nullable=False),
        sa.Column("position", sa.SmallInteger),
        sa.Column("other_position", sa.SmallInteger),
        sa.Column("opened_at", AT, nullable=False),
        sa.UniqueConstraint("doubt", "subject", "prints"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "gallery_conclusions",
        sa.Column(
            "case_id", sa.String, sa.ForeignKey("gallery_cases.case_id"), primary_key=True
        ),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("merge_id", sa.String, sa.ForeignKey("person_merges.merge_id")),
        sa.Column("concluded_by", sa.String, nullable=False),
        sa.Column("concluded_at", AT, nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
    )
    for table in ("gallery_cases", "gallery_conclusions"):
        for statement in triggers(table, Protection(Rows.WRITTEN_ONCE), op.get_bind().dialect.name):
            op.execute(statement)
