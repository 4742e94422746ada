"""Facts about captures, the captures named in a purge plan, and numbers issued by the office."""

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLES = ("retention_plan_captures", "capture_facts", "capture_fact_decisions", "issued_numbers")


def upgrade() -> None:
    """Create the tables, empty.

    An earlier purge plan names no captures, so it spares its people.
    """
    _plan_captures()
    _facts()
    _numbers()
    dialect = op.get_bind().dialect.name
    for table in _TABLES:
        for statement in triggers(table, Protection(Rows.WRITTEN_ONCE), dialect):
            op.execute(statement)


def _plan_captures() -> None:
    op.create_table(
        "retention_plan_captures",
        sa.Column("plan_id", sa.String, primary_key=True),
        sa.Column(
            "encounter_row", ROW, sa.ForeignKey("encounters.encounter_row"), primary_key=True
        ),
        sa.Column("person_row", ROW, nullable=False),
        sa.Column("event", sa.String, nullable=False),
        sa.Column("provision", sa.String, nullable=False),
        sa.Column("last_day", sa.Date),
        sa.ForeignKeyConstraint(
            ("plan_id", "person_row"),
            ("retention_plan_lines.plan_id", "retention_plan_lines.person_row"),
            name="fk_retention_plan_captures_line",
        ),
    )


def _numbers() -> None:
    op.create_table(
        "issued_numbers",
        sa.Column("number_id", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("serial", sa.Integer, nullable=False),
        sa.Column("person_row", ROW, sa.ForeignKey("persons.person_row"), nullable=False),
        sa.Column("record_id", sa.String, nullable=False),
        sa.Column("issued_by", sa.String, nullable=False),
        sa.Column("issued_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("kind", "year", "serial", name="uq_issued_numbers_serial"),
        sa.UniqueConstraint("kind", "person_row", name="uq_issued_numbers_person"),
    )


def _facts() -> None:
    op.create_table(
        "capture_facts",
        sa.Column("fact_id", sa.String, primary_key=True),
        sa.Column("encounter_row", ROW, sa.ForeignKey("encounters.encounter_row"), nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("on_day", sa.Date, nullable=False),
        sa.Column("event", sa.String, nullable=False),
        sa.Column("revokes", sa.String),
        sa.Column("payload_id", ROW, nullable=False),
        sa.Column("proposed_by", sa.String, nullable=False),
        sa.Column("proposed_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("fact_id", "proposed_by", name="uq_capture_facts_by"),
    )
    op.create_index("ix_capture_facts_encounter_row", "capture_facts", ["encounter_row"])
    op.create_table(
        "capture_fact_decisions",
        sa.Column("fact_id", sa.String, primary_key=True),
        sa.Column("proposed_by", sa.String, nullable=False),
        sa.Column("decision", sa.String, nullable=False),
        sa.Column("decided_by", sa.String, nullable=False),
        sa.Column("decided_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ("fact_id", "proposed_by"),
            ("capture_facts.fact_id", "capture_facts.proposed_by"),
            name="fk_capture_fact_decisions_fact",
        ),
        sa.CheckConstraint("proposed_by <> decided_by", name="two_people"),
        sa.CheckConstraint("decision IN ('agreed', 'refused')", name="decision_known"),
    )
