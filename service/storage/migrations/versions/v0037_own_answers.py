"""Answers to people about their own data, with what was removed from them."""

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
TABLES = ("own_answers", "own_answer_removals")


def upgrade() -> None:
    """Make the tables; nothing that is stored changes."""
    op.create_table(
        "own_answers",
        sa.Column("answer_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("answer_id", sa.String, nullable=False),
        sa.Column("request_id", sa.String, sa.ForeignKey("requests.request_id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("basis", sa.String, nullable=False),
        sa.Column("prepared_by", sa.String, nullable=False),
        sa.Column("prepared_at", UtcDateTime, nullable=False),
        sa.Column("person_row", ROW, sa.ForeignKey("persons.person_row")),
        sa.Column("payload_id", ROW, nullable=False),
        sa.UniqueConstraint("answer_id", name="uq_own_answers_answer_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_own_answers_request_id_number", "own_answers", ["request_id", "number"]
    )
    op.create_index("ix_own_answers_person_row", "own_answers", ["person_row"])
    answer = sa.ForeignKey("own_answers.answer_id")
    op.create_table(
        "own_answer_removals",
        sa.Column("answer_id", sa.String, answer, primary_key=True),
        sa.Column("place", sa.String, primary_key=True),
        sa.Column("ground", sa.String, nullable=False),
    )
    dialect = op.get_bind().dialect.name
    for table in TABLES:
        for statement in triggers(table, Protection(Rows.WRITTEN_ONCE), dialect):
            op.execute(statement)
