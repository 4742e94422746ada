"""The tables of the workbench, and the indexes that keep its queue fast."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import REFUSAL, triggers
from service.storage.tables.metadata import Protection, Rows

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)

PROTECTIONS = {
    "accounts": Protection(
        Rows.MOVING, fixed=("user_id", "sign_in_name", "role", "force", "added_at")
    ),
    "sessions": Protection(
        Rows.MOVING, fixed=("secret_sha256", "user_id", "begun_at"), may_go=True
    ),
    "failed_attempts": Protection(Rows.MOVING, fixed=("key_sha256",), may_go=True),
    "capture_images": Protection(Rows.WRITTEN_ONCE),
}

CONTROL_FORCE = "00"
"""The code under which control items are kept; such a case never makes a link."""


def upgrade() -> None:
    """Create tables, indexes and triggers."""
    _accounts()
    _cases()
    _indexes()
    dialect = op.get_bind().dialect.name
    for table, protection in PROTECTIONS.items():
        for statement in triggers(table, protection, dialect):
            op.execute(statement)
    op.execute(_no_control_links(dialect))


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("user_id", sa.String, primary_key=True),
        sa.Column("sign_in_name", sa.String, nullable=False, unique=True),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("force", sa.String(2)),
        sa.Column("password_hash", sa.String, nullable=False),
        sa.Column("added_at", AT, nullable=False),
        sa.Column("is_disabled", sa.Boolean, nullable=False),
        sa.CheckConstraint(
            "role IN ('force', 'examiner', 'supervisor', 'auditor', 'administrator')",
            name="role_known",
        ),
    )
    op.create_table(
        "sessions",
        sa.Column("secret_sha256", sa.String, primary_key=True),
        sa.Column("user_id", sa.String, sa.ForeignKey("accounts.user_id"), nullable=False),
        sa.Column("begun_at", AT, nullable=False),
        sa.Column("last_seen_at", AT, nullable=False),
        sa.Column("ended_at", AT),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])
    op.create_table(
        "failed_attempts",
        sa.Column("key_sha256", sa.String, primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("first_at", AT, nullable=False),
        sa.Column("blocked_until", AT),
    )


def _cases() -> None:
    op.add_column(
        "cases",
        sa.Column("priority", sa.String, nullable=False, server_default="routine"),
    )
    op.create_table(
        "capture_images",
        sa.Column("owner_id", sa.String, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("payload_id", ROW, nullable=False),
    )


def _indexes() -> None:
    op.create_index(
        "ix_cases_queue", "cases", ["state", "priority", "activity", "case_row"]
    )
    is_claimed = sa.text("claimed_by IS NOT NULL")
    op.create_index(
        "ix_cases_claimed_by",
        "cases",
        ["claimed_by"],
        sqlite_where=is_claimed,
        postgresql_where=is_claimed,
    )
    is_control = sa.text(f"force = '{CONTROL_FORCE}'")
    op.create_index(
        "ix_cases_control",
        "cases",
        ["case_row"],
        sqlite_where=is_control,
        postgresql_where=is_control,
    )
    op.create_index("ix_links_encounter_id", "links", ["encounter_id"])
    op.create_index(
        "ix_decisions_decided_by_decision_row", "decisions", ["decided_by", "decision_row"]
    )


def _no_control_links(dialect: str) -> str:
    if dialect == "sqlite":
        return (
            "CREATE TRIGGER links_no_control BEFORE INSERT ON links "
            f"WHEN NEW.force = '{CONTROL_FORCE}' "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}: a control item makes no link'); END"
        )
    return (
        "CREATE TRIGGER links_no_control BEFORE INSERT ON links FOR EACH ROW "
        f"WHEN (NEW.force = '{CONTROL_FORCE}') EXECUTE FUNCTION refuse_change()"
    )
