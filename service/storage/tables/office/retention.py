"""Plans of a purge, and decisions of retention reviews. No column holds personal data."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    exists,
)

from domain.retention.plans import PurgeEnd
from service.storage.tables.about import OfPerson, Seen, about
from service.storage.tables.metadata import (
    METADATA,
    ROW,
    Rows,
    UtcDateTime,
    numbered,
    one_of,
    protected,
)

retention_plans = Table(
    "retention_plans",
    METADATA,
    numbered("plan_row"),
    Column("plan_id", String, nullable=False, unique=True),
    Column("on_day", Date, nullable=False),
    Column("rules", String, nullable=False),
    Column("people", Integer, nullable=False),
    Column("due", Integer, nullable=False),
    Column("kept", Integer, nullable=False),
    Column("reviews", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("gone", Integer, nullable=False),
    Column("refusal", String),
    Column("made_by", String, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("previous_id", String),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE),
)

retention_plan_lines = Table(
    "retention_plan_lines",
    METADATA,
    Column("plan_id", String, ForeignKey("retention_plans.plan_id"), primary_key=True),
    Column("person_row", ROW, ForeignKey("persons.person_row"), primary_key=True),
    Column("provision", String, nullable=False),
    Column("last_day", Date),
    info=protected(Rows.WRITTEN_ONCE) | about(OfPerson("person_row"), seen=Seen.NO_CONTENT),
)
"""One line a human being: of people merged, the one that the others are merged into."""

retention_recounts = Table(
    "retention_recounts",
    METADATA,
    numbered("recount_row"),
    Column("recount_id", String, nullable=False, unique=True),
    Column("plan_id", String, ForeignKey("retention_plans.plan_id"), nullable=False),
    Column("due", Integer, nullable=False),
    Column("missing", Integer, nullable=False),
    Column("beyond", Integer, nullable=False),
    Column("reviews", Integer, nullable=False),
    Column("counted_by", String, nullable=False),
    Column("counted_at", UtcDateTime, nullable=False),
    Index(None, "plan_id"),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE),
)

retention_releases = Table(
    "retention_releases",
    METADATA,
    Column("plan_id", String, ForeignKey("retention_plans.plan_id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("released_by", String, nullable=False),
    Column("released_at", UtcDateTime, nullable=False),
    Column("first_number", Integer),
    Column("first_by", String),
    UniqueConstraint("plan_id", "number", "released_by", name="uq_retention_releases_by"),
    ForeignKeyConstraint(
        ("plan_id", "first_number", "first_by"),
        (
            "retention_releases.plan_id",
            "retention_releases.number",
            "retention_releases.released_by",
        ),
        name="fk_retention_releases_first",
    ),
    CheckConstraint("number IN (1, 2)", name="number_known"),
    CheckConstraint(
        "(number = 1 AND first_number IS NULL AND first_by IS NULL)"
        " OR (number = 2 AND first_number = 1 AND first_by IS NOT NULL)",
        name="second_names_first",
    ),
    CheckConstraint("first_by IS NULL OR first_by <> released_by", name="two_people"),
    info=protected(Rows.WRITTEN_ONCE),
)
"""The second release repeats the account of the first, and is of another one."""

retention_settlements = Table(
    "retention_settlements",
    METADATA,
    Column("settlement_id", String, primary_key=True),
    Column("plan_id", String, nullable=False),
    Column("person_row", ROW, nullable=False),
    Column("outcome", String, nullable=False),
    Column("erasure_id", String, ForeignKey("erasure_requests.erasure_id")),
    Column("settled_at", UtcDateTime, nullable=False),
    UniqueConstraint("plan_id", "person_row", name="uq_retention_settlements_once"),
    ForeignKeyConstraint(
        ("plan_id", "person_row"),
        ("retention_plan_lines.plan_id", "retention_plan_lines.person_row"),
        name="fk_retention_settlements_line",
    ),
    info=protected(Rows.WRITTEN_ONCE) | about(OfPerson("person_row"), seen=Seen.NO_CONTENT),
)
"""The outcome of a line of a released plan. `erasure_id`: of plans that erased whole people."""

print_purges = Table(
    "print_purges",
    METADATA,
    Column(
        "settlement_id",
        String,
        ForeignKey("retention_settlements.settlement_id"),
        primary_key=True,
    ),
    Column("due_at", UtcDateTime, nullable=False),
    Index(None, "due_at"),
    info=protected(Rows.WRITTEN_ONCE),
)
"""Prints that a plan took out of every search. `due_at`: from when on they are destroyed."""

purged_captures = Table(
    "purged_captures",
    METADATA,
    Column("settlement_id", String, ForeignKey("print_purges.settlement_id"), primary_key=True),
    Column("encounter_row", ROW, ForeignKey("encounters.encounter_row"), primary_key=True),
    Index(None, "encounter_row"),
    info=protected(Rows.WRITTEN_ONCE),
)
"""The captures of a purge, with the rows that merges left behind."""

print_purge_ends = Table(
    "print_purge_ends",
    METADATA,
    Column("settlement_id", String, ForeignKey("print_purges.settlement_id"), primary_key=True),
    Column("outcome", String, nullable=False),
    Column("ended_by", String, nullable=False),
    Column("ended_at", UtcDateTime, nullable=False),
    one_of("outcome", PurgeEnd),
    info=protected(Rows.WRITTEN_ONCE),
)


def purge_hides(encounter_row: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a purge that has not ended hides a capture."""
    return _in_purge(encounter_row, print_purge_ends.c.settlement_id.is_(None))


def purge_takes(encounter_row: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a purge hides or has destroyed a capture."""
    outcome = print_purge_ends.c.outcome
    return _in_purge(encounter_row, outcome.is_(None) | (outcome == PurgeEnd.DESTROYED.value))


def _in_purge(
    encounter_row: ColumnElement[int], standing: ColumnElement[bool]
) -> ColumnElement[bool]:
    ended = purged_captures.outerjoin(
        print_purge_ends, print_purge_ends.c.settlement_id == purged_captures.c.settlement_id
    )
    return (
        exists()
        .select_from(ended)
        .where(purged_captures.c.encounter_row == encounter_row, standing)
        .correlate_except(purged_captures, print_purge_ends)
    )


retention_reviews = Table(
    "retention_reviews",
    METADATA,
    Column("request_id", String, ForeignKey("requests.request_id"), primary_key=True),
    Column("person_row", ROW, ForeignKey("persons.person_row"), nullable=False),
    Column("decision", String, nullable=False),
    Column("ground", String, nullable=False),
    Column("next_on", Date),
    Column("versions", String, nullable=False),
    Column("decided_by", String, nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Index(None, "person_row"),
    CheckConstraint("(decision = 'erase') = (next_on IS NULL)", name="next_review"),
    info=protected(Rows.WRITTEN_ONCE) | about(OfPerson("person_row"), seen=Seen.NO_CONTENT),
)
"""Decisions in force. The reason is sealed with the entry of the request."""

retention_proposals = Table(
    "retention_proposals",
    METADATA,
    Column("request_id", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("decision", String, nullable=False),
    Column("ground", String, nullable=False),
    Column("next_on", Date),
    Column("versions", String, nullable=False),
    ForeignKeyConstraint(
        ("request_id", "number"), ("request_entries.request_id", "request_entries.number")
    ),
    info=protected(Rows.WRITTEN_ONCE),
)
"""The proposal of one person in a review, for a second one to agree with."""
