"""Restrictions of single items of a record, and documents handed over to applicants."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0038"
down_revision = "0036"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("handovers", "handover_fetches")


def upgrade() -> None:
    """Add columns that old rows leave empty, so that their digests stay, and two tables."""
    op.add_column("restrictions", sa.Column("record_id", sa.String))
    op.add_column("restrictions", sa.Column("item_id", sa.String))
    op.add_column("restrictions", sa.Column("version", sa.Integer))
    _handed()
    dialect = op.get_bind().dialect.name
    for table in TABLES:
        for statement in triggers(table, Protection(Rows.WRITTEN_ONCE), dialect):
            op.execute(statement)


def _handed() -> None:
    application = sa.ForeignKey("applications.application_id")
    texts = ("request_id", "source_id", "name", "media_type", "document_sha256", "handed_by")
    op.create_table(
        "handovers",
        sa.Column("handover_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("handover_id", sa.String, nullable=False),
        sa.Column("application_id", sa.String, application, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in texts),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("handed_at", UtcDateTime, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("person_row", ROW, sa.ForeignKey("persons.person_row")),
        sa.Column("payload_id", ROW, nullable=False),
        sa.UniqueConstraint("handover_id", name="uq_handovers_handover_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_handovers_application_id", "handovers", ["application_id"])
    op.create_index("ix_handovers_person_row", "handovers", ["person_row"])
    op.create_index("ix_handovers_last_day", "handovers", ["last_day"])
    handed = sa.ForeignKey("handovers.handover_id")
    op.create_table(
        "handover_fetches",
        sa.Column("fetch_id", sa.String, primary_key=True),
        sa.Column("handover_id", sa.String, handed, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("fetched_by", sa.String, nullable=False),
        sa.Column("fetched_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("handover_id", "number", name="uq_handover_fetches_number"),
    )
