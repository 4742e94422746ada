"""Restrictions from their beginning to their end, and the people that they hide.

A restricted person looks as one that waits for erasure does: their payloads lie withheld. Of a
restricted item the versions of the record that held it lie withheld, and later ones lack it.
"""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, exists, select

from service.storage.tables.about import OfPerson, Seen, Via, about, sealed
from service.storage.tables.metadata import (
    METADATA,
    ROW,
    Rows,
    UtcDateTime,
    numbered,
    protected,
)
from service.storage.tables.people import records

restrictions = Table(
    "restrictions",
    METADATA,
    numbered("restriction_row"),
    Column("restriction_id", String, nullable=False, unique=True),
    Column("person_row", ROW, ForeignKey("persons.person_row"), nullable=False),
    Column("ground", String, nullable=False),
    Column("holder", String(2), nullable=False),
    Column("begun_by", String, nullable=False),
    Column("begun_at", UtcDateTime, nullable=False),
    sealed(),
    Column("record_id", String),
    Column("item_id", String),
    Column("version", Integer),
    Index(None, "person_row"),
    Index(None, "holder"),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE) | about(OfPerson("person_row"), seen=Seen.OFFICE_WORDS),
)
"""The payload is the reasons: withheld, and erased, with the person.

The last three columns are empty where the person is restricted; `version` is the first of the
record without the item.
"""

restricted_persons = Table(
    "restricted_persons",
    METADATA,
    Column(
        "person_row",
        ROW,
        ForeignKey("persons.person_row"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("restriction_id", String, ForeignKey("restrictions.restriction_id"), nullable=False),
    Index(None, "restriction_id"),
    info=protected(Rows.MOVING, fixed=("person_row", "restriction_id"), may_go=True)
    | about(
        OfPerson("person_row"),
        seen=Seen.NO_CONTENT,
        unlogged="it follows from restrictions and their ends",
    ),
)
"""The person of an open restriction, and all people merged with them."""

restriction_ends = Table(
    "restriction_ends",
    METADATA,
    Column("restriction_id", String, ForeignKey("restrictions.restriction_id"), primary_key=True),
    Column("told_on", Date, nullable=False),
    Column("lifted_by", String, nullable=False),
    Column("lifted_at", UtcDateTime, nullable=False),
    sealed(),
    info=protected(Rows.WRITTEN_ONCE)
    | about(Via("restriction_id", "restrictions"), seen=Seen.OFFICE_WORDS),
)
"""The payload is the reasons for lifting it."""

restricted_items = (
    select(
        restrictions.c.restriction_id,
        restrictions.c.person_row,
        restrictions.c.record_id,
        restrictions.c.item_id,
        restrictions.c.version,
    )
    .where(
        restrictions.c.item_id.is_not(None),
        ~exists().where(restriction_ends.c.restriction_id == restrictions.c.restriction_id),
    )
    .subquery("restricted_items")
)
"""The items whose restriction holds."""

restricted_versions = (
    select(records.c.record_row, records.c.payload_id)
    .join(
        restricted_items,
        (restricted_items.c.record_id == records.c.record_id)
        & (records.c.version < restricted_items.c.version),
    )
    .subquery("restricted_versions")
)
"""The versions of records that lie withheld because of a restricted item."""
