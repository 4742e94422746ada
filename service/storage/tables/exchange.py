"""Exchange with other States; matters from every source, and disputes about whom they concern.

The receiver of a message is not encrypted, and neither is the recipient of a disclosure; the text
of a message is a payload.
"""

from sqlalchemy import Column, Index, String, UniqueConstraint, text

from service.storage.tables.about import OF_PAIR, OfPerson, Seen, Via, about, sealed
from service.storage.tables.metadata import (
    ROW,
    Rows,
    by_at,
    identified,
    keys,
    moments,
    number_keys,
    numbers,
    protected,
    refers,
    stored,
    texts,
)

exchange_partners = stored(
    "exchange_partners",
    *identified("partner_row", "partner_id"),
    Column("state", String(3), nullable=False),
    *texts("transport", "address", "key_id", "public_key"),
    *by_at("registered"),
)

exchange_partner_ends = stored(
    "exchange_partner_ends",
    refers("partner_id", "exchange_partners", primary_key=True),
    *by_at("ended"),
)

exchange_surveys = stored(
    "exchange_surveys",
    refers("record_row", "records", primary_key=True),
    *moments("surveyed_at", index=True),
)
"""The versions of records for which the duties have been determined, each once."""

exchange_messages = stored(
    "exchange_messages",
    *identified("message_row", "message_id"),
    Column("kind", String(3), nullable=False),
    Column("receiver", String(3), nullable=False),
    *texts("response_to", "record_id", "item_id", nullable=True),
    Column("version", ROW),
    refers("person_row", "persons", nullable=True, index=True),
    Column("due_on", String(10)),
    *moments("queued_at"),
    sealed(of=("message_id",)),
    UniqueConstraint(
        *("record_id", "item_id", "version", "receiver"), name="uq_exchange_messages_duty"
    ),
    Index(None, "response_to"),
    info=about(
        OfPerson("person_row"),
        Via("response_to", "state_requests", "message_id"),
        seen=Seen.AS_RECIPIENT,
    ),
)
"""Outgoing messages. A constraint ensures that there is at most one message for each duty."""

exchange_queue = stored(
    "exchange_queue",
    refers("message_row", "exchange_messages", primary_key=True),
    Column("receiver", String(3), nullable=False),
    *numbers("attempts"),
    *moments("next_attempt_at"),
    Index(None, "receiver", "message_row"),
    info=protected(
        Rows.MOVING, fixed=("message_row", "receiver"), growing=("attempts",), may_go=True
    ),
)
"""Messages still to be handed over."""

exchange_sent = stored(
    "exchange_sent",
    refers("message_id", "exchange_messages", primary_key=True),
    *moments("sent_at"),
)
"""When each message was first handed over."""

exchange_answers = stored(
    "exchange_answers",
    *keys("answer_id"),
    refers("message_id", "exchange_messages", index=True),
    Column("kind", String(3), nullable=False),
    *texts("fault", nullable=True),
    *moments("answered_at"),
)
"""Acknowledgements and faults. A message with a fault and no acknowledgement is a dead letter."""

exchange_received = stored(
    "exchange_received",
    *identified("received_row", "message_id"),
    Column("sender", String(3), nullable=False),
    Column("kind", String(3), nullable=False),
    *texts("response_to", "conviction_ref", nullable=True),
    Column("version", ROW),
    *moments("received_at"),
    sealed(of=("message_id",)),
    Index(None, "sender", "conviction_ref", "version"),
    Index(None, "response_to"),
    info=about(
        Via("message_id", "state_requests"),
        Via("response_to", "state_requests", "message_id"),
        Via("response_to", "exchange_messages", "message_id"),
        seen=Seen.AS_RECIPIENT,
    ),
)
"""Received messages. For each conviction, the highest version counts."""

exchange_nonces = stored(
    "exchange_nonces",
    Column("sender", String(3), primary_key=True),
    *keys("nonce"),
    *moments("signed_at", index=True),
    info=protected(Rows.ERASABLE),
)
"""Transmissions seen, kept for as long as their signing time would still be accepted."""

exchange_exemptions = stored(
    "exchange_exemptions",
    *keys("exemption_id"),
    *texts("record_id", "item_id"),
    Column("version", ROW, nullable=False),
    Column("state", String(3), nullable=False),
    *texts("code"),
    sealed(of=("exemption_id",)),
    *by_at("exempted"),
    UniqueConstraint(
        *("record_id", "item_id", "version", "state"), name="uq_exchange_exemptions_duty"
    ),
    info=about(Via("record_id", "records"), seen=Seen.OFFICE_WORDS),
)


_SEVERAL = "it may have been attached to the record of another person before"

matters = stored(
    "matters",
    *identified("matter_row", "matter_id"),
    *texts("source", "reference", "digest"),
    *by_at("received"),
    Column("kept_until", String(10)),
    sealed(of=("matter_id",)),
    UniqueConstraint("source", "reference", "digest", name="uq_matters_once"),
    Index(None, "digest"),
    Index(
        None,
        "kept_until",
        sqlite_where=text("kept_until IS NOT NULL"),
        postgresql_where=text("kept_until IS NOT NULL"),
    ),
    info=about(Via("matter_id", "matter_steps"), seen=Seen.SHOWN, shared=_SEVERAL),
)
"""`reference` is the sender's name for the message. The payload is the message as read.

`kept_until` is as in `conviction_versions`.
"""

matter_steps = stored(
    "matter_steps",
    refers("matter_id", "matters.matter_id", primary_key=True),
    *number_keys("number"),
    *texts("state", index=True),
    *by_at("stepped"),
    refers("person_row", "persons", nullable=True, index=True),
    *texts("record_id", nullable=True),
    Column("version", ROW),
    sealed(of=("matter_id", "number")),
    info=about(OfPerson("person_row"), seen=Seen.OFFICE_WORDS, shared=_SEVERAL),
)
"""The last step gives the state of a matter; a step of a waiting matter names nobody.

The payload contains reasons and text.
"""

ended_versions = stored(
    "ended_versions",
    refers("record_row", "records", primary_key=True),
    refers("matter_id", "matters.matter_id"),
    *numbers("number"),
    Index(None, "matter_id", "number"),
)
"""Versions of records whose content was destroyed because they contained a conviction that its
source no longer lets be kept, or deleted. The step of its matter is the decision."""

disputes = stored(
    "disputes",
    *identified("dispute_row", "dispute_id"),
    *texts("cause"),
    refers("person_row", "persons", index=True),
    refers("other_row", "persons.person_row", nullable=True, index=True),
    *texts("record_id", "item_id"),
    refers("request_id", "requests", nullable=True, index=True),
    refers("merge_id", "person_merges.merge_id", nullable=True),
    *by_at("opened"),
    sealed(of=("dispute_id", "person_row")),
    info=about(
        OfPerson("person_row"), OfPerson("other_row"), seen=Seen.OFFICE_WORDS, shared=OF_PAIR
    ),
)
"""`item_id` is empty where a person says that a whole record is not theirs.

The answer to the person marks the entry; the payload is what is disputed and why.
"""

dispute_steps = stored(
    "dispute_steps",
    refers("dispute_id", "disputes.dispute_id", primary_key=True),
    *number_keys("number"),
    *texts("state"),
    *by_at("stepped"),
    sealed(of=("dispute_id", "number")),
    info=about(Via("dispute_id", "disputes"), seen=Seen.OFFICE_WORDS, shared=OF_PAIR),
)
"""The last step gives the state of a dispute; one without steps is open."""
