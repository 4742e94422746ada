"""Certificates, the rows that each stood on, and revocations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0026"
down_revision = "0028"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CERTIFICATE = "certificates.certificate_id"
WRITTEN_ONCE = (
    *("certificates", "certificate_people"),
    *("certificate_records", "certificate_revocations"),
)


def upgrade() -> None:
    """Make the tables; nothing that is stored changes."""
    _make_certificates()
    _make_grounds()
    dialect = op.get_bind().dialect.name
    for table in WRITTEN_ONCE:
        for statement in triggers(table, Protection(Rows.WRITTEN_ONCE), dialect):
            op.execute(statement)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=False) for name in names]


def _certificate_id() -> sa.Column[str]:
    return sa.Column(
        "certificate_id", sa.String, sa.ForeignKey(CERTIFICATE), primary_key=True
    )


def _make_certificates() -> None:
    table = "certificates"
    op.create_table(
        table,
        sa.Column("certificate_row", ROW, sa.Identity(always=False), primary_key=True),
        *_texts("certificate_id", "number", "kind"),
        sa.Column(
            "disclosure_id", sa.String, sa.ForeignKey("disclosures.disclosure_id"), nullable=False
        ),
        *_texts("outcome", "basis", "rule", "code_digest"),
        sa.Column("status_list", sa.Integer, nullable=False),
        sa.Column("status_index", sa.Integer, nullable=False),
        *_texts("key", "document_sha256", "issued_by"),
        sa.Column("issued_at", UtcDateTime, nullable=False),
        sa.Column("person_row", ROW, sa.ForeignKey("persons.person_row")),
        sa.Column("payload_id", ROW, nullable=False),
        *(
            sa.UniqueConstraint(name, name=f"uq_{table}_{name}")
            for name in ("certificate_id", "number", "disclosure_id", "code_digest")
        ),
        sa.UniqueConstraint("status_list", "status_index", name=f"uq_{table}_status"),
        sqlite_autoincrement=True,
    )


def _make_grounds() -> None:
    op.create_table(
        "certificate_people",
        _certificate_id(),
        sa.Column(
            "person_row",
            ROW,
            sa.ForeignKey("persons.person_row"),
            primary_key=True,
            autoincrement=False,
        ),
    )
    op.create_index("ix_certificate_people_person_row", "certificate_people", ["person_row"])
    op.create_table(
        "certificate_records",
        _certificate_id(),
        sa.Column("record_id", sa.String, primary_key=True),
        sa.Column("version", ROW, nullable=False),
    )
    op.create_table(
        "certificate_revocations",
        _certificate_id(),
        *_texts("ground", "revoked_by"),
        sa.Column("revoked_at", UtcDateTime, nullable=False),
        sa.Column("person_row", ROW, sa.ForeignKey("persons.person_row")),
        sa.Column("payload_id", ROW, nullable=False),
    )
