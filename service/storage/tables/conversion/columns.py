"""Columns that tables of conversion share."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Integer,
    String,
)

from service.storage.tables.about import sealed
from service.storage.tables.metadata import (
    Rows,
    UtcDateTime,
    protected,
)

ONCE = protected(Rows.WRITTEN_ONCE)
"""Of most tables of conversion."""


def text(name: str) -> Column[str]:
    """Return the column of a text."""
    return Column(name, String, nullable=False)


def count(name: str) -> Column[int]:
    """Return the column of a whole number."""
    return Column(name, Integer, nullable=False)


def flag(name: str) -> Column[bool]:
    """Return the column of a truth."""
    return Column(name, Boolean, nullable=False)


def key(name: str) -> Column[int]:
    """Return the column of a number of the key."""
    return Column(name, Integer, primary_key=True, autoincrement=False)


def payload() -> Column[int]:
    """Return the column of the number of the payload."""
    return sealed()


def by_at(verb: str) -> tuple[Column[str], Column[object]]:
    """Return the columns of the acting person and the time."""
    return text(f"{verb}_by"), Column(f"{verb}_at", UtcDateTime, nullable=False)


def lot() -> Column[str]:
    """Return the column of the lot as key."""
    return Column("lot_id", String, ForeignKey("conversion_lots.lot_id"), primary_key=True)


def frame() -> Column[str]:
    """Return the column of the frame as key."""
    return Column("frame_id", String, ForeignKey("conversion_frames.frame_id"), primary_key=True)
