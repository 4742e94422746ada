"""Batches, the jobs they consist of, and how far the log has been followed."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)

from service.storage.tables.about import about_nobody, sealed
from service.storage.tables.metadata import METADATA, Rows, UtcDateTime, numbered, protected

batches = Table(
    "batches",
    METADATA,
    numbered("batch_row"),
    Column("batch_id", String, nullable=False, unique=True),
    Column("force", String(2), nullable=False),
    Column("submitted_by", String, nullable=False),
    Column("on_behalf_of", String, nullable=False),
    Column("purpose", String, nullable=False),
    Column("request_id", String, nullable=False),
    Column("priority", String, nullable=False),
    Column("submitted_at", UtcDateTime, nullable=False),
    Column("lines", BigInteger, nullable=False),
    Column("cancelled_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Index(None, "force", "batch_row"),
    sqlite_autoincrement=True,
    info=protected(
        Rows.MOVING,
        fixed=("batch_id", "force", "submitted_by", "on_behalf_of", "purpose", "submitted_at"),
    ),
)

_IS_LEASED = text("state = 'leased'")
_IS_WAITING = text("state = 'waiting'")

jobs = Table(
    "jobs",
    METADATA,
    numbered("job_row"),
    Column("job_id", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("group_id", String, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("force", String(2), nullable=False),
    Column("topic", String, nullable=False),
    Column("subject_ref", String, nullable=False),
    sealed(),
    Column("place", Integer, nullable=False),
    Column("turn_at", UtcDateTime, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_id", String),
    Column("leased_until", UtcDateTime),
    Column("result_ref", String, nullable=False),
    Column("problem", String, nullable=False),
    Column("settled_at", UtcDateTime),
    UniqueConstraint("kind", "group_id", "number"),
    Index(
        "ix_jobs_turn",
        "kind",
        "turn_at",
        "job_row",
        sqlite_where=_IS_WAITING,
        postgresql_where=_IS_WAITING,
    ),
    Index(
        "ix_jobs_group_turn",
        "group_id",
        "turn_at",
        "job_row",
        sqlite_where=_IS_WAITING,
        postgresql_where=_IS_WAITING,
    ),
    Index("ix_jobs_lease", "leased_until", sqlite_where=_IS_LEASED, postgresql_where=_IS_LEASED),
    Index(None, "group_id", "state"),
    Index(None, "payload_id"),
    sqlite_autoincrement=True,
    info=protected(
        Rows.MOVING,
        fixed=("job_id", "kind", "group_id", "number", "force", "topic", "subject_ref"),
        may_go=True,
    )
    | about_nobody(
        "nobody is found before the search; a block goes when its last line is worked",
        unlogged="work to do; its outcome has an event",
    ),
)
"""The unique key makes a line or a message one job, however often it is queued.

`payload_id` is the block of lines a search lies in (0: none), `place` its line there, from 0.
"""

log_followers = Table(
    "log_followers",
    METADATA,
    Column("follower", String, primary_key=True),
    Column("next_seq", BigInteger, nullable=False),
    info=protected(Rows.MOVING, fixed=("follower",), growing=("next_seq",)),
)
"""The followers of the log, and the number of the next event for each."""
