"""Values that are not of the type of their column: SQLite keeps whatever a hand writes there."""

from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, func, or_, select

from service.storage.statement.reading import Astray, Fault, astray
from service.storage.tables.metadata import METADATA

_STORED_AS = {bytes: "blob", float: "real", int: "integer", bool: "integer"}
"""SQLite's storage class by the Python type of a column. Texts, dates and times are text."""
_LISTED = 100
"""The most rows of a table that are named."""


def mistyped_rows(
    connection: Connection, tables: Collection[str] = METADATA.tables.keys()
) -> Iterator[Astray]:
    """Yield the rows of these tables with a value that is not of its column's type.

    PostgreSQL takes none.
    """
    if connection.dialect.name == "sqlite":
        for name, table in METADATA.tables.items():
            if name in tables:
                yield from astray(connection, Fault.MISTYPED, table, _mistyped(table))


@cache
def _mistyped(table: Table) -> Select[Any]:
    """Return a query for the keys, as text, of the first rows that are wrong."""
    wrong = or_(*(func.typeof(column).not_in(_classes(column)) for column in table.columns))
    return select(*map(func.quote, table.primary_key)).where(wrong).limit(_LISTED)


def _classes(column: Column[Any]) -> tuple[str, str]:
    return _STORED_AS.get(column.type.python_type, "text"), "null"
