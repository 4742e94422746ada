"""The ground of findings: policies, the prints shown, revisions and withdrawn exemplars."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from domain.cases import Outcome
from service.storage.tables.about import OF_COMPARISON, Seen, Via, about, sealed
from service.storage.tables.metadata import (
    METADATA,
    Rows,
    UtcDateTime,
    numbered,
    one_of,
    protected,
)

finding_policies = Table(
    "finding_policies",
    METADATA,
    Column("policy_id", String, primary_key=True),
    Column("version", Integer, nullable=False, unique=True),
    Column("mark_point_pairs", Integer, nullable=False),
    Column("needs_prints", Boolean, nullable=False),
    Column("set_by", String, nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
    Column("tenprint_point_pairs", Integer),
    Column("analysed_minutiae", Integer),
    info=protected(Rows.WRITTEN_ONCE),
)
"""The policies on findings that the office has set; the one with the highest version holds.

The last two numbers are empty, for 0, in policies of before.
"""

prints_shown = Table(
    "prints_shown",
    METADATA,
    Column("case_id", String, ForeignKey("cases.case_id"), primary_key=True),
    Column("viewer", String, primary_key=True),
    Column("label", String, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("content", String, primary_key=True),
    Column("shown_at", UtcDateTime, nullable=False),
    Column("print_id", String),
    Index(None, "print_id", unique=True),
    info=protected(Rows.WRITTEN_ONCE),
)
"""The prints of a case that the service gave to a person, and in which form: once for each.

`print_id` is empty where no event states the row itself, but the decision of its viewer alone, as
earlier versions had it: no finding rests on such a row any more.
"""

comparison_revisions = Table(
    "comparison_revisions",
    METADATA,
    numbered("revision_row"),
    Column("revision_id", String, nullable=False, unique=True),
    Column("case_id", String, nullable=False),
    Column("examiner", String, nullable=False),
    Column("label", String, nullable=False),
    Column("candidate_id", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("sealed_at", UtcDateTime, nullable=False),
    sealed(),
    Column("fingers_compared", String, nullable=False),
    Column("fingers_identified", String, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("points_marked", Integer),
    Column("points_added", Integer),
    Column("number", Integer, nullable=False),
    UniqueConstraint("case_id", "examiner", "label", "number"),
    ForeignKeyConstraint(
        ["case_id", "examiner", "label"],
        ["comparisons.case_id", "comparisons.examiner", "comparisons.label"],
    ),
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
"""Evaluations in place of sealed ones, numbered from 1; the payload has the reason."""

withdrawn_exemplars = Table(
    "withdrawn_exemplars",
    METADATA,
    Column("candidate_id", String, ForeignKey("candidates.candidate_id"), primary_key=True),
    Column("case_id", String, ForeignKey("cases.case_id"), nullable=False, index=True),
    Column("cause", String, nullable=False),
    Column("withdrawn_at", UtcDateTime, nullable=False),
    info=protected(Rows.WRITTEN_ONCE),
)
"""Exemplars that left an open case."""
