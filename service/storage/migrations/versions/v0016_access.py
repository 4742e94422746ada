"""Sources that accounts know, second factors, and sign-outs at the identity provider."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FACTOR = "second_factors.factor_id"

PROTECTIONS = {
    "known_sources": Protection(Rows.ERASABLE),
    "logout_notices": Protection(Rows.ERASABLE),
    "second_factors": Protection(Rows.WRITTEN_ONCE),
    "recovery_codes": Protection(Rows.WRITTEN_ONCE),
    "second_factor_uses": Protection(Rows.WRITTEN_ONCE),
    "second_factor_removals": Protection(Rows.WRITTEN_ONCE),
}


def upgrade() -> None:
    """Create the tables; failures counted so far keep their counters.

    Sessions that the provider began before are not its to end: they last a working day at most.
    """
    op.create_table(
        "known_sources",
        sa.Column("source_sha256", sa.String, primary_key=True),
        sa.Column("user_id", sa.String, sa.ForeignKey("accounts.user_id"), nullable=False),
        sa.Column("seen_at", AT, nullable=False),
    )
    op.create_index("ix_known_sources_user_id", "known_sources", ["user_id"])
    op.create_table(
        "logout_notices",
        sa.Column("notice_sha256", sa.String, primary_key=True),
        sa.Column("taken_at", AT, nullable=False),
    )
    op.add_column("sessions", sa.Column("sid_sha256", sa.String))
    op.create_index("ix_sessions_sid_sha256", "sessions", ["sid_sha256"])
    _second_factors()
    dialect = op.get_bind().dialect.name
    for table, protection in PROTECTIONS.items():
        for statement in triggers(table, protection, dialect):
            op.execute(statement)


def _second_factors() -> None:
    op.create_table(
        "second_factors",
        sa.Column("factor_id", sa.String, primary_key=True),
        sa.Column("user_id", sa.String, sa.ForeignKey("accounts.user_id"), nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
        sa.Column("added_at", AT, nullable=False),
    )
    op.create_index("ix_second_factors_user_id", "second_factors", ["user_id"])
    op.create_table(
        "recovery_codes",
        sa.Column("factor_id", sa.String, sa.ForeignKey(FACTOR), primary_key=True),
        sa.Column("code_sha256", sa.String, primary_key=True),
    )
    op.create_table(
        "second_factor_uses",
        sa.Column("use_id", sa.String, primary_key=True),
        sa.Column("factor_id", sa.String, sa.ForeignKey(FACTOR), nullable=False),
        sa.Column("used_at", AT, nullable=False),
    )
    op.create_index("ix_second_factor_uses_factor_id", "second_factor_uses", ["factor_id"])
    op.create_table(
        "second_factor_removals",
        sa.Column("factor_id", sa.String, sa.ForeignKey(FACTOR), primary_key=True),
        sa.Column("removed_at", AT, nullable=False),
    )
