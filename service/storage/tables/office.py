"""The office's own work: purges by plan, retention reviews, and publications."""

import sqlalchemy as sa

from domain.retention.capture_facts import FactDecision
from domain.retention.retention import PurgeEnd
from service.storage.tables.about import OfPerson, Seen, Via, about, about_nobody, sealed
from service.storage.tables.metadata import (
    ROW,
    big_numbers,
    by_at,
    days,
    identified,
    keys,
    moments,
    number_keys,
    numbered,
    numbers,
    one_of,
    refers,
    refers_together,
    stored,
    texts,
)

retention_plans = stored(
    "retention_plans",
    *identified("plan_row", "plan_id"),
    *days("on_day"),
    *texts("rules"),
    *numbers("people", "due", "kept", "reviews", "added", "gone"),
    *texts("refusal", nullable=True),
    *by_at("made"),
    *texts("previous_id", nullable=True),
)

retention_plan_lines = stored(
    "retention_plan_lines",
    refers("plan_id", "retention_plans", primary_key=True),
    sa.Column("person_row", ROW, sa.ForeignKey("persons.person_row"), primary_key=True),
    *texts("provision"),
    *days("last_day", nullable=True),
    info=about(OfPerson("person_row"), seen=Seen.NO_CONTENT),
)
"""One line for each human being; for merged people, the person into whom the others are merged."""

retention_plan_captures = stored(
    "retention_plan_captures",
    *keys("plan_id"),
    sa.Column("encounter_row", ROW, sa.ForeignKey("encounters.encounter_row"), primary_key=True),
    sa.Column("person_row", ROW, nullable=False),
    *texts("event", "provision"),
    *days("last_day", nullable=True),
    refers_together(
        "retention_plan_lines", "plan_id", "person_row", name="fk_retention_plan_captures_line"
    ),
    info=about(OfPerson("person_row"), seen=Seen.NO_CONTENT),
)
"""The captures of a line; `event` is the capture's item of a record, as `record.item`."""

capture_facts = stored(
    "capture_facts",
    *keys("fact_id"),
    refers("encounter_row", "encounters", index=True),
    *texts("kind"),
    *days("on_day"),
    *texts("event"),
    *texts("revokes", nullable=True),
    sealed(of=("fact_id", "encounter_row")),
    *by_at("proposed"),
    sa.UniqueConstraint("fact_id", "proposed_by", name="uq_capture_facts_by"),
    info=about(Via("encounter_row", "encounters"), seen=Seen.OFFICE_WORDS),
)
"""Facts that the retention rules need, as one person stated them; their text is encrypted.

`revokes` is the fact that this one revokes. It is not a foreign key, because a restore inserts
rows in the order of `fact_id`.
"""

capture_fact_decisions = stored(
    "capture_fact_decisions",
    *keys("fact_id"),
    *texts("proposed_by", "decision"),
    *by_at("decided"),
    refers_together(
        "capture_facts", "fact_id", "proposed_by", name="fk_capture_fact_decisions_fact"
    ),
    sa.CheckConstraint("proposed_by <> decided_by", name="two_people"),
    one_of("decision", FactDecision),
)
"""The second person's decision; it repeats the account of the first, who must be another."""

retention_recounts = stored(
    "retention_recounts",
    *identified("recount_row", "recount_id"),
    refers("plan_id", "retention_plans", index=True),
    *numbers("due", "missing", "beyond", "reviews"),
    *by_at("counted"),
)

retention_releases = stored(
    "retention_releases",
    refers("plan_id", "retention_plans", primary_key=True),
    *number_keys("number"),
    *by_at("released"),
    *numbers("first_number", nullable=True),
    *texts("first_by", nullable=True),
    sa.UniqueConstraint("plan_id", "number", "released_by", name="uq_retention_releases_by"),
    sa.ForeignKeyConstraint(
        ("plan_id", "first_number", "first_by"),
        (
            "retention_releases.plan_id",
            "retention_releases.number",
            "retention_releases.released_by",
        ),
        name="fk_retention_releases_first",
    ),
    sa.CheckConstraint("number IN (1, 2)", name="number_known"),
    sa.CheckConstraint(
        "(number = 1 AND first_number IS NULL AND first_by IS NULL)"
        " OR (number = 2 AND first_number = 1 AND first_by IS NOT NULL)",
        name="second_names_first",
    ),
    sa.CheckConstraint("first_by IS NULL OR first_by <> released_by", name="two_people"),
)
"""Releases of plans; the second repeats the account of the first, who must be another."""

retention_settlements = stored(
    "retention_settlements",
    *keys("settlement_id"),
    *texts("plan_id"),
    sa.Column("person_row", ROW, nullable=False),
    *texts("outcome"),
    refers("erasure_id", "erasure_requests", nullable=True),
    *moments("settled_at"),
    sa.UniqueConstraint("plan_id", "person_row", name="uq_retention_settlements_once"),
    refers_together(
        "retention_plan_lines", "plan_id", "person_row", name="fk_retention_settlements_line"
    ),
    info=about(OfPerson("person_row"), seen=Seen.NO_CONTENT),
)
"""The outcome for a line of a released plan; `erasure_id` if whole people were erased."""

print_purges = stored(
    "print_purges",
    refers("settlement_id", "retention_settlements", primary_key=True),
    *moments("due_at", index=True),
)
"""Prints that a plan hides from every search. From `due_at` on they may be destroyed."""

purged_captures = stored(
    "purged_captures",
    refers("settlement_id", "print_purges", primary_key=True),
    sa.Column("encounter_row", ROW, sa.ForeignKey("encounters.encounter_row"), primary_key=True),
    sa.Index(None, "encounter_row"),
)
"""The captures of a purge, including their earlier rows from before merges."""

print_purge_ends = stored(
    "print_purge_ends",
    refers("settlement_id", "print_purges", primary_key=True),
    *texts("outcome"),
    *by_at("ended"),
    one_of("outcome", PurgeEnd),
)


def purge_hides(
    encounter_row: sa.ColumnElement[int], *but: sa.ColumnElement[bool]
) -> sa.ColumnElement[bool]:
    """Whether a purge that has not ended, and meets these conditions, hides this capture."""
    is_waiting = print_purge_ends.c.settlement_id.is_(None)
    return _in_purge(encounter_row, sa.and_(is_waiting, *but))


def purge_takes(encounter_row: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Whether a purge hides this capture or has destroyed it."""
    outcome = print_purge_ends.c.outcome
    return _in_purge(encounter_row, outcome.is_(None) | (outcome == PurgeEnd.DESTROYED.value))


def _in_purge(
    encounter_row: sa.ColumnElement[int], standing: sa.ColumnElement[bool]
) -> sa.ColumnElement[bool]:
    ended = purged_captures.outerjoin(
        print_purge_ends, print_purge_ends.c.settlement_id == purged_captures.c.settlement_id
    )
    return (
        sa.exists()
        .select_from(ended)
        .where(purged_captures.c.encounter_row == encounter_row, standing)
        .correlate_except(purged_captures, print_purge_ends)
    )


retention_reviews = stored(
    "retention_reviews",
    refers("request_id", "requests", primary_key=True),
    refers("person_row", "persons", index=True),
    *texts("decision", "ground"),
    *days("next_on", nullable=True),
    *texts("versions"),
    *by_at("decided"),
    sa.CheckConstraint("(decision = 'erase') = (next_on IS NULL)", name="next_review"),
    info=about(OfPerson("person_row"), seen=Seen.NO_CONTENT),
)
"""Decisions of reviews. The reason is encrypted with the entry of the request."""

retention_proposals = stored(
    "retention_proposals",
    *keys("request_id"),
    *number_keys("number"),
    *texts("decision", "ground"),
    *days("next_on", nullable=True),
    *texts("versions"),
    refers_together("request_entries", "request_id", "number"),
)
"""One person's proposal in a review, for a second person to agree to."""


countable_facts = stored(
    "countable_facts",
    numbered("fact_row"),
    *texts("subject_id"),
    *numbers("number"),
    *texts("stage", "service"),
    *days("counted_on"),
    sa.Column("quarter", sa.String(6), nullable=False),
    *texts("outcome", "timeliness", "asker", "party"),
    *numbers("days"),
    sa.UniqueConstraint("subject_id", "number", "stage", name="uq_countable_facts_once"),
    sa.Index(
        "ix_countable_facts_cube",
        *("quarter", "stage", "service", "outcome", "timeliness", "asker", "party", "days"),
    ),
)
"""Facts to be counted, each stored with the event that it counts.

The index contains every column that the query of a release uses.
"""

statistics_releases = stored(
    "statistics_releases",
    *identified("release_row", "release_id"),
    sa.Column("quarter", sa.String(6), nullable=False),
    *numbers("version"),
    sa.Column("content", sa.Text, nullable=False),
    *texts("content_sha256"),
    *big_numbers("log_size"),
    *texts("log_root", "note"),
    *by_at("released"),
    sa.UniqueConstraint("quarter", "version", name="uq_statistics_releases_version"),
    sa.CheckConstraint("version >= 1", name="version_from_one"),
)
"""Figures after disclosure control, as the bytes that are published."""

information_answers = stored(
    "information_answers",
    *keys("request_id"),
    *number_keys("number"),
    *texts("outcome", "exemptions", "matter"),
    *numbers("hours"),
    *days("answered_on"),
    sealed(of=("request_id", "number")),
    refers_together("request_entries", "request_id", "number"),
    sa.Index(None, "matter"),
    info=about_nobody(
        "published: a question about the office and its answer, never the requester"
    ),
)
"""The disclosure log: questions and answers as published.

They are encrypted all the same, because the text may contain a name by mistake. The requester is
never included.
"""
