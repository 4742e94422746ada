"""Requests with their logs, disclosures and notices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ENTRY = ["request_entries.request_id", "request_entries.number"]
TABLES = (
    *("requests", "request_entries", "request_identities", "request_convictions"),
    *("disclosures", "disclosure_items", "disclosure_acknowledgements"),
    *("disclosure_notices", "notice_acknowledgements"),
)


def upgrade() -> None:
    """Create the tables, all of them written once, and admit the role that works them."""
    _admit_case_officers()
    _make_requests()
    _make_entries()
    _make_disclosures()
    _make_notices()
    dialect = op.get_bind().dialect.name
    for table in TABLES:
        for statement in triggers(table, Protection(Rows.WRITTEN_ONCE), dialect):
            op.execute(statement)


OLD_ROLES = "'administrator')"
NEW_ROLES = "'administrator', 'case-officer')"


def _admit_case_officers() -> None:
    """Widen the check of roles of accounts.

    SQLite has no statement for it, and a rebuilt table would break the references to it inside
    this transaction: its documented way is to write the text of the check and count the schema up.
    """
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        version = int(bind.exec_driver_sql("PRAGMA schema_version").scalar_one())
        bind.exec_driver_sql("PRAGMA writable_schema = ON")
        bind.execute(
            sa.text(
                "UPDATE sqlite_master SET sql = replace(sql, :old, :new)"
                " WHERE type = 'table' AND name = 'accounts'"
            ),
            {"old": OLD_ROLES, "new": NEW_ROLES},
        )
        bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
        bind.exec_driver_sql("PRAGMA writable_schema = RESET")
        return
    op.drop_constraint(op.f("ck_accounts_role_known"), "accounts", type_="check")
    roles = "'force', 'examiner', 'supervisor', 'auditor', 'administrator', 'case-officer'"
    op.create_check_constraint("role_known", "accounts", f"role IN ({roles})")


def _texts(*names: str) -> tuple[sa.Column[str], ...]:
    return tuple(sa.Column(name, sa.String, nullable=False) for name in names)


def _row(name: str) -> sa.Column[int]:
    return sa.Column(name, ROW, sa.Identity(always=False), primary_key=True)


def _numbers() -> tuple[sa.Column[str], sa.Column[int]]:
    return (
        sa.Column("request_id", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    )


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _make_requests() -> None:
    op.create_table(
        "requests",
        _row("request_row"),
        *_texts("request_id", "kind", "channel", "asker_kind", "asker_code"),
        *_texts("purpose", "legal_basis"),
        sa.Column("received_on", sa.Date, nullable=False),
        *_texts("received_by"),
        sa.Column("opened_at", UtcDateTime, nullable=False),
        *(sa.Column(name, sa.String) for name in ("message_id", "about", "keyed_digest")),
        sa.Column("payload_id", ROW, nullable=False),
        sa.UniqueConstraint("request_id", name="uq_requests_request_id"),
        sa.UniqueConstraint(
            "asker_kind", "asker_code", "message_id", name="uq_requests_message"
        ),
        sqlite_autoincrement=True,
    )
    _index("requests", "keyed_digest")
    _index("requests", "about")


def _make_entries() -> None:
    op.create_table(
        "request_entries",
        sa.Column("request_id", sa.String, sa.ForeignKey("requests.request_id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        *_texts("step", "state", "entered_by"),
        sa.Column("entered_at", UtcDateTime, nullable=False),
        sa.Column("counts_on", sa.Date, nullable=False),
        *_texts("outcome", "ground", "rule"),
        sa.Column("proposed_by", sa.String),
        sa.Column("payload_id", ROW, nullable=False),
        sa.CheckConstraint("number >= 1", name="number_from_one"),
        sa.CheckConstraint("proposed_by IS NULL OR proposed_by <> entered_by", name="two_people"),
    )
    op.create_table(
        "request_identities",
        *_numbers(),
        *_texts("basis"),
        sa.Column("outcome", sa.String),
        sa.Column("person_row", ROW, sa.ForeignKey("persons.person_row")),
        sa.Column("search_id", sa.String),
        sa.Column("link_id", sa.String),
        sa.Column("candidates", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id", "number"], ENTRY, name="fk_request_identities_request_id_number"
        ),
    )
    _index("request_identities", "person_row")
    _index("request_identities", "link_id")
    op.create_table(
        "request_convictions",
        *_numbers(),
        sa.Column("record_id", sa.String, primary_key=True),
        sa.Column("item_id", sa.String, primary_key=True),
        sa.Column("version", ROW, nullable=False),
        *_texts("verdict", "standing", "rule"),
        sa.ForeignKeyConstraint(
            ["request_id", "number"], ENTRY, name="fk_request_convictions_request_id_number"
        ),
    )


def _make_disclosures() -> None:
    op.create_table(
        "disclosures",
        _row("disclosure_row"),
        *_texts("disclosure_id", "request_id"),
        sa.Column("number", sa.Integer, nullable=False),
        *_texts("recipient_kind", "recipient_code", "purpose", "form", "outcome", "sent_by"),
        sa.Column("sent_at", UtcDateTime, nullable=False),
        sa.Column("person_row", ROW, sa.ForeignKey("persons.person_row")),
        sa.Column("payload_id", ROW, nullable=False),
        sa.UniqueConstraint("disclosure_id", name="uq_disclosures_disclosure_id"),
        sa.ForeignKeyConstraint(
            ["request_id", "number"], ENTRY, name="fk_disclosures_request_id_number"
        ),
        sqlite_autoincrement=True,
    )
    _index("disclosures", "request_id")
    _index("disclosures", "person_row")
    disclosed = "disclosures.disclosure_id"
    op.create_table(
        "disclosure_items",
        sa.Column("disclosure_id", sa.String, sa.ForeignKey(disclosed), primary_key=True),
        sa.Column("record_id", sa.String, primary_key=True),
        sa.Column("item_id", sa.String, primary_key=True),
        sa.Column("version", ROW, nullable=False),
    )
    _index("disclosure_items", "record_id", "item_id")
    op.create_table(
        "disclosure_acknowledgements",
        sa.Column("disclosure_id", sa.String, sa.ForeignKey(disclosed), primary_key=True),
        *_texts("acknowledged_by"),
        sa.Column("acknowledged_at", UtcDateTime, nullable=False),
    )


def _make_notices() -> None:
    op.create_table(
        "disclosure_notices",
        _row("notice_row"),
        *_texts("notice_id"),
        sa.Column(
            "disclosure_id", sa.String, sa.ForeignKey("disclosures.disclosure_id"), nullable=False
        ),
        *_texts("kind", "about"),
        sa.Column("version", ROW, nullable=False),
        sa.Column("given_on", sa.Date, nullable=False),
        sa.UniqueConstraint("notice_id", name="uq_disclosure_notices_notice_id"),
        sa.UniqueConstraint(
            "disclosure_id", "kind", "about", "version", name="uq_disclosure_notices_once"
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "notice_acknowledgements",
        sa.Column(
            "notice_id",
            sa.String,
            sa.ForeignKey("disclosure_notices.notice_id"),
            primary_key=True,
        ),
        *_texts("acknowledged_by"),
        sa.Column("acknowledged_at", UtcDateTime, nullable=False),
    )
