"""Searches, candidates, and clients' references: written once.

Where a search stands is read from its case and link.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from service.storage.tables.about import OF_COMPARISON, OfPerson, Seen, Via, about, sealed
from service.storage.tables.metadata import (
    METADATA,
    Rows,
    UtcDateTime,
    numbered,
    protected,
)

searches = Table(
    "searches",
    METADATA,
    numbered("search_row"),
    Column("search_id", String, nullable=False, unique=True),
    Column("search_type", String, nullable=False),
    Column("force", String(2), nullable=False),
    Column("submitted_by", String, nullable=False),
    Column("on_behalf_of", String, nullable=False),
    Column("purpose", String, nullable=False),
    Column("submitted_at", UtcDateTime, nullable=False),
    Column("model_name", String, nullable=False),
    Column("model_version", String, nullable=False),
    Column("model_digest", String, nullable=False),
    Column("index_generation", BigInteger, nullable=False),
    Column("index_digest", String, nullable=False),
    Column("configuration_digest", String, nullable=False),
    Column("code_version", String, nullable=False),
    Column("index_cursor", BigInteger, nullable=False, server_default="0"),
    Column("gallery_size", BigInteger, nullable=False, server_default="0"),
    Column("thresholds", String, nullable=False, server_default=""),
    Column("arithmetic", String, nullable=False, server_default=""),
    Column("probe_commitment", String, nullable=False, server_default=""),
    Column("blinding", String),
    Column("encounter_id", String, ForeignKey("encounters.encounter_id")),
    sealed(),
    Index(None, "force", "search_row"),
    Index(None, "encounter_id"),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE)
    | about(
        Via("encounter_id", "encounters"),
        Via("search_id", "standing_links"),
        Via("search_id", "request_identities"),
        Via("search_id", "conversion_searches"),
        seen=Seen.IN_HANDS,
    ),
)
"""`blinding` is random: the log publishes a digest of the row with its candidates, and a digest of
values that can be guessed would confirm a guess."""

candidates = Table(
    "candidates",
    METADATA,
    Column("candidate_id", String, primary_key=True),
    Column("search_id", String, ForeignKey("searches.search_id"), nullable=False),
    Column("person_id", String, ForeignKey("persons.person_id"), nullable=False),
    Column("record_id", String),
    Column("encounter_id", String, ForeignKey("encounters.encounter_id")),
    Column("rank", Integer, nullable=False),
    Column("posterior", Float(53), nullable=False),
    Column("band", String, nullable=False),
    sealed(),
    Column("record_version", BigInteger),
    Column("total_millibits", BigInteger, nullable=False, server_default="0"),
    UniqueConstraint("search_id", "rank"),
    UniqueConstraint("search_id", "candidate_id"),
    CheckConstraint("rank >= 1", name="rank_from_one"),
    Index(None, "person_id"),
    info=protected(Rows.WRITTEN_ONCE)
    | about(
        OfPerson("person_id"),
        Via("search_id", "searches"),
        seen=Seen.OFFICE_WORDS,
        shared=OF_COMPARISON,
    ),
)
"""`payload_id` is 0 where the evidence was not kept because its person was erased meanwhile, and
`posterior` where `band` is `none`: there is no posterior."""

client_references = Table(
    "client_references",
    METADATA,
    numbered("reference_row"),
    Column("owner_id", String, nullable=False, unique=True),
    Column("force", String(2), nullable=False),
    Column("keyed_digest", String, nullable=False),
    sealed(),
    Index(None, "force", "keyed_digest"),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE)
    | about(
        Via("owner_id", "searches", "search_id"),
        Via("owner_id", "encounters", "encounter_id"),
        seen=Seen.OFFICE_WORDS,
    ),
)
"""`owner_id`: a search or an encounter. The reference itself is a payload; `keyed_digest` finds
it, and confirms no guess without the key, which is kept apart from the database."""
