"""Countable facts, frozen releases, and answers that are published."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0032"
down_revision = "0030"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("countable_facts", "statistics_releases", "information_answers")
CUBE = ["quarter", "stage", "service", "outcome", "timeliness", "asker", "party", "days"]


def upgrade() -> None:
    """Create the tables, all of them written once."""
    _facts()
    _releases()
    _answers()
    dialect = op.get_bind().dialect.name
    for table in TABLES:
        for statement in triggers(table, Protection(Rows.WRITTEN_ONCE), dialect):
            op.execute(statement)


def _texts(*names: str) -> tuple[sa.Column[str], ...]:
    return tuple(sa.Column(name, sa.String, nullable=False) for name in names)


def _facts() -> None:
    op.create_table(
        "countable_facts",
        sa.Column("fact_row", ROW, sa.Identity(always=False), primary_key=True),
        *_texts("subject_id"),
        sa.Column("number", sa.Integer, nullable=False),
        *_texts("stage", "service"),
        sa.Column("counted_on", sa.Date, nullable=False),
        sa.Column("quarter", sa.String(6), nullable=False),
        *_texts("outcome", "timeliness", "asker", "party"),
        sa.Column("days", sa.Integer, nullable=False),
        sa.UniqueConstraint("subject_id", "number", "stage", name="uq_countable_facts_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_countable_facts_cube", "countable_facts", CUBE)


def _releases() -> None:
    op.create_table(
        "statistics_releases",
        sa.Column("release_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("release_id", sa.String, nullable=False, unique=True),
        sa.Column("quarter", sa.String(6), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        *_texts("content_sha256"),
        sa.Column("log_size", sa.BigInteger, nullable=False),
        *_texts("log_root", "note", "released_by"),
        sa.Column("released_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("quarter", "version", name="uq_statistics_releases_version"),
        sa.CheckConstraint("version >= 1", name="version_from_one"),
        sqlite_autoincrement=True,
    )


def _answers() -> None:
    op.create_table(
        "information_answers",
        sa.Column("request_id", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        *_texts("outcome", "exemptions", "matter"),
        sa.Column("hours", sa.Integer, nullable=False),
        sa.Column("answered_on", sa.Date, nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
        sa.ForeignKeyConstraint(
            ("request_id", "number"), ("request_entries.request_id", "request_entries.number")
        ),
    )
    op.create_index("ix_information_answers_matter", "information_answers", ["matter"])
