"""Cases, and the examiners' sealed work. The constraints make self-verification impossible."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    literal_column,
)

from domain.cases import CaseState, DecisionKind, Outcome
from domain.forces import NO_FORCE
from service.storage.tables.about import OF_COMPARISON, Seen, Via, about, sealed
from service.storage.tables.metadata import (
    METADATA,
    Rows,
    UtcDateTime,
    numbered,
    one_of,
    protected,
)

NEVER = "1970-01-01 00:00:00.000000"
"""The column `ready_at` was added with this value, and filled at once."""


def is_control(table: Table) -> ColumnElement[bool]:
    """Return the condition of control items, in a table that holds a force.

    Written out, not bound: a partial index serves only a condition that it can read.
    """
    written: ColumnElement[bool] = table.c.force == literal_column(f"'{NO_FORCE}'")
    return written


cases = Table(
    "cases",
    METADATA,
    numbered("case_row"),
    Column("case_id", String, nullable=False, unique=True),
    Column("search_id", String, ForeignKey("searches.search_id"), nullable=False, unique=True),
    Column("force", String(2), nullable=False),
    Column("activity", String, nullable=False),
    Column("state", String, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("revision", String, nullable=False),
    Column("claimed_by", String),
    Column("priority", String, nullable=False, server_default="routine"),
    Column("ready_at", UtcDateTime, nullable=False, server_default=NEVER),
    UniqueConstraint("case_id", "search_id"),
    one_of("state", CaseState),
    Index(None, "state", "case_row"),
    Index("ix_cases_revision", "revision"),
    sqlite_autoincrement=True,
    info=protected(
        Rows.MOVING,
        fixed=("case_row", "case_id", "search_id", "force", "activity", "opened_at"),
    )
    | about(Via("search_id", "searches"), seen=Seen.NO_CONTENT, shared=OF_COMPARISON),
)

examinations = Table(
    "examinations",
    METADATA,
    Column("case_id", String, ForeignKey("cases.case_id"), primary_key=True),
    Column("examiner", String, primary_key=True),
    Column("shuffle_seed", BigInteger, nullable=False),
    Column("begun_at", UtcDateTime, nullable=False),
    info=protected(Rows.WRITTEN_ONCE),
)

examination_exemplars = Table(
    "examination_exemplars",
    METADATA,
    Column("case_id", String, primary_key=True),
    Column("examiner", String, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("label", String, nullable=False),
    Column("candidate_id", String, ForeignKey("candidates.candidate_id"), nullable=False),
    UniqueConstraint("case_id", "examiner", "label"),
    UniqueConstraint("case_id", "examiner", "candidate_id"),
    ForeignKeyConstraint(
        ["case_id", "examiner"], ["examinations.case_id", "examinations.examiner"]
    ),
    info=protected(Rows.WRITTEN_ONCE),
)
"""The order in which one examiner is shown the exemplars, and under which labels."""

analyses = Table(
    "analyses",
    METADATA,
    Column("case_id", String, ForeignKey("cases.case_id"), primary_key=True),
    Column("examiner", String, primary_key=True),
    Column("is_of_value", Boolean, nullable=False),
    Column("sealed_at", UtcDateTime, nullable=False),
    sealed(),
    sealed("markup_id", nullable=True),
    info=protected(Rows.WRITTEN_ONCE) | about(Via("case_id", "cases"), seen=Seen.OFFICE_WORDS),
)
"""`payload_id` here and below: the words the examiner wrote, 0 for none; `markup_id`: the mark-up
of the probe, empty for none."""

comparisons = Table(
    "comparisons",
    METADATA,
    numbered("comparison_row"),
    Column("case_id", String, ForeignKey("cases.case_id"), nullable=False),
    Column("examiner", String, nullable=False),
    Column("label", String, nullable=False),
    Column("candidate_id", String, ForeignKey("candidates.candidate_id"), nullable=False),
    Column("outcome", String, nullable=False),
    Column("sealed_at", UtcDateTime, nullable=False),
    sealed(),
    Column("fingers_compared", String),
    Column("fingers_identified", String),
    Column("policy_version", Integer),
    Column("points_marked", Integer),
    Column("points_added", Integer),
    UniqueConstraint("case_id", "examiner", "label"),
    UniqueConstraint("case_id", "examiner", "candidate_id"),
    one_of("outcome", Outcome),
    Index(None, "candidate_id"),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE)
    | about(
        Via("case_id", "cases"),
        Via("candidate_id", "candidates"),
        seen=Seen.OFFICE_WORDS,
        shared=OF_COMPARISON,
    ),
)

decisions = Table(
    "decisions",
    METADATA,
    numbered("decision_row"),
    Column("decision_id", String, nullable=False, unique=True),
    Column("case_id", String, ForeignKey("cases.case_id"), nullable=False),
    Column("decided_by", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("candidate_id", String, ForeignKey("candidates.candidate_id")),
    Column("sealed_at", UtcDateTime, nullable=False),
    Column("shuffle_seed", BigInteger, nullable=False),
    sealed(),
    Column("fingers_compared", String),
    Column("fingers_identified", String),
    UniqueConstraint("case_id", "decided_by"),
    # What a link points at: the decision together with who made it and whom it identified.
    UniqueConstraint("case_id", "decision_id", "decided_by"),
    UniqueConstraint("case_id", "decision_id", "decided_by", "candidate_id"),
    one_of("kind", DecisionKind),
    one_of("outcome", Outcome),
    CheckConstraint(
        "(outcome = 'identified') = (candidate_id IS NOT NULL)", name="candidate_if_identified"
    ),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE)
    | about(
        Via("case_id", "cases"),
        Via("candidate_id", "candidates"),
        seen=Seen.OFFICE_WORDS,
        shared=OF_COMPARISON,
    ),
)
