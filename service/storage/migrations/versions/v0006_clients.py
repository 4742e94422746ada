"""Clients of forces, their keys, and which key an access token was got with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)

TABLES = ("clients", "client_revocations", "client_keys", "client_key_revocations")


def upgrade() -> None:
    """Create tables and triggers; tokens get a column that is empty for those of before."""
    _clients()
    _keys()
    # A nullable column without a default: neither database rewrites its rows.
    op.add_column(
        "tokens",
        sa.Column("client_key_id", sa.String, sa.ForeignKey("client_keys.client_key_id")),
        inline_references=True,
    )
    dialect = op.get_bind().dialect.name
    for table in TABLES:
        for statement in triggers(table, Protection(Rows.WRITTEN_ONCE), dialect):
            op.execute(statement)


def _clients() -> None:
    op.create_table(
        "clients",
        sa.Column("client_id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False, unique=True),
        sa.Column("force", sa.String(2), nullable=False),
        sa.Column("scopes", sa.String, nullable=False),
        sa.Column("added_by", sa.String, nullable=False),
        sa.Column("added_at", AT, nullable=False),
    )
    op.create_table(
        "client_revocations",
        sa.Column("client_id", sa.String, sa.ForeignKey("clients.client_id"), primary_key=True),
        sa.Column("revoked_at", AT, nullable=False),
    )


def _keys() -> None:
    op.create_table(
        "client_keys",
        sa.Column("client_key_id", sa.String, primary_key=True),
        sa.Column("client_id", sa.String, sa.ForeignKey("clients.client_id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("secret_sha256", sa.String, nullable=False, unique=True),
        sa.Column("added_at", AT, nullable=False),
        sa.UniqueConstraint("client_id", "number"),
    )
    op.create_table(
        "client_key_revocations",
        sa.Column(
            "client_key_id",
            sa.String,
            sa.ForeignKey("client_keys.client_key_id"),
            primary_key=True,
        ),
        sa.Column("revoked_at", AT, nullable=False),
    )
