"""The row that an event leaves behind.

Tables and columns are named here as the database names them. The statement of state reads the
rows of a declaration without any more code; rows that take more than one table to tell are
stated by queries of their own.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A kind of row that no database may hold without its event."""

    table: str
    key: str
    """The column with the opaque id under which the event names the row."""
    by: str | None = None
    """The column with the acting person, who must be the actor of the event."""
    says: tuple[str | tuple[str, str], ...] = ()
    """Fields that must agree with the row, each with its column if that is named otherwise.

    The event must name the ids and state the facts that the columns hold.
    """
    counts: tuple[str, str] | None = None
    """A fact and another table: the fact is how many rows of that table have the same key."""
    given: str | None = None
    """Only rows in which this column is not null."""
    when: tuple[str, str] | None = None
    """Only rows in which this column has this value."""
    unless: tuple[str, str] | None = None
    """Only rows in which this column has another value."""


@dataclass(frozen=True, slots=True)
class Demand:
    """That an event is wrong without the row of its first subject."""

    again: bool = False
    """It may come again about a subject that has its row already."""
    when: tuple[str, str] | None = None
    """Only where the event states this fact."""


ITS_ROW = Demand()
ITS_ROW_ONCE = Demand(again=True)
"""The first event about a subject leaves the row, later ones find it there."""
