"""Retention: plans of a purge, their counts and releases, and decisions of reviews."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0028"
down_revision = "0034"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = (
    *("retention_plans", "retention_plan_lines", "retention_recounts", "retention_releases"),
    *("retention_settlements", "retention_reviews", "retention_proposals"),
)


def upgrade() -> None:
    """Create the tables, all of them written once."""
    _plans()
    _releases()
    _settlements()
    _reviews()
    dialect = op.get_bind().dialect.name
    for table in TABLES:
        for statement in triggers(table, Protection(Rows.WRITTEN_ONCE), dialect):
            op.execute(statement)


def _texts(*names: str) -> tuple[sa.Column[str], ...]:
    return tuple(sa.Column(name, sa.String, nullable=False) for name in names)


def _counts(*names: str) -> tuple[sa.Column[int], ...]:
    return tuple(sa.Column(name, sa.Integer, nullable=False) for name in names)


def _row(name: str) -> sa.Column[int]:
    return sa.Column(name, ROW, sa.Identity(always=False), primary_key=True)


def _plans() -> None:
    op.create_table(
        "retention_plans",
        _row("plan_row"),
        sa.Column("plan_id", sa.String, nullable=False, unique=True),
        sa.Column("on_day", sa.Date, nullable=False),
        *_texts("rules"),
        *_counts("people", "due", "kept", "reviews", "added", "gone"),
        sa.Column("refusal", sa.String),
        *_texts("made_by"),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("previous_id", sa.String),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "retention_plan_lines",
        sa.Column(
            "plan_id", sa.String, sa.ForeignKey("retention_plans.plan_id"), primary_key=True
        ),
        sa.Column("person_row", ROW, sa.ForeignKey("persons.person_row"), primary_key=True),
        *_texts("provision"),
        sa.Column("last_day", sa.Date),
    )
    op.create_table(
        "retention_recounts",
        _row("recount_row"),
        sa.Column("recount_id", sa.String, nullable=False, unique=True),
        sa.Column(
            "plan_id", sa.String, sa.ForeignKey("retention_plans.plan_id"), nullable=False
        ),
        *_counts("due", "missing", "beyond", "reviews"),
        *_texts("counted_by"),
        sa.Column("counted_at", UtcDateTime, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_retention_recounts_plan_id", "retention_recounts", ["plan_id"])


def _releases() -> None:
    op.create_table(
        "retention_releases",
        sa.Column(
            "plan_id", sa.String, sa.ForeignKey("retention_plans.plan_id"), primary_key=True
        ),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        *_texts("released_by"),
        sa.Column("released_at", UtcDateTime, nullable=False),
        sa.Column("first_number", sa.Integer),
        sa.Column("first_by", sa.String),
        sa.UniqueConstraint("plan_id", "number", "released_by", name="uq_retention_releases_by"),
        sa.ForeignKeyConstraint(
            ("plan_id", "first_number", "first_by"),
            (
                "retention_releases.plan_id",
                "retention_releases.number",
                "retention_releases.released_by",
            ),
            name="fk_retention_releases_first",
        ),
        sa.CheckConstraint("number IN (1, 2)", name="number_known"),
        sa.CheckConstraint(
            "(number = 1 AND first_number IS NULL AND first_by IS NULL)"
            " OR (number = 2 AND first_number = 1 AND first_by IS NOT NULL)",
            name="second_names_first",
        ),
        sa.CheckConstraint("first_by IS NULL OR first_by <> released_by", name="two_people"),
    )


def _settlements() -> None:
    op.create_table(
        "retention_settlements",
        sa.Column("settlement_id", sa.String, primary_key=True),
        *_texts("plan_id"),
        sa.Column("person_row", ROW, nullable=False),
        *_texts("outcome"),
        sa.Column("erasure_id", sa.String, sa.ForeignKey("erasure_requests.erasure_id")),
        sa.Column("settled_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("plan_id", "person_row", name="uq_retention_settlements_once"),
        sa.ForeignKeyConstraint(
            ("plan_id", "person_row"),
            ("retention_plan_lines.plan_id", "retention_plan_lines.person_row"),
            name="fk_retention_settlements_line",
        ),
    )


def _reviews() -> None:
    op.create_table(
        "retention_reviews",
        sa.Column(
            "request_id", sa.String, sa.ForeignKey("requests.request_id"), primary_key=True
        ),
        sa.Column("person_row", ROW, sa.ForeignKey("persons.person_row"), nullable=False),
        *_texts("decision", "ground"),
        sa.Column("next_on", sa.Date),
        *_texts("versions", "decided_by"),
        sa.Column("decided_at", UtcDateTime, nullable=False),
        sa.CheckConstraint("(decision = 'erase') = (next_on IS NULL)", name="next_review"),
    )
    op.create_index("ix_retention_reviews_person_row", "retention_reviews", ["person_row"])
    op.create_table(
        "retention_proposals",
        sa.Column("request_id", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        *_texts("decision", "ground"),
        sa.Column("next_on", sa.Date),
        *_texts("versions"),
        sa.ForeignKeyConstraint(
            ("request_id", "number"), ("request_entries.request_id", "request_entries.number")
        ),
    )
