"""Deletions of data left by arrests: cases, decisions, reminders, and the deleted data."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0037"
down_revision = "0027"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = (
    *("deletion_cases", "deletion_captures", "deletion_decisions", "deletion_chases"),
    *("deletions_done", "deleted_versions", "deleted_captures"),
)


def upgrade() -> None:
    """Make the tables; nothing that is stored changes."""
    _cases()
    _decisions()
    _done()
    dialect = op.get_bind().dialect.name
    for table in TABLES:
        for statement in triggers(table, Protection(Rows.WRITTEN_ONCE), dialect):
            op.execute(statement)


def _texts(*names: str) -> tuple[sa.Column[str], ...]:
    return tuple(sa.Column(name, sa.String, nullable=False) for name in names)


def _of_case() -> sa.Column[str]:
    case = sa.ForeignKey("deletion_cases.deletion_id")
    return sa.Column("deletion_id", sa.String, case, primary_key=True)


def _cases() -> None:
    op.create_table(
        "deletion_cases",
        sa.Column("case_row", ROW, sa.Identity(always=False), primary_key=True),
        *_texts("deletion_id"),
        sa.Column("request_id", sa.String, sa.ForeignKey("requests.request_id"), nullable=False),
        sa.Column("person_row", ROW, sa.ForeignKey("persons.person_row"), nullable=False),
        *_texts("record_id", "item_id"),
        sa.Column("owner", sa.String(2), nullable=False),
        sa.Column("asks_entry", sa.Boolean, nullable=False),
        sa.Column("asks_prints", sa.Boolean, nullable=False),
        *_texts("ground", "opened_by"),
        sa.Column("opened_at", UtcDateTime, nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
        sa.UniqueConstraint("deletion_id", name="uq_deletion_cases_deletion_id"),
        sa.UniqueConstraint(
            "request_id", "record_id", "item_id", name="uq_deletion_cases_once"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deletion_cases_person_row", "deletion_cases", ["person_row"])
    op.create_index("ix_deletion_cases_owner", "deletion_cases", ["owner"])
    capture = sa.ForeignKey("encounters.encounter_id")
    op.create_table(
        "deletion_captures",
        _of_case(),
        sa.Column("encounter_id", sa.String, capture, primary_key=True),
    )


def _decisions() -> None:
    op.create_table(
        "deletion_decisions",
        _of_case(),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("approves_entry", sa.Boolean, nullable=False),
        sa.Column("approves_prints", sa.Boolean, nullable=False),
        *_texts("ground", "decided_by"),
        sa.Column("decided_at", UtcDateTime, nullable=False),
        sa.Column("first_by", sa.String),
        sa.Column("payload_id", ROW, nullable=False),
        sa.CheckConstraint("number IN (1, 2)", name="decided_and_reviewed_once"),
        sa.CheckConstraint("(number = 1) = (first_by IS NULL)", name="review_names_first"),
        sa.CheckConstraint("first_by IS NULL OR first_by <> decided_by", name="another_officer"),
    )
    op.create_table(
        "deletion_chases",
        _of_case(),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("chased_on", sa.Date, nullable=False),
    )


def _done() -> None:
    op.create_table(
        "deletions_done",
        _of_case(),
        *_texts("done_by"),
        sa.Column("done_at", UtcDateTime, nullable=False),
    )
    for table, column, of in (
        ("deleted_versions", "record_row", "records"),
        ("deleted_captures", "encounter_row", "encounters"),
    ):
        row = sa.ForeignKey(f"{of}.{column}")
        done = sa.ForeignKey("deletions_done.deletion_id")
        op.create_table(
            table,
            sa.Column(column, ROW, row, primary_key=True, autoincrement=False),
            sa.Column("deletion_id", sa.String, done, nullable=False),
        )
        op.create_index(f"ix_{table}_deletion_id", table, ["deletion_id"])
