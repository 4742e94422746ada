"""What provenance keeps: checkpoints, recipients, notices, merges, and the basis of a search."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)

PROTECTIONS = {
    "checkpoints": Protection(Rows.WRITTEN_ONCE),
    "cosignatures": Protection(Rows.WRITTEN_ONCE),
    "link_recipients": Protection(Rows.WRITTEN_ONCE),
    "notices": Protection(Rows.WRITTEN_ONCE),
    "person_merges": Protection(Rows.WRITTEN_ONCE),
    "merge_confirmations": Protection(Rows.WRITTEN_ONCE),
    "merged_persons": Protection(
        Rows.MOVING, fixed=("absorbed_row", "surviving_row", "merge_id"), may_go=True
    ),
    "encounter_successors": Protection(Rows.WRITTEN_ONCE),
}


def upgrade() -> None:
    """Create tables, columns and triggers."""
    _columns()
    _checkpoints()
    _notices()
    _merges()
    dialect = op.get_bind().dialect.name
    for table, protection in PROTECTIONS.items():
        for statement in triggers(table, protection, dialect):
            op.execute(statement)


def _columns() -> None:
    op.add_column("searches", sa.Column("index_cursor", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("searches", sa.Column("gallery_size", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("searches", sa.Column("thresholds", sa.String, nullable=False, server_default=""))
    op.add_column("searches", sa.Column("arithmetic", sa.String, nullable=False, server_default=""))
    op.add_column("searches", sa.Column("probe_commitment", sa.String, nullable=False, server_default=""))
    op.add_column("candidates", sa.Column("record_version", sa.BigInteger))
    op.add_column("candidates", sa.Column("total_millibits", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("loads", sa.Column("first_change", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("loads", sa.Column("last_change", sa.BigInteger, nullable=False, server_default="0"))


def _checkpoints() -> None:
    op.create_table(
        "checkpoints",
        sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
        sa.Column("signed_at", AT, nullable=False),
    )
    op.create_table(
        "cosignatures",
        sa.Column("size", sa.BigInteger, sa.ForeignKey("checkpoints.size"), primary_key=True),
        sa.Column("witness", sa.String, primary_key=True),
        sa.Column("note", sa.LargeBinary, nullable=False),
    )


def _notices() -> None:
    op.create_table(
        "link_recipients",
        sa.Column("link_id", sa.String, sa.ForeignKey("links.link_id"), primary_key=True),
        sa.Column("force", sa.String(2), primary_key=True),
        sa.Column("told_at", AT, nullable=False),
    )
    op.create_table(
        "notices",
        sa.Column("notice_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("notice_id", sa.String, nullable=False, unique=True),
        sa.Column("link_id", sa.String, sa.ForeignKey("link_revocations.link_id"), nullable=False),
        sa.Column("force", sa.String(2), nullable=False),
        sa.Column("noticed_at", AT, nullable=False),
        sa.UniqueConstraint("link_id", "force"),
        sa.ForeignKeyConstraint(
            ["link_id", "force"], ["link_recipients.link_id", "link_recipients.force"]
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notices_force_notice_row", "notices", ["force", "notice_row"])


def _merges() -> None:
    person = ("persons.person_row",)
    op.create_table(
        "person_merges",
        sa.Column("merge_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("merge_id", sa.String, nullable=False, unique=True),
        sa.Column("surviving_row", ROW, sa.ForeignKey(*person), nullable=False),
        sa.Column("absorbed_row", ROW, sa.ForeignKey(*person), nullable=False),
        sa.Column("undoes", sa.String, sa.ForeignKey("person_merges.merge_id")),
        sa.Column("proposed_by", sa.String, nullable=False),
        sa.Column("proposed_at", AT, nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
        sa.UniqueConstraint("merge_id", "proposed_by"),
        sa.CheckConstraint("surviving_row <> absorbed_row", name="two_rows"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_person_merges_absorbed_row", "person_merges", ["absorbed_row"])
    op.create_index("ix_person_merges_surviving_row", "person_merges", ["surviving_row"])
    op.create_table(
        "merge_confirmations",
        sa.Column("merge_id", sa.String, primary_key=True),
        sa.Column("proposed_by", sa.String, nullable=False),
        sa.Column("confirmed_by", sa.String, nullable=False),
        sa.Column("confirmed_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["merge_id", "proposed_by"], ["person_merges.merge_id", "person_merges.proposed_by"]
        ),
        sa.CheckConstraint("confirmed_by <> proposed_by", name="two_persons"),
    )
    confirmed = ("merge_confirmations.merge_id",)
    op.create_table(
        "merged_persons",
        sa.Column(
            "absorbed_row", ROW, sa.ForeignKey(*person), primary_key=True, autoincrement=False
        ),
        sa.Column("surviving_row", ROW, sa.ForeignKey(*person), nullable=False),
        sa.Column("merge_id", sa.String, sa.ForeignKey(*confirmed), nullable=False),
        sa.CheckConstraint("surviving_row <> absorbed_row", name="two_rows"),
    )
    op.create_index("ix_merged_persons_surviving_row", "merged_persons", ["surviving_row"])
    encounter = ("encounters.encounter_row",)
    op.create_table(
        "encounter_successors",
        sa.Column(
            "encounter_row", ROW, sa.ForeignKey(*encounter), primary_key=True, autoincrement=False
        ),
        sa.Column("successor_row", ROW, sa.ForeignKey(*encounter), nullable=False, unique=True),
        sa.Column("merge_id", sa.String, sa.ForeignKey(*confirmed), nullable=False),
    )
    op.create_index("ix_encounter_successors_merge_id", "encounter_successors", ["merge_id"])
