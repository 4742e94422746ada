"""Sketches and staff prints that reveal misuse, and the findings."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from service.storage.tables.about import OfPerson, Seen, about
from service.storage.tables.metadata import METADATA, Rows, UtcDateTime, numbered, protected

probe_sketches = Table(
    "probe_sketches",
    METADATA,
    Column("search_id", String, ForeignKey("searches.search_id"), primary_key=True),
    Column("force", String(2), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index(None, "force", "at"),
    Index(None, "at"),
    sqlite_with_rowid=False,
    info=protected(Rows.ERASABLE),
)
"""Keyed sketches of probes, kept for as long as attempts are counted and no longer."""

sketch_packs = Table(
    "sketch_packs",
    METADATA,
    numbered("pack_row"),
    Column("force", String(2), nullable=False),
    Column("from_at", UtcDateTime, nullable=False),
    Column("to_at", UtcDateTime, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Index(None, "force", "to_at"),
    Index(None, "from_at"),
    sqlite_autoincrement=True,
    info=protected(Rows.ERASABLE),
)
"""Sketches of one force put together, since each search compares with hundreds of them.

`from_at`, `to_at`: the oldest and the newest; `content` as `service.storage.misuse.sketch_packs`
writes it. A pack that loses a sketch is written anew."""

findings = Table(
    "findings",
    METADATA,
    numbered("finding_row"),
    Column("finding_id", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("series", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("force", String(2)),
    Column("subject_ref", String, nullable=False),
    Column("count", Integer, nullable=False),
    Column("found_at", UtcDateTime, nullable=False),
    UniqueConstraint("kind", "series"),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE),
)
"""One row for each pattern that an auditor should look at; `series` names it once for all."""

staff_persons = Table(
    "staff_persons",
    METADATA,
    Column("person_id", String, ForeignKey("persons.person_id"), primary_key=True),
    Column("user_id", String, nullable=False),
    Column("added_by", String, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Index(None, "user_id"),
    info=protected(Rows.ERASABLE) | about(OfPerson("person_id"), seen=Seen.NO_CONTENT),
)
"""Whose prints in the staff gallery are those of which account."""
