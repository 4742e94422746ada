"""Agencies: agreements, accounts speaking for them, ASNs and results, the role of agencies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.migrations.roles import admit_role
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0031"
down_revision = "0029"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("agreements", "agency_members", "asns", "asn_results")


def upgrade() -> None:
    """Make the tables; nothing that is stored changes."""
    admit_role("agency")
    _make_agreements()
    _make_members()
    _make_asns()
    _make_results()
    dialect = op.get_bind().dialect.name
    for table in TABLES:
        for statement in triggers(table, Protection(Rows.WRITTEN_ONCE), dialect):
            op.execute(statement)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=False) for name in names]


def _at(name: str) -> sa.Column[object]:
    return sa.Column(name, UtcDateTime, nullable=False)


def _make_agreements() -> None:
    op.create_table(
        "agreements",
        sa.Column("agency", sa.String, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        *_texts("name", "legal_status", "purposes", "reach", "standing"),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("review_on", sa.Date, nullable=False),
        *_texts("made_by"),
        _at("made_at"),
        sa.Column("payload_id", ROW, nullable=False),
    )


def _make_members() -> None:
    op.create_table(
        "agency_members",
        sa.Column("user_id", sa.String, primary_key=True),
        *_texts("agency", "named_by"),
        _at("named_at"),
    )


def _make_asns() -> None:
    op.create_table(
        "asns",
        sa.Column("asn", sa.String, primary_key=True),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column(
            "request_id", sa.String, sa.ForeignKey("requests.request_id"), nullable=False
        ),
        *_texts("agency", "issued_by"),
        _at("issued_at"),
        sa.UniqueConstraint("request_id", name="uq_asns_request_id"),
        sa.UniqueConstraint("year", "sequence", name="uq_asns_sequence"),
    )


def _make_results() -> None:
    op.create_table(
        "asn_results",
        sa.Column("result_id", sa.String, primary_key=True),
        *_texts("asn", "fate"),
        sa.Column("request_id", sa.String),
        sa.Column("result_on", sa.Date, nullable=False),
        *_texts("received_by"),
        _at("received_at"),
        sa.Column("payload_id", ROW, nullable=False),
    )
