"""Batches, jobs, webhooks, and what misuse is recognised by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)

PROTECTIONS = {
    "batches": Protection(
        Rows.MOVING,
        fixed=("batch_id", "force", "submitted_by", "on_behalf_of", "purpose", "submitted_at"),
    ),
    "jobs": Protection(
        Rows.MOVING,
        fixed=("job_id", "kind", "group_id", "number", "force", "topic", "subject_ref"),
        may_go=True,
    ),
    "log_followers": Protection(Rows.MOVING, fixed=("follower",), growing=("next_seq",)),
    "webhook_endpoints": Protection(
        Rows.MOVING,
        fixed=("endpoint_id", "force", "url", "topics", "added_by", "added_at"),
        growing=("secret_version",),
    ),
    "probe_sketches": Protection(Rows.ERASABLE),
    "findings": Protection(Rows.WRITTEN_ONCE),
    "staff_persons": Protection(Rows.ERASABLE),
}


def upgrade() -> None:
    """Create tables, indexes and triggers."""
    _batches()
    _jobs()
    _webhooks()
    _abuse()
    dialect = op.get_bind().dialect.name
    for table, protection in PROTECTIONS.items():
        for statement in triggers(table, protection, dialect):
            op.execute(statement)


def _batches() -> None:
    op.create_table(
        "batches",
        sa.Column("batch_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("batch_id", sa.String, nullable=False, unique=True),
        sa.Column("force", sa.String(2), nullable=False),
        sa.Column("submitted_by", sa.String, nullable=False),
        sa.Column("on_behalf_of", sa.String, nullable=False),
        sa.Column("purpose", sa.String, nullable=False),
        sa.Column("request_id", sa.String, nullable=False),
        sa.Column("priority", sa.String, nullable=False),
        sa.Column("submitted_at", AT, nullable=False),
        sa.Column("lines", sa.BigInteger, nullable=False),
        sa.Column("cancelled_at", AT),
        sa.Column("finished_at", AT),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_batches_force_batch_row", "batches", ["force", "batch_row"])


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("job_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("job_id", sa.String, nullable=False, unique=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("group_id", sa.String, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("force", sa.String(2), nullable=False),
        sa.Column("topic", sa.String, nullable=False),
        sa.Column("subject_ref", sa.String, nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("turn_at", AT, nullable=False),
        sa.Column("not_before", AT, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("lease_id", sa.String),
        sa.Column("leased_until", AT),
        sa.Column("result_ref", sa.String, nullable=False),
        sa.Column("problem", sa.String, nullable=False),
        sa.Column("settled_at", AT),
        sa.UniqueConstraint("kind", "group_id", "number"),
        sqlite_autoincrement=True,
    )
    _partial_index("ix_jobs_turn", ["kind", "turn_at", "job_row"], "state = 'waiting'")
    _partial_index("ix_jobs_lease", ["leased_until"], "state = 'leased'")
    op.create_index("ix_jobs_group_id_state", "jobs", ["group_id", "state"])
    op.create_index("ix_jobs_payload_id", "jobs", ["payload_id"])
    op.create_table(
        "log_followers",
        sa.Column("follower", sa.String, primary_key=True),
        sa.Column("next_seq", sa.BigInteger, nullable=False),
    )


def _partial_index(name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "jobs", columns, sqlite_where=where, postgresql_where=where)


def _webhooks() -> None:
    op.create_table(
        "webhook_endpoints",
        sa.Column("endpoint_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("endpoint_id", sa.String, nullable=False, unique=True),
        sa.Column("force", sa.String(2), nullable=False),
        sa.Column("url", sa.String, nullable=False),
        sa.Column("topics", sa.String, nullable=False),
        sa.Column("added_by", sa.String, nullable=False),
        sa.Column("added_at", AT, nullable=False),
        sa.Column("secret_version", sa.Integer, nullable=False),
        sa.Column("secret_changed_at", AT),
        sa.Column("is_paused", sa.Boolean, nullable=False),
        sa.Column("removed_at", AT),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_webhook_endpoints_force_endpoint_row", "webhook_endpoints", ["force", "endpoint_row"]
    )


def _abuse() -> None:
    op.create_table(
        "probe_sketches",
        sa.Column(
            "search_id", sa.String, sa.ForeignKey("searches.search_id"), primary_key=True
        ),
        sa.Column("force", sa.String(2), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_probe_sketches_force_at", "probe_sketches", ["force", "at"])
    op.create_index("ix_probe_sketches_at", "probe_sketches", ["at"])
    op.create_table(
        "findings",
        sa.Column("finding_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("finding_id", sa.String, nullable=False, unique=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("series", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("force", sa.String(2)),
        sa.Column("subject_ref", sa.String, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("found_at", AT, nullable=False),
        sa.UniqueConstraint("kind", "series"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "staff_persons",
        sa.Column("person_id", sa.String, sa.ForeignKey("persons.person_id"), primary_key=True),
        sa.Column("user_id", sa.String, nullable=False),
        sa.Column("added_by", sa.String, nullable=False),
        sa.Column("added_at", AT, nullable=False),
    )
    op.create_index("ix_staff_persons_user_id", "staff_persons", ["user_id"])
