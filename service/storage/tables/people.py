"""Persons, records, encounters, the two feeds of changes, payloads, and remade templates.

Only `payloads` holds personal data: erasing a person deletes payloads and leaves the other rows.
"""

import sqlalchemy as sa

from service.storage.tables.about import FOLLOWS, OfLast, OfPerson, Seen, Via, about, sealed
from service.storage.tables.metadata import (
    ROW,
    Rows,
    big_numbers,
    by_at,
    identified,
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
    *identified("person_row", "person_id"),
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
    sa.Column("version", ROW, nullable=False),
    refers("person_row", "persons", index=True),
    sa.Column("force", sa.String(2), nullable=False),
    sealed(of=("record_id", "version", "person_row")),
    sa.UniqueConstraint("record_id", "version"),
    sa.CheckConstraint("version >= 1", name="version_from_one"),
    sa.Index(None, "force", "record_row"),
    info=about(OfPerson("person_row"), seen=Seen.SHOWN),
)

record_amendments = stored(
    "record_amendments",
    refers("record_row", "records", primary_key=True),
    *big_numbers("log_size", index=True),
    *texts("reason", "source"),
    *by_at("amended"),
)
"""The amendment that made a later version of a record.

`log_size` is the number of events before it, counted under the lock of the log: only a reader that
sees more events sees the version.
"""

conviction_versions = stored(
    "conviction_versions",
    refers("record_row", "records", primary_key=True),
    *keys("item_id"),
    *texts("record_id"),
    sa.Column("version", ROW, nullable=False),
    *texts("change"),
    sa.Column("kept_until", sa.String(10)),
    sa.Index(None, "record_id", "item_id"),
    sa.Index(
        None,
        "kept_until",
        sqlite_where=sa.text("kept_until IS NOT NULL"),
        postgresql_where=sa.text("kept_until IS NOT NULL"),
    ),
)
"""`version` is that of the record.

`change` is how the conviction differs from the previous version. `kept_until` is the last day on
which its source lets it be kept; it is not encrypted, so that the list of ended ones reads no
record.
"""

issued_numbers = stored(
    "issued_numbers",
    *keys("number_id"),
    *texts("kind"),
    *numbers("year", "serial"),
    refers("person_row", "persons"),
    *texts("record_id"),
    *by_at("issued"),
    sa.UniqueConstraint("kind", "year", "serial", name="uq_issued_numbers_serial"),
    sa.UniqueConstraint("kind", "person_row", name="uq_issued_numbers_person"),
    info=about(OfPerson("person_row"), seen=Seen.SHOWN),
)
"""Numbers issued by this office, which the record also shows. They are never reused."""

offence_tables = stored(
    "offence_tables",
    *keys("table_id"),
    *numbers("version", unique=True),
    *texts("content_sha256"),
    *numbers("codes"),
    sa.Column("content", sa.Text, nullable=False),
    *by_at("installed"),
)
"""Versions of the office's table of offence codes, as the files were; the highest is in force."""

live_records = stored(
    "live_records",
    *keys("record_id"),
    refers("person_row", "persons", unique=True),
    refers("record_row", "records", unique=True),
    info=protected(Rows.MOVING, fixed=("record_id", "person_row"), may_go=True)
    | about(OfPerson("person_row"), seen=Seen.NO_CONTENT, unlogged=FOLLOWS),
)
"""The live version of each record. A record belongs to one person, and a person has one record."""

record_changes = stored(
    "record_changes",
    sa.Column("change_seq", ROW, primary_key=True, autoincrement=False),
    refers("person_row", "persons"),
    info=about(OfPerson("person_row"), seen=Seen.NO_CONTENT, unlogged=FOLLOWS),
)
"""The feed of records: each time the live record of a person was begun, amended, removed or
restored, whether or not the person has prints. Numbered at the commit, without gaps."""

encounters = stored(
    "encounters",
    *identified("encounter_row", "encounter_id"),
    refers("person_row", "persons", index=True),
    sa.Column("force", sa.String(2), nullable=False),
    sa.Column("gallery", sa.SmallInteger, nullable=False),
    sealed(of=("encounter_id", "person_row")),
    sa.CheckConstraint("gallery BETWEEN 0 AND 2", name="gallery_known"),
    info=about(OfLast("person_row", "encounter_successors", "successor_row"), seen=Seen.AS_PRINTS),
)

gallery_changes = stored(
    "gallery_changes",
    sa.Column("change_seq", ROW, primary_key=True, autoincrement=False),
    refers("encounter_row", "encounters", index=True),
    sa.Column("kind", sa.SmallInteger, nullable=False),
    # Each capture is enrolled once and erased once; it may be hidden and shown any number of
    # times.
    sa.Index(
        "uq_gallery_changes_once",
        "encounter_row",
        "kind",
        unique=True,
        sqlite_where=sa.text("kind < 2"),
        postgresql_where=sa.text("kind < 2"),
    ),
    sa.CheckConstraint("kind BETWEEN 0 AND 3", name="kind_known"),
)

ENROLLED = 0
"""`gallery_changes.kind` of an enrolled capture."""
ERASED = 1
"""`gallery_changes.kind` of a capture that was erased or moved to another row."""
HIDDEN = 2
"""`gallery_changes.kind` of a capture that is hidden: pending erasure or purge, or restricted."""
SHOWN = 3
"""`gallery_changes.kind` of a capture shown again, or with remade templates."""

payloads = stored(
    "payloads",
    numbered("payload_id"),
    *texts("kind"),
    sa.Column("body", sa.LargeBinary, nullable=False),
    info=protected(Rows.ERASABLE),
)
"""All personal data and all templates.

Other tables refer to a payload by number, without a foreign key, because their rows are written
once and must outlive the payload.
"""


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
    refers("generation_id", "template_generations", index=True),
    refers("person_row", "persons", index=True),
    *truths("is_kept"),
    sealed(of=("remake_id", "encounter_id")),
    sa.UniqueConstraint("encounter_id", "generation_id"),
    info=about(Via("encounter_id", "encounters"), seen=Seen.AS_PRINTS),
)
"""Stored beside the templates of `encounters`; in force after the switch to their generation."""

remade_minutiae = stored(
    "remade_minutiae",
    refers("remake_id", "remade_templates", primary_key=True),
    *number_keys("position"),
    refers("person_row", "persons", index=True),
    sealed(of=("remake_id", "position")),
    info=about(Via("remake_id", "remade_templates"), seen=Seen.AS_PRINTS),
)

template_switches = stored(
    "template_switches",
    refers("generation_id", "template_generations", primary_key=True),
    sa.Column("after_change", ROW, nullable=False, unique=True),
    *by_at("switched"),
)
"""Searches of a gallery up to `after_change` use the earlier templates, later ones these."""
