"""The log of events with its Merkle tree, the marker of resumable loads, and signing hosts."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)

from service.storage.tables.metadata import METADATA, ROW, Rows, UtcDateTime, protected

events = Table(
    "events",
    METADATA,
    Column("seq", ROW, primary_key=True, autoincrement=False),
    Column("event_id", String, nullable=False, unique=True),
    Column("event_type", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String, nullable=False),
    Column("force", String(2)),
    Column("case_id", String),
    Column("body", LargeBinary, nullable=False),
    CheckConstraint("seq >= 0", name="seq_from_zero"),
    Index(None, "actor"),
    Index(None, "case_id"),
    Index(None, "at"),
    info=protected(Rows.WRITTEN_ONCE),
)
"""The columns beside `body` repeat its fields for the audit search; the body counts."""

event_subjects = Table(
    "event_subjects",
    METADATA,
    Column("subject_ref", String, primary_key=True),
    Column("seq", ROW, ForeignKey("events.seq"), primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
    info=protected(Rows.WRITTEN_ONCE),
)

log_nodes = Table(
    "log_nodes",
    METADATA,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("node_index", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, nullable=False),
    CheckConstraint("length(digest) = 32", name="digest_is_sha256"),
    sqlite_with_rowid=False,
    info=protected(Rows.WRITTEN_ONCE),
)
"""Roots of perfect subtrees only, so that a stored node never changes."""

log_head = Table(
    "log_head",
    METADATA,
    Column("head", Integer, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("change_seq", BigInteger, nullable=False),
    Column("last_at", UtcDateTime),
    Column("record_seq", BigInteger, nullable=False, server_default="0"),
    CheckConstraint("head = 1", name="one_row"),
    info=protected(Rows.MOVING, fixed=("head",), growing=("size", "change_seq", "record_seq")),
)
"""The ends of the log and of the feeds of the gallery and of records; numbering locks this row."""

loads = Table(
    "loads",
    METADATA,
    Column("source_digest", String, primary_key=True),
    Column("chunk", BigInteger, primary_key=True, autoincrement=False),
    Column("done_seq", ROW, ForeignKey("events.seq"), nullable=False),
    Column("first_change", BigInteger, nullable=False, server_default="0"),
    Column("last_change", BigInteger, nullable=False, server_default="0"),
    info=protected(Rows.WRITTEN_ONCE),
)
"""Which chunks of a source are loaded, the event that says so, and the gallery changes it made."""

hosts = Table(
    "hosts",
    METADATA,
    Column("host", String, primary_key=True),
    Column("version", String, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    info=protected(Rows.MOVING, fixed=("host",), may_go=True),
)
"""The hosts that serve or work, and when each was seen last by the clock of the database."""

log_lease = Table(
    "log_lease",
    METADATA,
    Column("lease", Integer, primary_key=True, autoincrement=False),
    Column("epoch", BigInteger, nullable=False),
    Column("host", String, nullable=False),
    Column("held_until", UtcDateTime),
    CheckConstraint("lease = 1", name="one_lease"),
    info=protected(Rows.MOVING, fixed=("lease",), growing=("epoch",)),
)
"""One row. A holder is known by its epoch: whoever takes the lease over raises it."""
