"""Searches, cases, sealed findings and links, as revision 0001 makes them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.tables.metadata import Protection, Rows

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)

PROTECTIONS = {
    "searches": Protection(Rows.WRITTEN_ONCE),
    "candidates": Protection(Rows.WRITTEN_ONCE),
    "cases": Protection(
        Rows.MOVING, fixed=("case_row", "case_id", "search_id", "force", "activity", "opened_at")
    ),
    "examinations": Protection(Rows.WRITTEN_ONCE),
    "examination_exemplars": Protection(Rows.WRITTEN_ONCE),
    "analyses": Protection(Rows.WRITTEN_ONCE),
    "comparisons": Protection(Rows.WRITTEN_ONCE),
    "decisions": Protection(Rows.WRITTEN_ONCE),
    "links": Protection(Rows.WRITTEN_ONCE),
    "link_decisions": Protection(Rows.WRITTEN_ONCE),
    "link_revocations": Protection(Rows.WRITTEN_ONCE),
}


def create() -> None:
    """Create the tables."""
    op.create_table(
        "searches",
        sa.Column("search_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("search_id", sa.String, nullable=False, unique=True),
        sa.Column("search_type", sa.String, nullable=False),
        sa.Column("force", sa.String(2), nullable=False),
        sa.Column("submitted_by", sa.String, nullable=False),
        sa.Column("on_behalf_of", sa.String, nullable=False),
        sa.Column("purpose", sa.String, nullable=False),
        sa.Column("submitted_at", AT, nullable=False),
        sa.Column("model_name", sa.String, nullable=False),
        sa.Column("model_version", sa.String, nullable=False),
        sa.Column("model_digest", sa.String, nullable=False),
        sa.Column("index_generation", sa.BigInteger, nullable=False),
        sa.Column("index_digest", sa.String, nullable=False),
        sa.Column("configuration_digest", sa.String, nullable=False),
        sa.Column("code_version", sa.String, nullable=False),
        sa.Column("encounter_id", sa.String, sa.ForeignKey("encounters.encounter_id")),
        sa.Column("payload_id", ROW, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_searches_encounter_id", "searches", ["encounter_id"])
    op.create_index("ix_searches_force_search_row", "searches", ["force", "search_row"])
    op.create_table(
        "candidates",
        sa.Column("candidate_id", sa.String, primary_key=True),
        sa.Column("search_id", sa.String, sa.ForeignKey("searches.search_id"), nullable=False),
        sa.Column("person_id", sa.String, sa.ForeignKey("persons.person_id"), nullable=False),
        sa.Column("record_id", sa.String),
        sa.Column("encounter_id", sa.String, sa.ForeignKey("encounters.encounter_id")),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("posterior", sa.Float(53), nullable=False),
        sa.Column("band", sa.String, nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
        sa.UniqueConstraint("search_id", "rank"),
        sa.UniqueConstraint("search_id", "candidate_id"),
        sa.CheckConstraint("rank >= 1", name="rank_from_one"),
    )
    op.create_index("ix_candidates_person_id", "candidates", ["person_id"])
    op.create_table(
        "cases",
        sa.Column("case_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("case_id", sa.String, nullable=False, unique=True),
        sa.Column(
            "search_id",
            sa.String,
            sa.ForeignKey("searches.search_id"),
            nullable=False,
            unique=True,
        ),
        sa.Column("force", sa.String(2), nullable=False),
        sa.Column("activity", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("opened_at", AT, nullable=False),
        sa.Column("revision", sa.String, nullable=False),
        sa.Column("claimed_by", sa.String),
        sa.UniqueConstraint("case_id", "search_id"),
        sa.CheckConstraint(
            "state IN ('waiting', 'verifying', 'differing', 'linked', 'not linked')",
            name="state_known",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_cases_state_case_row", "cases", ["state", "case_row"])
    op.create_table(
        "examinations",
        sa.Column("case_id", sa.String, sa.ForeignKey("cases.case_id"), primary_key=True),
        sa.Column("examiner", sa.String, primary_key=True),
        sa.Column("shuffle_seed", sa.BigInteger, nullable=False),
        sa.Column("begun_at", AT, nullable=False),
    )
    op.create_table(
        "examination_exemplars",
        sa.Column("case_id", sa.String, primary_key=True),
        sa.Column("examiner", sa.String, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("label", sa.String, nullable=False),
        sa.Column(
            "candidate_id", sa.String, sa.ForeignKey("candidates.candidate_id"), nullable=False
        ),
        sa.UniqueConstraint("case_id", "examiner", "label"),
        sa.UniqueConstraint("case_id", "examiner", "candidate_id"),
        sa.ForeignKeyConstraint(
            ["case_id", "examiner"], ["examinations.case_id", "examinations.examiner"]
        ),
    )
    op.create_table(
        "analyses",
        sa.Column("case_id", sa.String, sa.ForeignKey("cases.case_id"), primary_key=True),
        sa.Column("examiner", sa.String, primary_key=True),
        sa.Column("is_of_value", sa.Boolean, nullable=False),
        sa.Column("sealed_at", AT, nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
    )
    op.create_table(
        "comparisons",
        sa.Column("comparison_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("case_id", sa.String, sa.ForeignKey("cases.case_id"), nullable=False),
        sa.Column("examiner", sa.String, nullable=False),
        sa.Column("label", sa.String, nullable=False),
        sa.Column(
            "candidate_id", sa.String, sa.ForeignKey("candidates.candidate_id"), nullable=False
        ),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("sealed_at", AT, nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
        sa.UniqueConstraint("case_id", "examiner", "label"),
        sa.UniqueConstraint("case_id", "examiner", "candidate_id"),
        sa.CheckConstraint(
            "outcome IN ('identified', 'excluded', 'inconclusive', 'insufficient')",
            name="outcome_known",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_comparisons_candidate_id", "comparisons", ["candidate_id"])
    op.create_table(
        "decisions",
        sa.Column("decision_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("decision_id", sa.String, nullable=False, unique=True),
        sa.Column("case_id", sa.String, sa.ForeignKey("cases.case_id"), nullable=False),
        sa.Column("decided_by", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("candidate_id", sa.String, sa.ForeignKey("candidates.candidate_id")),
        sa.Column("sealed_at", AT, nullable=False),
        sa.Column("shuffle_seed", sa.BigInteger, nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
        sa.UniqueConstraint("case_id", "decided_by"),
        sa.UniqueConstraint("case_id", "decision_id", "decided_by"),
        sa.UniqueConstraint("case_id", "decision_id", "decided_by", "candidate_id"),
        sa.CheckConstraint("kind IN ('examination', 'resolution')", name="kind_known"),
        sa.CheckConstraint(
            "outcome IN ('identified', 'excluded', 'inconclusive', 'insufficient')",
            name="outcome_known",
        ),
        sa.CheckConstraint(
            "(outcome = 'identified') = (candidate_id IS NOT NULL)", name="candidate_if_identified"
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "links",
        sa.Column("link_id", sa.String, primary_key=True),
        sa.Column("case_id", sa.String, nullable=False, unique=True),
        sa.Column("search_id", sa.String, nullable=False),
        sa.Column("candidate_id", sa.String, nullable=False),
        sa.Column("person_id", sa.String, sa.ForeignKey("persons.person_id"), nullable=False),
        sa.Column("record_id", sa.String),
        sa.Column("encounter_id", sa.String, sa.ForeignKey("encounters.encounter_id")),
        sa.Column("force", sa.String(2), nullable=False),
        sa.Column("linked_at", AT, nullable=False),
        sa.Column("first_decision_id", sa.String, nullable=False),
        sa.Column("first_decided_by", sa.String, nullable=False),
        sa.Column("second_decision_id", sa.String, nullable=False),
        sa.Column("second_decided_by", sa.String, nullable=False),
        sa.UniqueConstraint("link_id", "case_id"),
        sa.CheckConstraint("first_decided_by <> second_decided_by", name="two_persons"),
        sa.ForeignKeyConstraint(["case_id", "search_id"], ["cases.case_id", "cases.search_id"]),
        sa.ForeignKeyConstraint(
            ["search_id", "candidate_id"], ["candidates.search_id", "candidates.candidate_id"]
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "first_decision_id", "first_decided_by", "candidate_id"],
            [
                "decisions.case_id",
                "decisions.decision_id",
                "decisions.decided_by",
                "decisions.candidate_id",
            ],
            name="fk_links_first_decision",
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "second_decision_id", "second_decided_by", "candidate_id"],
            [
                "decisions.case_id",
                "decisions.decision_id",
                "decisions.decided_by",
                "decisions.candidate_id",
            ],
            name="fk_links_second_decision",
        ),
    )
    op.create_index("ix_links_person_id", "links", ["person_id"])
    op.create_index("ix_links_search_id", "links", ["search_id"])
    op.create_table(
        "link_decisions",
        sa.Column("link_id", sa.String, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("case_id", sa.String, nullable=False),
        sa.Column("decision_id", sa.String, nullable=False),
        sa.Column("decided_by", sa.String, nullable=False),
        sa.UniqueConstraint("link_id", "decided_by"),
        sa.UniqueConstraint("link_id", "decision_id"),
        sa.ForeignKeyConstraint(["link_id", "case_id"], ["links.link_id", "links.case_id"]),
        sa.ForeignKeyConstraint(
            ["case_id", "decision_id", "decided_by"],
            ["decisions.case_id", "decisions.decision_id", "decisions.decided_by"],
        ),
    )
    op.create_table(
        "link_revocations",
        sa.Column("link_id", sa.String, sa.ForeignKey("links.link_id"), primary_key=True),
        sa.Column("revoked_at", AT, nullable=False),
        sa.Column("revoked_by", sa.String, nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
    )
