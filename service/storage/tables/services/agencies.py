"""Agencies: agreements in versions, the accounts that speak for them, and ASNs issued.

The contacts of an agreement and the words of a result are payloads. An ASN is no personal data by
itself; the text under which a result came is kept as given.
"""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from service.storage.tables.about import OF_REQUEST, Seen, Via, about, about_nobody, sealed
from service.storage.tables.metadata import METADATA, Rows, UtcDateTime, protected

agreements = Table(
    "agreements",
    METADATA,
    Column("agency", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("name", String, nullable=False),
    Column("legal_status", String, nullable=False),
    Column("purposes", String, nullable=False),
    Column("reach", String, nullable=False),
    Column("standing", String, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("review_on", Date, nullable=False),
    Column("made_by", String, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    sealed(),
    info=protected(Rows.WRITTEN_ONCE)
    | about_nobody("people to write to at an agency, as the agency names them"),
)
"""`purposes`: with bars between them, sorted."""

agency_members = Table(
    "agency_members",
    METADATA,
    Column("user_id", String, primary_key=True),
    Column("agency", String, nullable=False),
    Column("named_by", String, nullable=False),
    Column("named_at", UtcDateTime, nullable=False),
    info=protected(Rows.WRITTEN_ONCE),
)
"""Accounts and clients that speak for an agency; to end one, revoke or disable it."""

asns = Table(
    "asns",
    METADATA,
    Column("asn", String, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("request_id", String, ForeignKey("requests.request_id"), nullable=False, unique=True),
    Column("agency", String, nullable=False),
    Column("issued_by", String, nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
    UniqueConstraint("year", "sequence", name="uq_asns_sequence"),
    info=protected(Rows.WRITTEN_ONCE),
)

asn_results = Table(
    "asn_results",
    METADATA,
    Column("result_id", String, primary_key=True),
    Column("asn", String, nullable=False),
    Column("fate", String, nullable=False),
    Column("request_id", String),
    Column("result_on", Date, nullable=False),
    Column("received_by", String, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    sealed(),
    Index(None, "asn"),
    info=protected(Rows.WRITTEN_ONCE)
    | about(Via("request_id", "requests"), seen=Seen.OFFICE_WORDS, shared=OF_REQUEST),
)
"""Results of courts, under the number as it was given."""
