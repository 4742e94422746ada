"""Erasures from the request to the end, and the data that is hidden in between.

A hidden person looks exactly like an erased one: their payloads lie in a table of their own, where
no view looks for them, until they are destroyed or put back.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    select,
    union_all,
)

from domain.erasures import ErasureEnd
from service.storage.tables.about import FOLLOWS, Kept, OfPerson, Seen, about, sealed
from service.storage.tables.disclosure.restrictions import restricted_persons
from service.storage.tables.metadata import (
    METADATA,
    ROW,
    Rows,
    UtcDateTime,
    numbered,
    one_of,
    protected,
)
from service.storage.tables.people import payloads, person_erasures

erasure_requests = Table(
    "erasure_requests",
    METADATA,
    numbered("request_row"),
    Column("erasure_id", String, nullable=False, unique=True),
    Column("person_row", ROW, ForeignKey("persons.person_row"), nullable=False),
    Column("basis", String, nullable=False),
    Column("authority", String, nullable=False),
    sealed("order_payload_id"),
    Column("asked_by", String, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    UniqueConstraint("erasure_id", "asked_by", name="uq_erasure_requests_asked_by"),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE)
    | about(OfPerson("person_row"), seen=Seen.OFFICE_WORDS, kept=Kept.AS_REASON),
)
"""`order_payload_id`: the reference of a court order. It outlives the person: it is the reason."""

open_erasures = Table(
    "open_erasures",
    METADATA,
    Column(
        "person_row",
        ROW,
        ForeignKey("persons.person_row"),
        primary_key=True,
        autoincrement=False,
    ),
    Column(
        "erasure_id",
        String,
        ForeignKey("erasure_requests.erasure_id"),
        nullable=False,
        unique=True,
    ),
    info=protected(Rows.MOVING, fixed=("person_row", "erasure_id"), may_go=True)
    | about(OfPerson("person_row"), seen=Seen.NO_CONTENT, unlogged=FOLLOWS),
)
"""The one erasure of a person that has not ended."""

erasure_confirmations = Table(
    "erasure_confirmations",
    METADATA,
    Column("erasure_id", String, primary_key=True),
    Column("asked_by", String, nullable=False),
    Column("confirmed_by", String, nullable=False),
    Column("confirmed_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(
        ("erasure_id", "asked_by"),
        ("erasure_requests.erasure_id", "erasure_requests.asked_by"),
    ),
    CheckConstraint("confirmed_by <> asked_by", name="two_people"),
    info=protected(Rows.WRITTEN_ONCE),
)

withheld_persons = Table(
    "withheld_persons",
    METADATA,
    Column(
        "person_row",
        ROW,
        ForeignKey("persons.person_row"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("erasure_id", String, ForeignKey("erasure_confirmations.erasure_id"), nullable=False),
    info=protected(Rows.MOVING, fixed=("person_row", "erasure_id"), may_go=True)
    | about(OfPerson("person_row"), seen=Seen.NO_CONTENT, unlogged=FOLLOWS),
)
"""The person of a confirmed erasure, and all people merged with them."""

withheld_payloads = Table(
    "withheld_payloads",
    METADATA,
    Column("payload_id", ROW, primary_key=True, autoincrement=False),
    Column("kind", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    info=protected(Rows.ERASABLE),
)
"""Payloads of hidden people, as they were: still sealed, under the same numbers."""

erasure_ends = Table(
    "erasure_ends",
    METADATA,
    Column("erasure_id", String, ForeignKey("erasure_requests.erasure_id"), primary_key=True),
    Column("outcome", String, nullable=False),
    Column("ended_by", String, nullable=False),
    Column("ended_at", UtcDateTime, nullable=False),
    one_of("outcome", ErasureEnd),
    info=protected(Rows.WRITTEN_ONCE),
)

hidden_persons = union_all(
    select(withheld_persons.c.person_row), select(restricted_persons.c.person_row)
).subquery("hidden_persons")
"""People whose payloads are withheld: until they are erased, or while they are restricted."""

gone_persons = union_all(
    select(person_erasures.c.person_row),
    select(withheld_persons.c.person_row),
    select(restricted_persons.c.person_row),
).subquery("gone_persons")
"""People that no view shows: erased, hidden until they are, or restricted."""

stored_payloads = union_all(
    select(payloads.c.payload_id, payloads.c.kind, payloads.c.body),
    select(withheld_payloads.c.payload_id, withheld_payloads.c.kind, withheld_payloads.c.body),
).subquery("stored_payloads")
"""Every payload that is not erased, those of hidden people included."""
