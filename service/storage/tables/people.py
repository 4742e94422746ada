"""Persons, records and their amendments, encounters, the two feeds of changes, and payloads.

Apart from `payloads` no column here holds personal data: erasing a person deletes payloads and
leaves tombstones.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    text,
)

from service.storage.tables.about import FOLLOWS, OfLast, OfPerson, Seen, about, sealed
from service.storage.tables.metadata import (
    METADATA,
    ROW,
    Rows,
    UtcDateTime,
    numbered,
    protected,
)

persons = Table(
    "persons",
    METADATA,
    numbered("person_row"),
    Column("person_id", String, nullable=False, unique=True),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE) | about(OfPerson("person_row"), seen=Seen.NO_CONTENT),
)

person_erasures = Table(
    "person_erasures",
    METADATA,
    Column(
        "person_row",
        ROW,
        ForeignKey("persons.person_row"),
        primary_key=True,
        autoincrement=False,
    ),
    info=protected(Rows.WRITTEN_ONCE)
    | about(OfPerson("person_row"), seen=Seen.NO_CONTENT, unlogged=FOLLOWS),
)

records = Table(
    "records",
    METADATA,
    numbered("record_row"),
    Column("record_id", String, nullable=False),
    Column("version", ROW, nullable=False),
    Column("person_row", ROW, ForeignKey("persons.person_row"), nullable=False),
    Column("force", String(2), nullable=False),
    sealed(),
    UniqueConstraint("record_id", "version"),
    CheckConstraint("version >= 1", name="version_from_one"),
    Index(None, "person_row"),
    Index(None, "force", "record_row"),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE) | about(OfPerson("person_row"), seen=Seen.SHOWN),
)

record_amendments = Table(
    "record_amendments",
    METADATA,
    Column(
        "record_row",
        ROW,
        ForeignKey("records.record_row"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("log_size", BigInteger, nullable=False),
    Column("reason", String, nullable=False),
    Column("source", String, nullable=False),
    Column("amended_by", String, nullable=False),
    Column("amended_at", UtcDateTime, nullable=False),
    Index(None, "log_size"),
    info=protected(Rows.WRITTEN_ONCE),
)
"""The amendment that made a later version. `log_size` is the number of events before it, counted
under the lock of the log: a reader that sees more events sees the version, and no other does."""

conviction_versions = Table(
    "conviction_versions",
    METADATA,
    Column(
        "record_row",
        ROW,
        ForeignKey("records.record_row"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("item_id", String, primary_key=True),
    Column("record_id", String, nullable=False),
    Column("version", ROW, nullable=False),
    Column("change", String, nullable=False),
    Index(None, "record_id", "item_id"),
    info=protected(Rows.WRITTEN_ONCE),
)
"""`version`: of the record. `change`: how the conviction differs from the version before."""

live_records = Table(
    "live_records",
    METADATA,
    Column("record_id", String, primary_key=True),
    Column("person_row", ROW, ForeignKey("persons.person_row"), nullable=False, unique=True),
    Column("record_row", ROW, ForeignKey("records.record_row"), nullable=False, unique=True),
    info=protected(Rows.MOVING, fixed=("record_id", "person_row"), may_go=True)
    | about(OfPerson("person_row"), seen=Seen.NO_CONTENT, unlogged=FOLLOWS),
)
"""Which version of a record is live; a record belongs to one person and a person has one."""

record_changes = Table(
    "record_changes",
    METADATA,
    Column("change_seq", ROW, primary_key=True, autoincrement=False),
    Column("person_row", ROW, ForeignKey("persons.person_row"), nullable=False),
    info=protected(Rows.WRITTEN_ONCE)
    | about(OfPerson("person_row"), seen=Seen.NO_CONTENT, unlogged=FOLLOWS),
)
"""The feed of records: each time the live record of a person began, got another version, went, or
came back, whether or not they have prints. Numbered at the commit, without gaps."""

encounters = Table(
    "encounters",
    METADATA,
    numbered("encounter_row"),
    Column("encounter_id", String, nullable=False, unique=True),
    Column("person_row", ROW, ForeignKey("persons.person_row"), nullable=False),
    Column("force", String(2), nullable=False),
    Column("gallery", SmallInteger, nullable=False),
    sealed(),
    Index(None, "person_row"),
    CheckConstraint("gallery BETWEEN 0 AND 2", name="gallery_known"),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE)
    | about(OfLast("person_row", "encounter_successors", "successor_row"), seen=Seen.AS_PRINTS),
)

gallery_changes = Table(
    "gallery_changes",
    METADATA,
    Column("change_seq", ROW, primary_key=True, autoincrement=False),
    Column("encounter_row", ROW, ForeignKey("encounters.encounter_row"), nullable=False),
    Column("kind", SmallInteger, nullable=False),
    # Each capture comes once and is erased once; it may be hidden and shown again and again.
    Index(
        "uq_gallery_changes_once",
        "encounter_row",
        "kind",
        unique=True,
        sqlite_where=text("kind < 2"),
        postgresql_where=text("kind < 2"),
    ),
    Index(None, "encounter_row"),
    CheckConstraint("kind BETWEEN 0 AND 3", name="kind_known"),
    info=protected(Rows.WRITTEN_ONCE),
)

ENROLLED = 0
"""`gallery_changes.kind` of an addition."""
ERASED = 1
"""`gallery_changes.kind` of an erasure."""
HIDDEN = 2
"""`gallery_changes.kind` of a capture whose person awaits erasure."""
SHOWN = 3
"""`gallery_changes.kind` of a capture that is no longer hidden."""

payloads = Table(
    "payloads",
    METADATA,
    numbered("payload_id"),
    Column("kind", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
    info=protected(Rows.ERASABLE),
)
"""All personal data and all templates. Other tables name a payload by number, without a foreign
key: they are written once and have to outlive it."""
