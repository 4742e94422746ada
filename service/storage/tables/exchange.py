"""Exchange with other States: partners, messages out and in with their fates, exemptions.

The receiver of a message stands in the open, as the recipient of a disclosure does; the text of a
message is a payload.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from service.storage.tables.about import OfPerson, Seen, Via, about, sealed
from service.storage.tables.metadata import (
    METADATA,
    ROW,
    Rows,
    UtcDateTime,
    numbered,
    protected,
)

exchange_partners = Table(
    "exchange_partners",
    METADATA,
    numbered("partner_row"),
    Column("partner_id", String, nullable=False, unique=True),
    Column("state", String(3), nullable=False),
    Column("transport", String, nullable=False),
    Column("address", String, nullable=False),
    Column("key_id", String, nullable=False),
    Column("public_key", String, nullable=False),
    Column("registered_by", String, nullable=False),
    Column("registered_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE),
)

exchange_partner_ends = Table(
    "exchange_partner_ends",
    METADATA,
    Column("partner_id", String, ForeignKey("exchange_partners.partner_id"), primary_key=True),
    Column("ended_by", String, nullable=False),
    Column("ended_at", UtcDateTime, nullable=False),
    info=protected(Rows.WRITTEN_ONCE),
)

exchange_surveys = Table(
    "exchange_surveys",
    METADATA,
    Column(
        "record_row",
        ROW,
        ForeignKey("records.record_row"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("surveyed_at", UtcDateTime, nullable=False),
    Index(None, "surveyed_at"),
    info=protected(Rows.WRITTEN_ONCE),
)
"""The versions of records of which the duties were worked out, each once."""

exchange_messages = Table(
    "exchange_messages",
    METADATA,
    numbered("message_row"),
    Column("message_id", String, nullable=False, unique=True),
    Column("kind", String(3), nullable=False),
    Column("receiver", String(3), nullable=False),
    Column("response_to", String),
    Column("record_id", String),
    Column("item_id", String),
    Column("version", ROW),
    Column("person_row", ROW, ForeignKey("persons.person_row")),
    Column("due_on", String(10)),
    Column("queued_at", UtcDateTime, nullable=False),
    sealed(),
    UniqueConstraint(
        *("record_id", "item_id", "version", "receiver"), name="uq_exchange_messages_duty"
    ),
    Index(None, "response_to"),
    Index(None, "person_row"),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE)
    | about(
        OfPerson("person_row"),
        Via("response_to", "state_requests", "message_id"),
        seen=Seen.AS_RECIPIENT,
    ),
)
"""Messages out. Of those that tell a conviction, one for each duty: the database sees to it."""

exchange_queue = Table(
    "exchange_queue",
    METADATA,
    Column(
        "message_row",
        ROW,
        ForeignKey("exchange_messages.message_row"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("receiver", String(3), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", UtcDateTime, nullable=False),
    Index(None, "receiver", "message_row"),
    info=protected(
        Rows.MOVING, fixed=("message_row", "receiver"), growing=("attempts",), may_go=True
    ),
)
"""Messages that are still to be handed over."""

exchange_sent = Table(
    "exchange_sent",
    METADATA,
    Column("message_id", String, ForeignKey("exchange_messages.message_id"), primary_key=True),
    Column("sent_at", UtcDateTime, nullable=False),
    info=protected(Rows.WRITTEN_ONCE),
)
"""When a message was first handed over."""

exchange_answers = Table(
    "exchange_answers",
    METADATA,
    Column("answer_id", String, primary_key=True),
    Column("message_id", String, ForeignKey("exchange_messages.message_id"), nullable=False),
    Column("kind", String(3), nullable=False),
    Column("fault", String),
    Column("answered_at", UtcDateTime, nullable=False),
    Index(None, "message_id"),
    info=protected(Rows.WRITTEN_ONCE),
)
"""Acknowledgements and faults. A message with a fault and no acknowledgement is a dead letter."""

exchange_received = Table(
    "exchange_received",
    METADATA,
    numbered("received_row"),
    Column("message_id", String, nullable=False, unique=True),
    Column("sender", String(3), nullable=False),
    Column("kind", String(3), nullable=False),
    Column("response_to", String),
    Column("conviction_ref", String),
    Column("version", ROW),
    Column("received_at", UtcDateTime, nullable=False),
    sealed(),
    Index(None, "sender", "conviction_ref", "version"),
    Index(None, "response_to"),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE)
    | about(
        Via("message_id", "state_requests"),
        Via("response_to", "state_requests", "message_id"),
        Via("response_to", "exchange_messages", "message_id"),
        seen=Seen.AS_RECIPIENT,
    ),
)
"""Messages in that were taken. Of a conviction the highest version counts."""

exchange_nonces = Table(
    "exchange_nonces",
    METADATA,
    Column("sender", String(3), primary_key=True),
    Column("nonce", String, primary_key=True),
    Column("signed_at", UtcDateTime, nullable=False),
    Index(None, "signed_at"),
    info=protected(Rows.ERASABLE),
)
"""Transmissions seen, for as long as their time of signing would be believed."""

exchange_exemptions = Table(
    "exchange_exemptions",
    METADATA,
    Column("exemption_id", String, primary_key=True),
    Column("record_id", String, nullable=False),
    Column("item_id", String, nullable=False),
    Column("version", ROW, nullable=False),
    Column("state", String(3), nullable=False),
    Column("code", String, nullable=False),
    sealed(),
    Column("exempted_by", String, nullable=False),
    Column("exempted_at", UtcDateTime, nullable=False),
    UniqueConstraint(
        *("record_id", "item_id", "version", "state"), name="uq_exchange_exemptions_duty"
    ),
    info=protected(Rows.WRITTEN_ONCE) | about(Via("record_id", "records"), seen=Seen.OFFICE_WORDS),
)
