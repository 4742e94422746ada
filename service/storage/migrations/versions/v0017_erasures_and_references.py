"""Erasures by two people, hidden captures, and references that clients give."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OURS = "COALESCE(current_setting('identlink.force', true), '') IN ('', force)"
FORCE_ALONE = (
    "ALTER TABLE client_references ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE client_references FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY own_force ON client_references USING ({OURS}) WITH CHECK ({OURS})",
)
"""PostgreSQL: a force finds and writes its own references."""
ONCE = Protection(Rows.WRITTEN_ONCE)
BOUND = Protection(Rows.MOVING, fixed=("person_row", "erasure_id"), may_go=True)
PROTECTIONS = {
    "erasure_requests": ONCE,
    "open_erasures": BOUND,
    "erasure_confirmations": ONCE,
    "withheld_persons": BOUND,
    "withheld_payloads": Protection(Rows.ERASABLE),
    "erasure_ends": ONCE,
    "client_references": ONCE,
}


def upgrade() -> None:
    """Create the tables with their triggers, and let a capture be hidden and shown again."""
    _requests()
    _confirmations()
    _withheld()
    _references()
    dialect = op.get_bind().dialect.name
    for table, protection in PROTECTIONS.items():
        for statement in triggers(table, protection, dialect):
            op.execute(statement)
    if dialect == "sqlite":
        _rebuild_changes()
    else:
        for statement in FORCE_ALONE:
            op.execute(statement)
        look = sa.inspect(op.get_bind())
        narrow = (
            *look.get_unique_constraints("gallery_changes"),
            *look.get_check_constraints("gallery_changes"),
        )
        for constraint in narrow:
            op.drop_constraint(op.f(str(constraint["name"])), "gallery_changes")
        op.create_check_constraint("kind_known", "gallery_changes", "kind BETWEEN 0 AND 3")
    op.create_index(
        "uq_gallery_changes_once",
        "gallery_changes",
        ["encounter_row", "kind"],
        unique=True,
        sqlite_where=sa.text("kind < 2"),
        postgresql_where=sa.text("kind < 2"),
    )
    op.create_index("ix_gallery_changes_encounter_row", "gallery_changes", ["encounter_row"])


def _person() -> sa.Column[int]:
    return sa.Column(
        "person_row",
        ROW,
        sa.ForeignKey("persons.person_row"),
        primary_key=True,
        autoincrement=False,
    )


def _requests() -> None:
    request = "erasure_requests.erasure_id"
    op.create_table(
        "erasure_requests",
        sa.Column("request_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("erasure_id", sa.String, nullable=False, unique=True),
        sa.Column("person_row", ROW, sa.ForeignKey("persons.person_row"), nullable=False),
        sa.Column("basis", sa.String, nullable=False),
        sa.Column("authority", sa.String, nullable=False),
        sa.Column("order_payload_id", ROW, nullable=False),
        sa.Column("asked_by", sa.String, nullable=False),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("erasure_id", "asked_by", name="uq_erasure_requests_asked_by"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "open_erasures",
        _person(),
        sa.Column("erasure_id", sa.String, sa.ForeignKey(request), nullable=False, unique=True),
    )
    op.create_table(
        "erasure_ends",
        sa.Column("erasure_id", sa.String, sa.ForeignKey(request), primary_key=True),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("ended_by", sa.String, nullable=False),
        sa.Column("ended_at", UtcDateTime, nullable=False),
        sa.CheckConstraint("outcome IN ('called-back', 'carried-out')", name="outcome_known"),
    )


def _confirmations() -> None:
    op.create_table(
        "erasure_confirmations",
        sa.Column("erasure_id", sa.String, primary_key=True),
        sa.Column("asked_by", sa.String, nullable=False),
        sa.Column("confirmed_by", sa.String, nullable=False),
        sa.Column("confirmed_at", UtcDateTime, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ("erasure_id", "asked_by"),
            ("erasure_requests.erasure_id", "erasure_requests.asked_by"),
        ),
        sa.CheckConstraint("confirmed_by <> asked_by", name="two_people"),
    )


def _withheld() -> None:
    confirmed = sa.ForeignKey("erasure_confirmations.erasure_id")
    op.create_table(
        "withheld_persons",
        _person(),
        sa.Column("erasure_id", sa.String, confirmed, nullable=False),
    )
    op.create_table(
        "withheld_payloads",
        sa.Column("payload_id", ROW, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )


def _references() -> None:
    op.create_table(
        "client_references",
        sa.Column("reference_row", ROW, sa.Identity(always=False), primary_key=True),
        sa.Column("owner_id", sa.String, nullable=False, unique=True),
        sa.Column("force", sa.String(2), nullable=False),
        sa.Column("keyed_digest", sa.String, nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_client_references_force_keyed_digest", "client_references", ["force", "keyed_digest"]
    )


def _rebuild_changes() -> None:
    """Copy the feed into a table with the wider check: SQLite alters no constraint."""
    op.create_table(
        "gallery_changes_new",
        sa.Column("change_seq", ROW, primary_key=True, autoincrement=False),
        sa.Column("encounter_row", ROW, sa.ForeignKey("encounters.encounter_row"), nullable=False),
        sa.Column("kind", sa.SmallInteger, nullable=False),
        sa.CheckConstraint(
            "kind BETWEEN 0 AND 3", name=op.f("ck_gallery_changes_kind_known")
        ),
    )
    op.execute("INSERT INTO gallery_changes_new SELECT * FROM gallery_changes")
    op.drop_table("gallery_changes")
    op.rename_table("gallery_changes_new", "gallery_changes")
    for statement in triggers("gallery_changes", ONCE, "sqlite"):
        op.execute(statement)
