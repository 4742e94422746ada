"""Restrictions of people, and answers to people about their own data."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ONCE = Protection(Rows.WRITTEN_ONCE)
BOUND = Protection(Rows.MOVING, fixed=("person_row", "restriction_id"), may_go=True)
TABLES = {
    "restrictions": ONCE,
    "restricted_persons": BOUND,
    "restriction_ends": ONCE,
    "own_answers": ONCE,
    "own_answer_removals": ONCE,
}


def upgrade() -> None:
    """Make the tables; nothing that is stored changes."""
    _begun()
    _hidden()
    _ended()
    _answered()
    dialect = op.get_bind().dialect.name
    for table, protection in TABLES.items():
        for statement in triggers(table, protection, dialect):
            op.execute(statement)


def _begun() -> None:
    person = sa.ForeignKey("persons.person_row")
    op.create_table(
        "restrictions",
        sa.Column("restriction_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("restriction_id", sa.String, nullable=False),
        sa.Column("person_row", ROW, person, nullable=False),
        sa.Column("ground", sa.String, nullable=False),
        sa.Column("holder", sa.String(2), nullable=False),
        sa.Column("begun_by", sa.String, nullable=False),
        sa.Column("begun_at", UtcDateTime, nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
        sa.UniqueConstraint("restriction_id", name="uq_restrictions_restriction_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_restrictions_person_row", "restrictions", ["person_row"])
    op.create_index("ix_restrictions_holder", "restrictions", ["holder"])


def _hidden() -> None:
    person = sa.ForeignKey("persons.person_row")
    begun = sa.ForeignKey("restrictions.restriction_id")
    op.create_table(
        "restricted_persons",
        sa.Column("person_row", ROW, person, primary_key=True, autoincrement=False),
        sa.Column("restriction_id", sa.String, begun, nullable=False),
    )
    op.create_index(
        "ix_restricted_persons_restriction_id", "restricted_persons", ["restriction_id"]
    )


def _ended() -> None:
    begun = sa.ForeignKey("restrictions.restriction_id")
    op.create_table(
        "restriction_ends",
        sa.Column("restriction_id", sa.String, begun, primary_key=True),
        sa.Column("told_on", sa.Date, nullable=False),
        sa.Column("lifted_by", sa.String, nullable=False),
        sa.Column("lifted_at", UtcDateTime, nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
    )


def _answered() -> None:
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
