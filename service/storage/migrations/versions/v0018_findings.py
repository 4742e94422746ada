"""The ground of findings: fingers, policies, prints shown, revisions, withdrawn exemplars."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OUTCOMES = "'identified', 'excluded', 'inconclusive', 'insufficient'"
TABLES = ("finding_policies", "prints_shown", "comparison_revisions", "withdrawn_exemplars")


def upgrade() -> None:
    """Add columns that old rows leave empty, so that their digests stay, and the new tables."""
    for table in ("comparisons", "decisions", "links"):
        for name in ("fingers_compared", "fingers_identified"):
            op.add_column(table, sa.Column(name, sa.String))
    op.add_column("comparisons", sa.Column("policy_version", sa.Integer))
    _make_policies()
    _make_prints_shown()
    _make_revisions()
    _make_withdrawals()
    dialect = op.get_bind().dialect.name
    for table in TABLES:
        for statement in triggers(table, Protection(Rows.WRITTEN_ONCE), dialect):
            op.execute(statement)


def _make_policies() -> None:
    op.create_table(
        "finding_policies",
        sa.Column("policy_id", sa.String, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("mark_point_pairs", sa.Integer, nullable=False),
        sa.Column("needs_prints", sa.Boolean, nullable=False),
        sa.Column("set_by", sa.String, nullable=False),
        sa.Column("set_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("version", name="uq_finding_policies_version"),
    )


def _make_prints_shown() -> None:
    op.create_table(
        "prints_shown",
        sa.Column("case_id", sa.String, sa.ForeignKey("cases.case_id"), primary_key=True),
        sa.Column("viewer", sa.String, primary_key=True),
        sa.Column("label", sa.String, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("content", sa.String, primary_key=True),
        sa.Column("shown_at", UtcDateTime, nullable=False),
    )


def _make_revisions() -> None:
    table = "comparison_revisions"
    texts = ("case_id", "examiner", "label", "candidate_id", "outcome")
    fingers = ("fingers_compared", "fingers_identified")
    op.create_table(
        table,
        sa.Column("revision_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("revision_id", sa.String, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in texts),
        sa.Column("sealed_at", UtcDateTime, nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in fingers),
        sa.Column("policy_version", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.UniqueConstraint("revision_id", name=f"uq_{table}_revision_id"),
        sa.UniqueConstraint(
            *("case_id", "examiner", "label", "number"),
            name=f"uq_{table}_case_id_examiner_label_number",
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "examiner", "label"],
            ["comparisons.case_id", "comparisons.examiner", "comparisons.label"],
            name=f"fk_{table}_case_id_examiner_label",
        ),
        sa.CheckConstraint(f"outcome IN ({OUTCOMES})", name="outcome_known"),
        sqlite_autoincrement=True,
    )
    op.create_index(f"ix_{table}_candidate_id", table, ["candidate_id"])


def _make_withdrawals() -> None:
    candidates, cases = "candidates.candidate_id", "cases.case_id"
    op.create_table(
        "withdrawn_exemplars",
        sa.Column("candidate_id", sa.String, sa.ForeignKey(candidates), primary_key=True),
        sa.Column("case_id", sa.String, sa.ForeignKey(cases), nullable=False),
        sa.Column("cause", sa.String, nullable=False),
        sa.Column("withdrawn_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_withdrawn_exemplars_case_id", "withdrawn_exemplars", ["case_id"])
