"""Restrictions from their beginning to their end, and the people that they hide.

A restricted person looks as one that waits for erasure does: their payloads lie withheld.
"""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, String, Table

from service.storage.tables.metadata import (
    METADATA,
    ROW,
    Rows,
    UtcDateTime,
    numbered,
    protected,
)

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
    Column("payload_id", ROW, nullable=False),
    Index(None, "person_row"),
    Index(None, "holder"),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE),
)
"""The payload is the reasons: withheld, and erased, with the person."""

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
    info=protected(Rows.MOVING, fixed=("person_row", "restriction_id"), may_go=True),
)
"""The person of an open restriction, and all people merged with them."""

restriction_ends = Table(
    "restriction_ends",
    METADATA,
    Column("restriction_id", String, ForeignKey("restrictions.restriction_id"), primary_key=True),
    Column("told_on", Date, nullable=False),
    Column("lifted_by", String, nullable=False),
    Column("lifted_at", UtcDateTime, nullable=False),
    Column("payload_id", ROW, nullable=False),
    info=protected(Rows.WRITTEN_ONCE),
)
"""The payload is the reasons for lifting it."""
