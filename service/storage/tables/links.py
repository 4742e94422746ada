"""Links: each stands on two decisions by two persons, and the database itself sees to it."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    exists,
    select,
)

from service.storage.tables.about import OF_COMPARISON, OfPerson, Seen, Via, about, sealed, view
from service.storage.tables.metadata import METADATA, Rows, UtcDateTime, protected

_DECISION = (
    "decisions.case_id",
    "decisions.decision_id",
    "decisions.decided_by",
    "decisions.candidate_id",
)

links = Table(
    "links",
    METADATA,
    Column("link_id", String, primary_key=True),
    Column("case_id", String, nullable=False, unique=True),
    Column("search_id", String, nullable=False),
    Column("candidate_id", String, nullable=False),
    Column("person_id", String, ForeignKey("persons.person_id"), nullable=False),
    Column("record_id", String),
    Column("encounter_id", String, ForeignKey("encounters.encounter_id")),
    Column("force", String(2), nullable=False),
    Column("linked_at", UtcDateTime, nullable=False),
    Column("first_decision_id", String, nullable=False),
    Column("first_decided_by", String, nullable=False),
    Column("second_decision_id", String, nullable=False),
    Column("second_decided_by", String, nullable=False),
    Column("fingers_compared", String),
    Column("fingers_identified", String),
    UniqueConstraint("link_id", "case_id"),
    CheckConstraint("first_decided_by <> second_decided_by", name="two_persons"),
    ForeignKeyConstraint(["case_id", "search_id"], ["cases.case_id", "cases.search_id"]),
    ForeignKeyConstraint(
        ["search_id", "candidate_id"], ["candidates.search_id", "candidates.candidate_id"]
    ),
    # Both decisions are of this case and identified this very candidate.
    ForeignKeyConstraint(
        ["case_id", "first_decision_id", "first_decided_by", "candidate_id"],
        _DECISION,
        name="fk_links_first_decision",
    ),
    ForeignKeyConstraint(
        ["case_id", "second_decision_id", "second_decided_by", "candidate_id"],
        _DECISION,
        name="fk_links_second_decision",
    ),
    Index(None, "person_id"),
    Index(None, "search_id"),
    info=protected(Rows.WRITTEN_ONCE)
    | about(
        OfPerson("person_id"),
        Via("search_id", "searches"),
        seen=Seen.NO_CONTENT,
        shared=OF_COMPARISON,
    ),
)

link_decisions = Table(
    "link_decisions",
    METADATA,
    Column("link_id", String, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("case_id", String, nullable=False),
    Column("decision_id", String, nullable=False),
    Column("decided_by", String, nullable=False),
    UniqueConstraint("link_id", "decided_by"),
    UniqueConstraint("link_id", "decision_id"),
    ForeignKeyConstraint(["link_id", "case_id"], ["links.link_id", "links.case_id"]),
    ForeignKeyConstraint(["case_id", "decision_id", "decided_by"], _DECISION[:3]),
    info=protected(Rows.WRITTEN_ONCE),
)
"""All decisions a link rests on, in order, those of dissenters included."""

link_revocations = Table(
    "link_revocations",
    METADATA,
    Column("link_id", String, ForeignKey("links.link_id"), primary_key=True),
    Column("revoked_at", UtcDateTime, nullable=False),
    Column("revoked_by", String, nullable=False),
    sealed(),
    info=protected(Rows.WRITTEN_ONCE)
    | about(Via("link_id", "links"), seen=Seen.OFFICE_WORDS, shared=OF_COMPARISON),
)

standing_links = view(
    "standing_links",
    select(links.c.link_id, links.c.search_id, links.c.person_id).where(
        ~exists().where(link_revocations.c.link_id == links.c.link_id)
    ),
    OfPerson("person_id"),
)
"""Links that are not revoked: their probe is the person's."""
