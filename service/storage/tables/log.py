"""The log of events with its tree and checkpoints, markers of loads, and signing hosts."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, LargeBinary, String

from service.storage.tables.metadata import (
    ROW,
    Rows,
    big_numbers,
    keys,
    moments,
    number_keys,
    protected,
    stored,
    texts,
)

events = stored(
    "events",
    Column("seq", ROW, primary_key=True, autoincrement=False),
    *texts("event_id", unique=True),
    *texts("event_type"),
    *moments("at", index=True),
    *texts("actor", index=True),
    Column("force", String(2)),
    *texts("case_id", nullable=True, index=True),
    Column("body", LargeBinary, nullable=False),
    CheckConstraint("seq >= 0", name="seq_from_zero"),
)
"""The columns beside `body` repeat its fields for the audit search; only the body counts."""

event_subjects = stored(
    "event_subjects",
    *keys("subject_ref"),
    Column("seq", ROW, ForeignKey("events.seq"), primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

log_nodes = stored(
    "log_nodes",
    *number_keys("level"),
    Column("node_index", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, nullable=False),
    CheckConstraint("length(digest) = 32", name="digest_is_sha256"),
    sqlite_with_rowid=False,
)
"""Only roots of perfect subtrees, so that a stored node never changes."""

log_head = stored(
    "log_head",
    *number_keys("head"),
    *big_numbers("size"),
    Column("frontier", LargeBinary, nullable=False),
    *big_numbers("change_seq"),
    *moments("last_at", nullable=True),
    Column("record_seq", BigInteger, nullable=False, server_default="0"),
    CheckConstraint("head = 1", name="one_row"),
    info=protected(Rows.MOVING, fixed=("head",), growing=("size", "change_seq", "record_seq")),
)
"""The ends of the log, the gallery feed and the records feed. Assigning numbers locks this row."""

loads = stored(
    "loads",
    *keys("source_digest"),
    Column("chunk", BigInteger, primary_key=True, autoincrement=False),
    Column("done_seq", ROW, ForeignKey("events.seq"), nullable=False),
    Column("first_change", BigInteger, nullable=False, server_default="0"),
    Column("last_change", BigInteger, nullable=False, server_default="0"),
)
"""The chunks of a source that are loaded, each with its event and its gallery changes."""

hosts = stored(
    "hosts",
    *keys("host"),
    *texts("version"),
    *moments("seen_at"),
    info=protected(Rows.MOVING, fixed=("host",), may_go=True),
)
"""The hosts that serve or run workers, and when each was last seen, by the database's clock."""

log_lease = stored(
    "log_lease",
    *number_keys("lease"),
    *big_numbers("epoch"),
    *texts("host"),
    *moments("held_until", nullable=True),
    CheckConstraint("lease = 1", name="one_lease"),
    info=protected(Rows.MOVING, fixed=("lease",), growing=("epoch",)),
)
"""The lease of the log, one row. Each host that takes over the lease raises the epoch."""

checkpoints = stored(
    "checkpoints",
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("note", LargeBinary, nullable=False),
    *moments("signed_at"),
)
"""The signed notes of the log, one for each size."""

cosignatures = stored(
    "cosignatures",
    Column("size", BigInteger, ForeignKey("checkpoints.size"), primary_key=True),
    *keys("witness"),
    Column("note", LargeBinary, nullable=False),
)
"""Checkpoints as witnesses returned them, with their cosignatures."""
