"""The log, loads, tokens and idempotency keys, as revision 0001 makes them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.tables.metadata import Protection, Rows

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)

PROTECTIONS = {
    "events": Protection(Rows.WRITTEN_ONCE),
    "event_subjects": Protection(Rows.WRITTEN_ONCE),
    "log_nodes": Protection(Rows.WRITTEN_ONCE),
    "log_head": Protection(Rows.MOVING, fixed=("head",), growing=("size", "change_seq")),
    "loads": Protection(Rows.WRITTEN_ONCE),
    "tokens": Protection(Rows.WRITTEN_ONCE),
    "token_revocations": Protection(Rows.WRITTEN_ONCE),
    "idempotency_requests": Protection(Rows.ERASABLE),
}


def create() -> None:
    """Create the tables."""
    op.create_table(
        "events",
        sa.Column("seq", ROW, primary_key=True, autoincrement=False),
        sa.Column("event_id", sa.String, nullable=False, unique=True),
        sa.Column("event_type", sa.String, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("force", sa.String(2)),
        sa.Column("case_id", sa.String),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("seq >= 0", name="seq_from_zero"),
    )
    op.create_index("ix_events_actor", "events", ["actor"])
    op.create_index("ix_events_at", "events", ["at"])
    op.create_index("ix_events_case_id", "events", ["case_id"])
    op.create_table(
        "event_subjects",
        sa.Column("subject_ref", sa.String, primary_key=True),
        sa.Column("seq", ROW, sa.ForeignKey("events.seq"), primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "log_nodes",
        sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("node_index", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("length(digest) = 32", name="digest_is_sha256"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "log_head",
        sa.Column("head", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("frontier", sa.LargeBinary, nullable=False),
        sa.Column("change_seq", sa.BigInteger, nullable=False),
        sa.Column("last_at", AT),
        sa.CheckConstraint("head = 1", name="one_row"),
    )
    op.create_table(
        "loads",
        sa.Column("source_digest", sa.String, primary_key=True),
        sa.Column("chunk", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("done_seq", ROW, sa.ForeignKey("events.seq"), nullable=False),
    )
    op.create_table(
        "tokens",
        sa.Column("token_id", sa.String, primary_key=True),
        sa.Column("secret_sha256", sa.String, nullable=False, unique=True),
        sa.Column("user_id", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("force", sa.String(2)),
        sa.Column("scopes", sa.String, nullable=False),
        sa.Column("issued_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
    )
    op.create_table(
        "token_revocations",
        sa.Column("token_id", sa.String, sa.ForeignKey("tokens.token_id"), primary_key=True),
        sa.Column("revoked_at", AT, nullable=False),
    )
    op.create_table(
        "idempotency_requests",
        sa.Column("user_id", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("request_digest", sa.String, nullable=False),
        sa.Column("resource_id", sa.String, nullable=False),
        sa.Column("at", AT, nullable=False),
    )


def start() -> None:
    """Write the head of the empty log."""
    head = sa.table(
        "log_head",
        sa.column("head", sa.Integer),
        sa.column("size", sa.BigInteger),
        sa.column("frontier", sa.LargeBinary),
        sa.column("change_seq", sa.BigInteger),
    )
    op.bulk_insert(head, [{"head": 1, "size": 0, "frontier": b"", "change_seq": 0}])
