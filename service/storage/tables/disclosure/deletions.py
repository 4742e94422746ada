"""Deletions of data left by arrests: cases, decisions of forces, reminders, deleted data."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from service.storage.tables.about import OfPerson, Seen, Via, about, sealed
from service.storage.tables.metadata import (
    METADATA,
    ROW,
    Rows,
    UtcDateTime,
    numbered,
    protected,
)

deletion_cases = Table(
    "deletion_cases",
    METADATA,
    numbered("case_row"),
    Column("deletion_id", String, nullable=False, unique=True),
    Column("request_id", String, ForeignKey("requests.request_id"), nullable=False),
    Column("person_row", ROW, ForeignKey("persons.person_row"), nullable=False),
    Column("record_id", String, nullable=False),
    Column("item_id", String, nullable=False),
    Column("owner", String(2), nullable=False),
    Column("asks_entry", Boolean, nullable=False),
    Column("asks_prints", Boolean, nullable=False),
    Column("ground", String, nullable=False),
    Column("opened_by", String, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    sealed(),
    UniqueConstraint("request_id", "record_id", "item_id", name="uq_deletion_cases_once"),
    Index(None, "person_row"),
    Index(None, "owner"),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE) | about(OfPerson("person_row"), seen=Seen.IN_HANDS),
)
"""The payload is the words of the person, and goes with them."""

deletion_captures = Table(
    "deletion_captures",
    METADATA,
    Column("deletion_id", String, ForeignKey("deletion_cases.deletion_id"), primary_key=True),
    Column("encounter_id", String, ForeignKey("encounters.encounter_id"), primary_key=True),
    info=protected(Rows.WRITTEN_ONCE),
)
"""The prints that are asked for."""

deletion_decisions = Table(
    "deletion_decisions",
    METADATA,
    Column("deletion_id", String, ForeignKey("deletion_cases.deletion_id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("approves_entry", Boolean, nullable=False),
    Column("approves_prints", Boolean, nullable=False),
    Column("ground", String, nullable=False),
    Column("decided_by", String, nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Column("first_by", String),
    sealed(),
    CheckConstraint("number IN (1, 2)", name="decided_and_reviewed_once"),
    CheckConstraint("(number = 1) = (first_by IS NULL)", name="review_names_first"),
    CheckConstraint("first_by IS NULL OR first_by <> decided_by", name="another_officer"),
    info=protected(Rows.WRITTEN_ONCE)
    | about(Via("deletion_id", "deletion_cases"), seen=Seen.OFFICE_WORDS),
)
"""1: the decision; 2: its review, by another than `first_by`. The payload is the reasons."""

deletion_chases = Table(
    "deletion_chases",
    METADATA,
    Column("deletion_id", String, ForeignKey("deletion_cases.deletion_id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("chased_on", Date, nullable=False),
    info=protected(Rows.WRITTEN_ONCE),
)
"""Reminders of a force that is late."""

deletions_done = Table(
    "deletions_done",
    METADATA,
    Column("deletion_id", String, ForeignKey("deletion_cases.deletion_id"), primary_key=True),
    Column("done_by", String, nullable=False),
    Column("done_at", UtcDateTime, nullable=False),
    info=protected(Rows.WRITTEN_ONCE),
)

deleted_versions = Table(
    "deleted_versions",
    METADATA,
    Column(
        "record_row",
        ROW,
        ForeignKey("records.record_row"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("deletion_id", String, ForeignKey("deletions_done.deletion_id"), nullable=False),
    Index(None, "deletion_id"),
    info=protected(Rows.WRITTEN_ONCE),
)
"""Versions of records whose content was destroyed because they held a deleted entry."""

deleted_captures = Table(
    "deleted_captures",
    METADATA,
    Column(
        "encounter_row",
        ROW,
        ForeignKey("encounters.encounter_row"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("deletion_id", String, ForeignKey("deletions_done.deletion_id"), nullable=False),
    Index(None, "deletion_id"),
    info=protected(Rows.WRITTEN_ONCE),
)
"""Captures whose templates, pictures and minutiae were destroyed."""
