"""Generations of templates that are made again from pictures, beside those in force."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0040"
down_revision = "0038"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("template_generations", "remade_templates", "remade_minutiae", "template_switches")


def upgrade() -> None:
    """Make the tables; nothing that is stored changes."""
    op.create_table(
        "template_generations",
        sa.Column("generation_id", sa.String, primary_key=True),
        sa.Column("tools", sa.String, nullable=False),
        sa.Column("begun_by", sa.String, nullable=False),
        sa.Column("begun_at", UtcDateTime, nullable=False),
    )
    _templates()
    op.create_table(
        "template_switches",
        sa.Column("generation_id", sa.String, _generation(), primary_key=True),
        sa.Column("after_change", ROW, nullable=False),
        sa.Column("switched_by", sa.String, nullable=False),
        sa.Column("switched_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("after_change", name="uq_template_switches_after_change"),
    )
    dialect = op.get_bind().dialect.name
    for table in TABLES:
        for statement in triggers(table, Protection(Rows.WRITTEN_ONCE), dialect):
            op.execute(statement)


def _generation() -> sa.ForeignKey:
    return sa.ForeignKey("template_generations.generation_id")


def _templates() -> None:
    capture, person = sa.ForeignKey("encounters.encounter_id"), "persons.person_row"
    op.create_table(
        "remade_templates",
        sa.Column("remake_id", sa.String, primary_key=True),
        sa.Column("encounter_id", sa.String, capture, nullable=False),
        sa.Column("generation_id", sa.String, _generation(), nullable=False),
        sa.Column("person_row", ROW, sa.ForeignKey(person), nullable=False),
        sa.Column("is_kept", sa.Boolean, nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
        sa.UniqueConstraint(
            "encounter_id", "generation_id", name="uq_remade_templates_encounter_id_generation_id"
        ),
    )
    op.create_index("ix_remade_templates_generation_id", "remade_templates", ["generation_id"])
    op.create_table(
        "remade_minutiae",
        sa.Column(
            "remake_id", sa.String, sa.ForeignKey("remade_templates.remake_id"), primary_key=True
        ),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("person_row", ROW, sa.ForeignKey(person), nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
    )
    for table in ("remade_templates", "remade_minutiae"):
        op.create_index(f"ix_{table}_person_row", table, ["person_row"])
