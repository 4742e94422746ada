"""Tables of the workbench: accounts, sessions, drafts, priorities, images and minutiae."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
)

from domain.access import Role
from service.storage.tables.about import OF_COMPARISON, Kept, Seen, Via, about, sealed
from service.storage.tables.cases import cases, decisions, is_control
from service.storage.tables.links import links
from service.storage.tables.metadata import (
    METADATA,
    Rows,
    UtcDateTime,
    one_of,
    protected,
)

accounts = Table(
    "accounts",
    METADATA,
    Column("user_id", String, primary_key=True),
    Column("sign_in_name", String, nullable=False, unique=True),
    Column("role", String, nullable=False),
    Column("force", String(2)),
    Column("password_hash", String, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("is_disabled", Boolean, nullable=False),
    one_of("role", Role),
    info=protected(Rows.MOVING, fixed=("user_id", "sign_in_name", "role", "force", "added_at")),
)

account_subjects = Table(
    "account_subjects",
    METADATA,
    Column("subject_sha256", String, primary_key=True),
    Column("user_id", String, ForeignKey("accounts.user_id"), nullable=False, unique=True),
    Column("linked_at", UtcDateTime, nullable=False),
    Column("blinding", String),
    info=protected(Rows.ERASABLE),
)
"""Subjects of the identity provider: one for an account, one account for each."""

sessions = Table(
    "sessions",
    METADATA,
    Column("secret_sha256", String, primary_key=True),
    Column("user_id", String, ForeignKey("accounts.user_id"), nullable=False, index=True),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("sid_sha256", String, index=True),
    info=protected(Rows.MOVING, fixed=("secret_sha256", "user_id", "begun_at"), may_go=True),
)

logout_notices = Table(
    "logout_notices",
    METADATA,
    Column("notice_sha256", String, primary_key=True),
    Column("taken_at", UtcDateTime, nullable=False),
    info=protected(Rows.ERASABLE),
)
"""The identity provider's notices of sign-outs, for an hour, so that none is replayed."""

failed_attempts = Table(
    "failed_attempts",
    METADATA,
    Column("key_sha256", String, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("first_at", UtcDateTime, nullable=False),
    Column("blocked_until", UtcDateTime),
    info=protected(Rows.MOVING, fixed=("key_sha256",), may_go=True),
)
"""Counters of failed sign-ins; which name or address is not to be read from them."""

known_sources = Table(
    "known_sources",
    METADATA,
    Column("source_sha256", String, primary_key=True),
    Column("user_id", String, ForeignKey("accounts.user_id"), nullable=False, index=True),
    Column("seen_at", UtcDateTime, nullable=False),
    info=protected(Rows.ERASABLE),
)
"""Sources that an account signed in from: guesses from elsewhere hold them up no more."""

capture_images = Table(
    "capture_images",
    METADATA,
    Column("owner_id", String, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    sealed(),
    info=protected(Rows.WRITTEN_ONCE)
    | about(
        Via("owner_id", "searches", "search_id"),
        Via("owner_id", "encounters", "encounter_id"),
        seen=Seen.AS_PRINTS,
    ),
)
"""`owner_id` is a search or an encounter; both kinds of id are random and never meet."""

capture_minutiae = Table(
    "capture_minutiae",
    METADATA,
    Column("owner_id", String, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    sealed(),
    info=protected(Rows.WRITTEN_ONCE)
    | about(
        Via("owner_id", "searches", "search_id"),
        Via("owner_id", "encounters", "encounter_id"),
        seen=Seen.AS_PRINTS,
    ),
)
"""`owner_id` is a search or an encounter, as for images."""

capture_sources = Table(
    "capture_sources",
    METADATA,
    Column("encounter_id", String, ForeignKey("encounters.encounter_id"), primary_key=True),
    Column("search_id", String, ForeignKey("searches.search_id"), nullable=False),
    info=protected(Rows.WRITTEN_ONCE),
)
"""From which search a capture was enrolled: its pictures are those of that search."""

drafts = Table(
    "drafts",
    METADATA,
    Column("user_id", String, ForeignKey("accounts.user_id"), primary_key=True),
    Column("step", String, primary_key=True),
    Column("about_id", String, primary_key=True, index=True),
    sealed(),
    Column("kept_at", UtcDateTime, nullable=False),
    info=protected(Rows.ERASABLE)
    | about(
        Via("about_id", "cases", "case_id"),
        Via("about_id", "links", "link_id"),
        seen=Seen.OFFICE_WORDS,
        kept=Kept.FOR_DAYS,
        shared=OF_COMPARISON,
        unlogged="the form of an examiner who is not done with it",
    ),
)
"""The unfinished form of a session that ended; `about_id` is a case or a link."""

Index(
    "ix_cases_queue",
    *(cases.c.state, cases.c.priority, cases.c.activity, cases.c.ready_at, cases.c.case_row),
)
Index(
    "ix_cases_claimed_by",
    cases.c.claimed_by,
    sqlite_where=cases.c.claimed_by.is_not(None),
    postgresql_where=cases.c.claimed_by.is_not(None),
)
Index(
    "ix_cases_control",
    cases.c.case_row,
    sqlite_where=is_control(cases),
    postgresql_where=is_control(cases),
)
Index("ix_links_encounter_id", links.c.encounter_id)
Index("ix_decisions_decided_by_decision_row", decisions.c.decided_by, decisions.c.decision_row)
