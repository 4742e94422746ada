"""A row of the database that is not as it has to be, by its table and its key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Select, Table

from service.storage.statement.reading import rows_of


class Fault(StrEnum):
    """What is wrong with a row."""

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
    key: tuple[Any, ...]
    """The values of its primary key: numbers, opaque ids and digests, never personal data."""

    @property
    def detail(self) -> str:
        """A sentence for the report."""
        key = " ".join(map(str, self.key))
        return f"Row {key} of {self.table}: {self.fault}."


def astray(
    connection: Connection, fault: Fault, table: Table, query: Select[Any]
) -> Iterator[Astray]:
    """Yield a fault for each row of a query that selects the key of the table."""
    for row in rows_of(connection, query):
        yield Astray(fault, table.name, tuple(row))
