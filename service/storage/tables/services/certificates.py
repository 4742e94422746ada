"""Certificates, the rows that each stood on, and revocations."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, UniqueConstraint

from service.storage.tables.about import OfPerson, Seen, about, sealed
from service.storage.tables.metadata import (
    METADATA,
    ROW,
    Rows,
    UtcDateTime,
    numbered,
    protected,
)

certificates = Table(
    "certificates",
    METADATA,
    numbered("certificate_row"),
    Column("certificate_id", String, nullable=False, unique=True),
    Column("number", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column(
        "disclosure_id",
        String,
        ForeignKey("disclosures.disclosure_id"),
        nullable=False,
        unique=True,
    ),
    Column("outcome", String, nullable=False),
    Column("basis", String, nullable=False),
    Column("rule", String, nullable=False),
    Column("code_digest", String, nullable=False, unique=True),
    Column("status_list", Integer, nullable=False),
    Column("status_index", Integer, nullable=False),
    Column("key", String, nullable=False),
    Column("document_sha256", String, nullable=False),
    Column("issued_by", String, nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
    Column("person_row", ROW, ForeignKey("persons.person_row")),
    sealed(),
    UniqueConstraint("status_list", "status_index", name="uq_certificates_status"),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE) | about(OfPerson("person_row"), seen=Seen.IN_HANDS),
)
"""One of a disclosure. The payload is the document, the credential inside it: erased with the
person. Of the code no column holds more than a digest."""

certificate_people = Table(
    "certificate_people",
    METADATA,
    Column("certificate_id", String, ForeignKey("certificates.certificate_id"), primary_key=True),
    Column(
        "person_row",
        ROW,
        ForeignKey("persons.person_row"),
        primary_key=True,
        autoincrement=False,
        index=True,
    ),
    info=protected(Rows.WRITTEN_ONCE) | about(OfPerson("person_row"), seen=Seen.NO_CONTENT),
)
"""The person that a certificate stood on, and all people merged with them when it was issued."""

certificate_records = Table(
    "certificate_records",
    METADATA,
    Column("certificate_id", String, ForeignKey("certificates.certificate_id"), primary_key=True),
    Column("record_id", String, primary_key=True),
    Column("version", ROW, nullable=False),
    info=protected(Rows.WRITTEN_ONCE),
)
"""The versions of records that a certificate stood on."""

certificate_revocations = Table(
    "certificate_revocations",
    METADATA,
    Column("certificate_id", String, ForeignKey("certificates.certificate_id"), primary_key=True),
    Column("ground", String, nullable=False),
    Column("revoked_by", String, nullable=False),
    Column("revoked_at", UtcDateTime, nullable=False),
    Column("person_row", ROW, ForeignKey("persons.person_row")),
    sealed(),
    info=protected(Rows.WRITTEN_ONCE) | about(OfPerson("person_row"), seen=Seen.OFFICE_WORDS),
)
