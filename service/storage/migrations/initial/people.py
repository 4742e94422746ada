"""Persons, records, encounters, the gallery feed and payloads, as revision 0001 makes them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.tables.metadata import Protection, Rows

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

PROTECTIONS = {
    "payloads": Protection(Rows.ERASABLE),
    "persons": Protection(Rows.WRITTEN_ONCE),
    "person_erasures": Protection(Rows.WRITTEN_ONCE),
    "records": Protection(Rows.WRITTEN_ONCE),
    "live_records": Protection(Rows.MOVING, fixed=("record_id", "person_row"), may_go=True),
    "encounters": Protection(Rows.WRITTEN_ONCE),
    "gallery_changes": Protection(Rows.WRITTEN_ONCE),
}


def create() -> None:
    """Create the tables."""
    op.create_table(
        "payloads",
        sa.Column("payload_id", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "persons",
        sa.Column("person_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("person_id", sa.String, nullable=False, unique=True),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "person_erasures",
        sa.Column(
            "person_row",
            ROW,
            sa.ForeignKey("persons.person_row"),
            primary_key=True,
            autoincrement=False,
        ),
    )
    op.create_table(
        "records",
        sa.Column("record_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("record_id", sa.String, nullable=False),
        sa.Column("version", ROW, nullable=False),
        sa.Column("person_row", ROW, sa.ForeignKey("persons.person_row"), nullable=False),
        sa.Column("force", sa.String(2), nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
        sa.UniqueConstraint("record_id", "version"),
        sa.CheckConstraint("version >= 1", name="version_from_one"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_records_person_row", "records", ["person_row"])
    op.create_table(
        "live_records",
        sa.Column("record_id", sa.String, primary_key=True),
        sa.Column(
            "person_row", ROW, sa.ForeignKey("persons.person_row"), nullable=False, unique=True
        ),
        sa.Column(
            "record_row", ROW, sa.ForeignKey("records.record_row"), nullable=False, unique=True
        ),
    )
    op.create_table(
        "encounters",
        sa.Column("encounter_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("encounter_id", sa.String, nullable=False, unique=True),
        sa.Column("person_row", ROW, sa.ForeignKey("persons.person_row"), nullable=False),
        sa.Column("force", sa.String(2), nullable=False),
        sa.Column("gallery", sa.SmallInteger, nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
        sa.CheckConstraint("gallery BETWEEN 0 AND 2", name="gallery_known"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_encounters_person_row", "encounters", ["person_row"])
    op.create_table(
        "gallery_changes",
        sa.Column("change_seq", ROW, primary_key=True, autoincrement=False),
        sa.Column("encounter_row", ROW, sa.ForeignKey("encounters.encounter_row"), nullable=False),
        sa.Column("kind", sa.SmallInteger, nullable=False),
        sa.UniqueConstraint("encounter_row", "kind"),
        sa.CheckConstraint("kind IN (0, 1)", name="kind_known"),
    )
