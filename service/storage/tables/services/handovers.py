"""Documents handed over to applicants, and each time that one was fetched."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from service.storage.tables.about import Kept, OfPerson, Seen, about, sealed
from service.storage.tables.metadata import (
    METADATA,
    ROW,
    Rows,
    UtcDateTime,
    numbered,
    protected,
)

handovers = Table(
    "handovers",
    METADATA,
    numbered("handover_row"),
    Column("handover_id", String, nullable=False, unique=True),
    Column("application_id", String, ForeignKey("applications.application_id"), nullable=False),
    Column("request_id", String, nullable=False),
    Column("source_id", String, nullable=False),
    Column("name", String, nullable=False),
    Column("media_type", String, nullable=False),
    Column("document_sha256", String, nullable=False),
    Column("handed_by", String, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("handed_at", UtcDateTime, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("person_row", ROW, ForeignKey("persons.person_row")),
    sealed(),
    Index(None, "application_id"),
    Index(None, "person_row"),
    Index(None, "last_day"),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE)
    | about(OfPerson("person_row"), seen=Seen.IN_HANDS, kept=Kept.FOR_DAYS),
)
"""The payload is a copy of the document: destroyed when its days or its fetches are over, and
erased or withheld with the person. `source_id`: the certificate or the answer that it is."""

handover_fetches = Table(
    "handover_fetches",
    METADATA,
    Column("fetch_id", String, primary_key=True),
    Column("handover_id", String, ForeignKey("handovers.handover_id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("fetched_by", String, nullable=False),
    Column("fetched_at", UtcDateTime, nullable=False),
    UniqueConstraint("handover_id", "number", name="uq_handover_fetches_number"),
    info=protected(Rows.WRITTEN_ONCE),
)
