"""Countable facts, frozen releases, and published answers. No personal data in columns."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from service.storage.tables.about import about_nobody, sealed
from service.storage.tables.metadata import (
    METADATA,
    Rows,
    UtcDateTime,
    numbered,
    protected,
)

countable_facts = Table(
    "countable_facts",
    METADATA,
    numbered("fact_row"),
    Column("subject_id", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("stage", String, nullable=False),
    Column("service", String, nullable=False),
    Column("counted_on", Date, nullable=False),
    Column("quarter", String(6), nullable=False),
    Column("outcome", String, nullable=False),
    Column("timeliness", String, nullable=False),
    Column("asker", String, nullable=False),
    Column("party", String, nullable=False),
    Column("days", Integer, nullable=False),
    UniqueConstraint("subject_id", "number", "stage", name="uq_countable_facts_once"),
    Index(
        "ix_countable_facts_cube",
        *("quarter", "stage", "service", "outcome", "timeliness", "asker", "party", "days"),
    ),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE),
)
"""Given with the event that they count. The index holds every column that a release asks for."""

statistics_releases = Table(
    "statistics_releases",
    METADATA,
    numbered("release_row"),
    Column("release_id", String, nullable=False, unique=True),
    Column("quarter", String(6), nullable=False),
    Column("version", Integer, nullable=False),
    Column("content", Text, nullable=False),
    Column("content_sha256", String, nullable=False),
    Column("log_size", BigInteger, nullable=False),
    Column("log_root", String, nullable=False),
    Column("note", String, nullable=False),
    Column("released_by", String, nullable=False),
    Column("released_at", UtcDateTime, nullable=False),
    UniqueConstraint("quarter", "version", name="uq_statistics_releases_version"),
    CheckConstraint("version >= 1", name="version_from_one"),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE),
)
"""Figures after disclosure control alone, as the bytes that are published."""

information_answers = Table(
    "information_answers",
    METADATA,
    Column("request_id", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("outcome", String, nullable=False),
    Column("exemptions", String, nullable=False),
    Column("matter", String, nullable=False),
    Column("hours", Integer, nullable=False),
    Column("answered_on", Date, nullable=False),
    sealed(),
    ForeignKeyConstraint(
        ("request_id", "number"), ("request_entries.request_id", "request_entries.number")
    ),
    Index(None, "matter"),
    info=protected(Rows.WRITTEN_ONCE)
    | about_nobody("published: a question about the office and its answer, never the asker"),
)
"""The disclosure log: question and answer as they are published, sealed all the same, because a
name may slip into words. Never the asker."""
