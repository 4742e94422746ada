"""Sketches and staff prints that reveal misuse, and the findings."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, String, UniqueConstraint

from service.storage.tables.about import OfPerson, Seen, about
from service.storage.tables.metadata import (
    Rows,
    by_at,
    moments,
    numbered,
    numbers,
    protected,
    refers,
    stored,
    texts,
)

probe_sketches = stored(
    "probe_sketches",
    refers("search_id", "searches", primary_key=True),
    Column("force", String(2), nullable=False),
    *moments("at"),
    Column("body", LargeBinary, nullable=False),
    Index(None, "force", "at"),
    Index(None, "at"),
    sqlite_with_rowid=False,
    info=protected(Rows.ERASABLE),
)
"""Keyed sketches of probes, kept for as long as attempts are counted and no longer."""

sketch_packs = stored(
    "sketch_packs",
    numbered("pack_row"),
    Column("force", String(2), nullable=False),
    *moments("from_at", "to_at"),
    Column("content", LargeBinary, nullable=False),
    Index(None, "force", "to_at"),
    Index(None, "from_at"),
    info=protected(Rows.ERASABLE),
)
"""Sketches of one force put together, since each search compares with hundreds of them.

`from_at`, `to_at`: the oldest and the newest; `content` as `service.storage.misuse.sketch_packs`
writes it. A pack that loses a sketch is written again."""

findings = stored(
    "findings",
    numbered("finding_row"),
    *texts("finding_id", unique=True),
    *texts("kind", "series", "actor"),
    Column("force", String(2)),
    *texts("subject_ref"),
    *numbers("count"),
    *moments("found_at"),
    UniqueConstraint("kind", "series"),
)
"""One row for each pattern that an auditor should look at; `series` names it once for all."""

staff_persons = stored(
    "staff_persons",
    refers("person_id", "persons", primary_key=True),
    *texts("user_id"),
    *by_at("added"),
    Index(None, "user_id"),
    info=protected(Rows.ERASABLE) | about(OfPerson("person_id"), seen=Seen.NO_CONTENT),
)
"""Whose prints in the staff gallery are those of which account."""
