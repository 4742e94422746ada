"""Exchange with other States: partners, messages out and in, exemptions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.storage.engine.append_only import triggers
from service.storage.tables.metadata import Protection, Rows, UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MESSAGE = "exchange_messages.message_id"
WRITTEN_ONCE = (
    *("exchange_partners", "exchange_partner_ends", "exchange_surveys", "exchange_messages"),
    *("exchange_sent", "exchange_answers", "exchange_received", "exchange_exemptions"),
)


def upgrade() -> None:
    """Make the tables; nothing that is stored changes."""
    _make_partners()
    _make_messages()
    _make_fates()
    _make_received()
    _make_exemptions()
    protections = dict.fromkeys(WRITTEN_ONCE, Protection(Rows.WRITTEN_ONCE))
    protections["exchange_nonces"] = Protection(Rows.ERASABLE)
    protections["exchange_queue"] = Protection(
        Rows.MOVING, fixed=("message_row", "receiver"), growing=("attempts",), may_go=True
    )
    dialect = op.get_bind().dialect.name
    for table, protection in protections.items():
        for statement in triggers(table, protection, dialect):
            op.execute(statement)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=False) for name in names]


def _state(name: str, *, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(3), nullable=False, primary_key=primary_key)


def _make_partners() -> None:
    op.create_table(
        "exchange_partners",
        sa.Column("partner_row", ROW, sa.Identity(always=False), primary_key=True),
        *_texts("partner_id"),
        _state("state"),
        *_texts("transport", "address", "key_id", "public_key", "registered_by"),
        sa.Column("registered_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("partner_id", name="uq_exchange_partners_partner_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "exchange_partner_ends",
        sa.Column(
            "partner_id",
            sa.String,
            sa.ForeignKey("exchange_partners.partner_id"),
            primary_key=True,
        ),
        *_texts("ended_by"),
        sa.Column("ended_at", UtcDateTime, nullable=False),
    )


def _make_messages() -> None:
    op.create_table(
        "exchange_surveys",
        sa.Column(
            "record_row",
            ROW,
            sa.ForeignKey("records.record_row"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("surveyed_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_exchange_surveys_surveyed_at", "exchange_surveys", ["surveyed_at"])
    table = "exchange_messages"
    op.create_table(
        table,
        sa.Column("message_row", ROW, sa.Identity(always=False), primary_key=True),
        *_texts("message_id"),
        _state("kind"),
        _state("receiver"),
        *(sa.Column(name, sa.String) for name in ("response_to", "record_id", "item_id")),
        sa.Column("version", ROW),
        sa.Column("person_row", ROW, sa.ForeignKey("persons.person_row")),
        sa.Column("due_on", sa.String(10)),
        sa.Column("queued_at", UtcDateTime, nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
        sa.UniqueConstraint("message_id", name=f"uq_{table}_message_id"),
        sa.UniqueConstraint(
            *("record_id", "item_id", "version", "receiver"), name=f"uq_{table}_duty"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(f"ix_{table}_response_to", table, ["response_to"])
    op.create_index(f"ix_{table}_person_row", table, ["person_row"])


def _make_fates() -> None:
    table = "exchange_queue"
    op.create_table(
        table,
        sa.Column(
            "message_row",
            ROW,
            sa.ForeignKey("exchange_messages.message_row"),
            primary_key=True,
            autoincrement=False,
        ),
        _state("receiver"),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_attempt_at", UtcDateTime, nullable=False),
    )
    op.create_index(f"ix_{table}_receiver_message_row", table, ["receiver", "message_row"])
    op.create_table(
        "exchange_sent",
        sa.Column("message_id", sa.String, sa.ForeignKey(MESSAGE), primary_key=True),
        sa.Column("sent_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "exchange_answers",
        sa.Column("answer_id", sa.String, primary_key=True),
        sa.Column("message_id", sa.String, sa.ForeignKey(MESSAGE), nullable=False),
        _state("kind"),
        sa.Column("fault", sa.String),
        sa.Column("answered_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_exchange_answers_message_id", "exchange_answers", ["message_id"])


def _make_received() -> None:
    table = "exchange_received"
    op.create_table(
        table,
        sa.Column("received_row", ROW, sa.Identity(always=False), primary_key=True),
        *_texts("message_id"),
        _state("sender"),
        _state("kind"),
        *(sa.Column(name, sa.String) for name in ("response_to", "conviction_ref")),
        sa.Column("version", ROW),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.Column("payload_id", ROW, nullable=False),
        sa.UniqueConstraint("message_id", name=f"uq_{table}_message_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        f"ix_{table}_sender_conviction_ref_version",
        table,
        ["sender", "conviction_ref", "version"],
    )
    op.create_index(f"ix_{table}_response_to", table, ["response_to"])
    op.create_table(
        "exchange_nonces",
        _state("sender", primary_key=True),
        sa.Column("nonce", sa.String, primary_key=True),
        sa.Column("signed_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_exchange_nonces_signed_at", "exchange_nonces", ["signed_at"])


def _make_exemptions() -> None:
    table = "exchange_exemptions"
    op.create_table(
        table,
        sa.Column("exemption_id", sa.String, primary_key=True),
        *_texts("record_id", "item_id"),
        sa.Column("version", ROW, nullable=False),
        _state("state"),
        *_texts("code"),
        sa.Column("payload_id", ROW, nullable=False),
        *_texts("exempted_by"),
        sa.Column("exempted_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint(
            *("record_id", "item_id", "version", "state"), name=f"uq_{table}_duty"
        ),
    )
