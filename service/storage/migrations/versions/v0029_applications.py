"""Applications of the public: drafts, applications, answers, documents, and the role of pages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.migrations.roles import admit_role
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0029"
down_revision = "0033"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PROTECTIONS = {
    "application_drafts": Protection(
        Rows.MOVING,
        fixed=("application_id", "reference", "access_digest", "kind", "started_at"),
        growing=("version",),
        may_go=True,
    ),
    "applications": Protection(Rows.WRITTEN_ONCE),
    "application_answers": Protection(Rows.WRITTEN_ONCE),
    "application_uploads": Protection(Rows.ERASABLE),
}


def upgrade() -> None:
    """Make the tables; nothing that is stored changes."""
    admit_role("public-pages")
    _make_drafts()
    _make_applications()
    _make_answers()
    _make_uploads()
    dialect = op.get_bind().dialect.name
    for table, protection in PROTECTIONS.items():
        for statement in triggers(table, protection, dialect):
            op.execute(statement)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer, nullable=False) for name in names]


def _make_drafts() -> None:
    table = "application_drafts"
    op.create_table(
        table,
        sa.Column("application_id", sa.String, primary_key=True),
        *_texts("reference", "access_digest", "kind"),
        *_numbers("version"),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("saved_at", UtcDateTime, nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
        sa.UniqueConstraint("reference", name=f"uq_{table}_reference"),
        sa.UniqueConstraint("access_digest", name=f"uq_{table}_access_digest"),
    )
    op.create_index(f"ix_{table}_saved_at", table, ["saved_at"])


def _make_applications() -> None:
    table = "applications"
    op.create_table(
        table,
        sa.Column("application_id", sa.String, primary_key=True),
        *_numbers("number"),
        *_texts("reference", "access_digest", "content_digest", "kind"),
        sa.Column(
            "request_id", sa.String, sa.ForeignKey("requests.request_id"), nullable=False
        ),
        *_texts("submitted_by"),
        sa.Column("submitted_at", UtcDateTime, nullable=False),
        *(
            sa.UniqueConstraint(name, name=f"uq_{table}_{name}")
            for name in ("reference", "access_digest", "request_id")
        ),
    )
    op.create_index(f"ix_{table}_content_digest", table, ["content_digest"])


def _make_answers() -> None:
    table = "application_answers"
    op.create_table(
        table,
        sa.Column("answer_id", sa.String, primary_key=True),
        sa.Column(
            "application_id",
            sa.String,
            sa.ForeignKey("applications.application_id"),
            nullable=False,
        ),
        *_texts("request_id"),
        *_numbers("number"),
        *_texts("answered_by"),
        sa.Column("answered_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("application_id", "number", name=f"uq_{table}_number"),
    )


def _make_uploads() -> None:
    table = "application_uploads"
    op.create_table(
        table,
        sa.Column("document_id", sa.String, primary_key=True),
        *_texts("application_id"),
        *_numbers("number"),
        *_texts("slot", "media_type"),
        *_numbers("size_bytes"),
        sa.Column("added_at", UtcDateTime, nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
    )
    op.create_index(f"ix_{table}_application_id_number", table, ["application_id", "number"])
