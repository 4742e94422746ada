"""Sketches of probes and the prints of staff, which reveal misuse, and the findings of misuse."""

from sqlalchemy import Column, Index, LargeBinary, String, UniqueConstraint

from service.storage.tables.about import OfPerson, Seen, about
from service.storage.tables.metadata import (
    Rows,
    by_at,
    identified,
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
"""Keyed sketches of probes, kept only for as long as attempts are counted."""

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
"""Packs of sketches of one force, because each search is compared with hundreds of sketches.

`from_at` and `to_at` are the times of the oldest and newest sketch; `content` is in the format of
`service.storage.misuse.sketch_packs`. A pack that loses a sketch is rewritten.
"""

findings = stored(
    "findings",
    *identified("finding_row", "finding_id"),
    *texts("kind", "series", "actor"),
    Column("force", String(2)),
    *texts("subject_ref"),
    *numbers("count"),
    *moments("found_at"),
    UniqueConstraint("kind", "series"),
)
"""One row for each pattern that an auditor should look at; `series` identifies the pattern."""

staff_persons = stored(
    "staff_persons",
    refers("person_id", "persons", primary_key=True),
    *texts("user_id"),
    *by_at("added"),
    Index(None, "user_id"),
    info=protected(Rows.ERASABLE) | about(OfPerson("person_id"), seen=Seen.NO_CONTENT),
)
"""The persons whose prints are in the staff gallery, and their accounts."""
