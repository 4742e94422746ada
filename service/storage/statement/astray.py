"""A row of the database that is not as it should be, by its table and its key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, Table

from domain.errors import LogDamagedError
from service.storage.statement.reading import rows_of

T = TypeVar("T")


class Fault(StrEnum):
    """What is wrong with a row."""

    UNREADABLE = "a value is not of its type; no more rows of it were read"
    WITHOUT_EVENT = "no event states its digest"
    WITHOUT_WHOLE = "it is part of no row"
    SHARED_PAYLOAD = "its payload belongs to another row as well"
    WITHOUT_OWNER = "no row names it"
    LACKING = "it should be there and is not"
    MISPLACED = "it stands otherwise than what was done says"
    STRANGE = "it should not be there, or not so"


@dataclass(frozen=True, slots=True)
class Astray:
    """A row and what is wrong with it."""

    fault: Fault
    table: str
    key: tuple[Any, ...] = ()
    """The values of its primary key: numbers, opaque ids and digests, never personal data."""

    @property
    def detail(self) -> str:
        """A sentence for the report."""
        key = " ".join(map(str, self.key))
        return f"Row {key} of {self.table}: {self.fault}.".replace("  ", " ")


def readable(rows: Iterator[T], part: str, unreadable: list[Astray]) -> Iterator[T]:
    """Yield rows up to the first that cannot be read: a fault of the part, and the rest goes on.

    SQLite takes any text in any column, and the driver refuses to read it as a date or a number.
    """
    try:
        yield from rows
    except (LogDamagedError, ValueError, TypeError):
        unreadable.append(Astray(Fault.UNREADABLE, part))


def astray(
    connection: Connection, fault: Fault, table: Table, query: Select[Any]
) -> Iterator[Astray]:
    """Yield a fault for each row of a query that selects the key of the table."""
    for row in rows_of(connection, query):
        yield Astray(fault, table.name, tuple(row))
