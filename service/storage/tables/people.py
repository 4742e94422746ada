"""Persons, records, encounters, the two feeds of changes, payloads, and templates made again.

Apart from `payloads` no column here holds personal data: erasing a person deletes payloads and
leaves tombstones.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)

from service.storage.tables.about import FOLLOWS, OfLast, OfPerson, Seen, Via, about, sealed
from service.storage.tables.metadata import (
    ROW,
    Rows,
    big_numbers,
    by_at,
    keys,
    number_keys,
    numbered,
    numbers,
    protected,
    refers,
    stored,
    texts,
    truths,
)

persons = stored(
    "persons",
    numbered("person_row"),
    *texts("person_id", unique=True),
    info=about(OfPerson("person_row"), seen=Seen.NO_CONTENT),
)

person_erasures = stored(
    "person_erasures",
    refers("person_row", "persons", primary_key=True),
    info=about(OfPerson("person_row"), seen=Seen.NO_CONTENT, unlogged=FOLLOWS),
)

records = stored(
    "records",
    numbered("record_row"),
    *texts("record_id"),
    Column("version", ROW, nullable=False),
    refers("person_row", "persons"),
    Column("force", String(2), nullable=False),
    sealed(of=("record_id", "version", "person_row")),
    UniqueConstraint("record_id", "version"),
    CheckConstraint("version >= 1", name="version_from_one"),
    Index(None, "person_row"),
    Index(None, "force", "record_row"),
    info=about(OfPerson("person_row"), seen=Seen.SHOWN),
)

record_amendments = stored(
    "record_amendments",
    refers("record_row", "records", primary_key=True),
    *big_numbers("log_size"),
    *texts("reason", "source"),
    *by_at("amended"),
    Index(None, "log_size"),
)
"""The amendment that made a later version. `log_size` is the number of events before it, counted
under the lock of the log: a reader that sees more events sees the version, and no other does."""

conviction_versions = stored(
    "conviction_versions",
    refers("record_row", "records", primary_key=True),
    *keys("item_id"),
    *texts("record_id"),
    Column("version", ROW, nullable=False),
    *texts("change"),
    Index(None, "record_id", "item_id"),
)
"""`version`: of the record. `change`: how the conviction differs from the version before."""

issued_numbers = stored(
    "issued_numbers",
    *keys("number_id"),
    *texts("kind"),
    *numbers("year", "serial"),
    refers("person_row", "persons"),
    *texts("record_id"),
    *by_at("issued"),
    UniqueConstraint("kind", "year", "serial", name="uq_issued_numbers_serial"),
    UniqueConstraint("kind", "person_row", name="uq_issued_numbers_person"),
    info=about(OfPerson("person_row"), seen=Seen.SHOWN),
)
"""Numbers that this office issued; the record shows them. They stay taken for good."""

live_records = stored(
    "live_records",
    *keys("record_id"),
    refers("person_row", "persons", unique=True),
    refers("record_row", "records", unique=True),
    info=protected(Rows.MOVING, fixed=("record_id", "person_row"), may_go=True)
    | about(OfPerson("person_row"), seen=Seen.NO_CONTENT, unlogged=FOLLOWS),
)
"""Which version of a record is live; a record belongs to one person and a person has one."""

record_changes = stored(
    "record_changes",
    Column("change_seq", ROW, primary_key=True, autoincrement=False),
    refers("person_row", "persons"),
    info=about(OfPerson("person_row"), seen=Seen.NO_CONTENT, unlogged=FOLLOWS),
)
"""The feed of records: each time the live record of a person began, got another version, went, or
came back, whether or not they have prints. Numbered at the commit, without gaps."""

encounters = stored(
    "encounters",
    numbered("encounter_row"),
    *texts("encounter_id", unique=True),
    refers("person_row", "persons"),
    Column("force", String(2), nullable=False),
    Column("gallery", SmallInteger, nullable=False),
    sealed(of=("encounter_id", "person_row")),
    Index(None, "person_row"),
    CheckConstraint("gallery BETWEEN 0 AND 2", name="gallery_known"),
    info=about(OfLast("person_row", "encounter_successors", "successor_row"), seen=Seen.AS_PRINTS),
)

gallery_changes = stored(
    "gallery_changes",
    Column("change_seq", ROW, primary_key=True, autoincrement=False),
    refers("encounter_row", "encounters"),
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
)

ENROLLED = 0
"""`gallery_changes.kind` of an addition."""
ERASED = 1
"""`gallery_changes.kind` of an erasure."""
HIDDEN = 2
"""`gallery_changes.kind` of a capture whose person awaits erasure."""
SHOWN = 3
"""`gallery_changes.kind` of a capture that is no longer hidden."""

payloads = stored(
    "payloads",
    numbered("payload_id"),
    *texts("kind"),
    Column("body", LargeBinary, nullable=False),
    info=protected(Rows.ERASABLE),
)
"""All personal data and all templates. Other tables name a payload by number, without a foreign
key: they are written once and have to outlive it."""


template_generations = stored(
    "template_generations",
    *keys("generation_id"),
    *texts("tools"),
    *by_at("begun"),
)

remade_templates = stored(
    "remade_templates",
    *keys("remake_id"),
    refers("encounter_id", "encounters"),
    refers("generation_id", "template_generations"),
    refers("person_row", "persons"),
    *truths("is_kept"),
    sealed(of=("remake_id", "encounter_id")),
    UniqueConstraint("encounter_id", "generation_id"),
    Index(None, "generation_id"),
    Index(None, "person_row"),
    info=about(Via("encounter_id", "encounters"), seen=Seen.AS_PRINTS),
)
"""Beside the templates of `encounters`; in force from the switch of their generation on."""

remade_minutiae = stored(
    "remade_minutiae",
    refers("remake_id", "remade_templates", primary_key=True),
    *number_keys("position"),
    refers("person_row", "persons"),
    sealed(of=("remake_id", "position")),
    Index(None, "person_row"),
    info=about(Via("remake_id", "remade_templates"), seen=Seen.AS_PRINTS),
)

template_switches = stored(
    "template_switches",
    refers("generation_id", "template_generations", primary_key=True),
    Column("after_change", ROW, nullable=False, unique=True),
    *by_at("switched"),
)
"""Searches of a gallery up to `after_change` used the templates before, later ones these."""
