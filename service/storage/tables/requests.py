"""Requests, their logs, the disclosures, and the notices that follow.

Apart from payloads no column here holds personal data: askers and recipients are codes of States,
agencies and forces; who a person is that asks for themselves is sealed with the request.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    select,
)

from domain.requests import PartyKind
from service.storage.tables.about import OF_REQUEST, OfPerson, Seen, Via, about, sealed, view
from service.storage.tables.metadata import (
    METADATA,
    ROW,
    Rows,
    UtcDateTime,
    numbered,
    protected,
)

requests = Table(
    "requests",
    METADATA,
    numbered("request_row"),
    Column("request_id", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("asker_kind", String, nullable=False),
    Column("asker_code", String, nullable=False),
    Column("purpose", String, nullable=False),
    Column("legal_basis", String, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("received_by", String, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("message_id", String),
    Column("about", String),
    Column("keyed_digest", String),
    sealed(),
    UniqueConstraint("asker_kind", "asker_code", "message_id", name="uq_requests_message"),
    Index(None, "keyed_digest"),
    Index(None, "about"),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE)
    | about(
        Via("request_id", "request_identities"),
        seen=Seen.IN_HANDS,
        shared=OF_REQUEST,
        asked=Via("request_id", "own_requests"),
    ),
)
"""`keyed_digest`: of the asker's own reference, under a key of the store."""

request_entries = Table(
    "request_entries",
    METADATA,
    Column("request_id", String, ForeignKey("requests.request_id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("step", String, nullable=False),
    Column("state", String, nullable=False),
    Column("entered_by", String, nullable=False),
    Column("entered_at", UtcDateTime, nullable=False),
    Column("counts_on", Date, nullable=False),
    Column("outcome", String, nullable=False),
    Column("ground", String, nullable=False),
    Column("rule", String, nullable=False),
    Column("proposed_by", String),
    sealed(),
    CheckConstraint("number >= 1", name="number_from_one"),
    CheckConstraint("proposed_by IS NULL OR proposed_by <> entered_by", name="two_people"),
    info=protected(Rows.WRITTEN_ONCE)
    | about(
        Via("request_id", "requests"),
        seen=Seen.OFFICE_WORDS,
        shared=OF_REQUEST,
        asked=Via("request_id", "own_requests"),
    ),
)
"""The log of a request; its state is that of the entry with the highest number. `proposed_by`:
whose proposal a second person read."""

_ENTRY = ("request_entries.request_id", "request_entries.number")

request_identities = Table(
    "request_identities",
    METADATA,
    Column("request_id", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("basis", String, nullable=False),
    Column("outcome", String),
    Column("person_row", ROW, ForeignKey("persons.person_row")),
    Column("search_id", String),
    Column("link_id", String),
    Column("candidates", Integer, nullable=False),
    ForeignKeyConstraint(["request_id", "number"], _ENTRY),
    Index(None, "person_row"),
    Index(None, "link_id"),
    info=protected(Rows.WRITTEN_ONCE) | about(OfPerson("person_row"), seen=Seen.NO_CONTENT),
)
"""Searches for the person (without an outcome), and the identified person."""

request_convictions = Table(
    "request_convictions",
    METADATA,
    Column("request_id", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("record_id", String, primary_key=True),
    Column("item_id", String, primary_key=True),
    Column("version", ROW, nullable=False),
    Column("verdict", String, nullable=False),
    Column("standing", String, nullable=False),
    Column("rule", String, nullable=False),
    ForeignKeyConstraint(["request_id", "number"], _ENTRY),
    info=protected(Rows.WRITTEN_ONCE),
)
"""The versions of convictions that a step used, and whether each may leave or why not."""

proof_checks = Table(
    "proof_checks",
    METADATA,
    numbered("proof_row"),
    Column("proof_id", String, nullable=False, unique=True),
    Column("request_id", String, ForeignKey("requests.request_id"), nullable=False),
    Column("claim", String, nullable=False),
    Column("document_id", String, nullable=False),
    Column("verdict", String, nullable=False),
    Column("checked_by", String, nullable=False),
    Column("checked_at", UtcDateTime, nullable=False),
    Index(None, "request_id"),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE),
)
"""Stated answers that officers saw shown by a document, or not; the last one of a claim counts."""

disclosures = Table(
    "disclosures",
    METADATA,
    numbered("disclosure_row"),
    Column("disclosure_id", String, nullable=False, unique=True),
    Column("request_id", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("recipient_kind", String, nullable=False),
    Column("recipient_code", String, nullable=False),
    Column("purpose", String, nullable=False),
    Column("form", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("sent_by", String, nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
    Column("person_row", ROW, ForeignKey("persons.person_row")),
    sealed(),
    ForeignKeyConstraint(["request_id", "number"], _ENTRY),
    Index(None, "request_id"),
    Index(None, "person_row"),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE) | about(OfPerson("person_row"), seen=Seen.AS_RECIPIENT),
)
"""Disclosures to recipients. The payload is the information told, erased with the person."""

disclosure_items = Table(
    "disclosure_items",
    METADATA,
    Column("disclosure_id", String, ForeignKey("disclosures.disclosure_id"), primary_key=True),
    Column("record_id", String, primary_key=True),
    Column("item_id", String, primary_key=True),
    Column("version", ROW, nullable=False),
    Index(None, "record_id", "item_id"),
    info=protected(Rows.WRITTEN_ONCE),
)

disclosure_acknowledgements = Table(
    "disclosure_acknowledgements",
    METADATA,
    Column("disclosure_id", String, ForeignKey("disclosures.disclosure_id"), primary_key=True),
    Column("acknowledged_by", String, nullable=False),
    Column("acknowledged_at", UtcDateTime, nullable=False),
    info=protected(Rows.WRITTEN_ONCE),
)

disclosure_notices = Table(
    "disclosure_notices",
    METADATA,
    numbered("notice_row"),
    Column("notice_id", String, nullable=False, unique=True),
    Column("disclosure_id", String, ForeignKey("disclosures.disclosure_id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("about", String, nullable=False),
    Column("version", ROW, nullable=False),
    Column("given_on", Date, nullable=False),
    UniqueConstraint(
        "disclosure_id", "kind", "about", "version", name="uq_disclosure_notices_once"
    ),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE),
)
"""`about` and `version`: the conviction of a record and its version, or the link and 0."""

notice_acknowledgements = Table(
    "notice_acknowledgements",
    METADATA,
    Column("notice_id", String, ForeignKey("disclosure_notices.notice_id"), primary_key=True),
    Column("acknowledged_by", String, nullable=False),
    Column("acknowledged_at", UtcDateTime, nullable=False),
    info=protected(Rows.WRITTEN_ONCE),
)

own_requests = view(
    "own_requests",
    select(request_identities.c.request_id, request_identities.c.person_row)
    .join(requests, requests.c.request_id == request_identities.c.request_id)
    .where(requests.c.asker_kind == PartyKind.PERSON.value),
    OfPerson("person_row"),
)
"""Requests that people made themselves, and who they are."""

state_requests = view(
    "state_requests",
    select(requests.c.message_id, request_identities.c.person_row)
    .join(request_identities, request_identities.c.request_id == requests.c.request_id)
    .where(requests.c.asker_kind == PartyKind.STATE.value),
    OfPerson("person_row"),
)
"""Messages by which other States asked about people, and whom they are about."""
