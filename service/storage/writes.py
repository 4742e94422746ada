"""Inserts that say whether they took place, and inserts of rows by the thousand.

An expected conflict is no broken transaction: PostgreSQL gives one up at the first violated
constraint, ON CONFLICT DO NOTHING leaves it whole. Foreign keys and checks still fail loudly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Connection, Insert, String, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_unless_taken(
    connection: Connection,
    table: Table,
    row: Mapping[str, Any],
    *,
    key: tuple[str, ...] | None = None,
) -> bool:
    """Insert a row and return True, or return False when `key` is taken; None: any unique key."""
    if connection.dialect.name == "sqlite":
        lite = sqlite.insert(table).values(**row).on_conflict_do_nothing(index_elements=key)
        return _took_place(connection, lite.inline())
    full = postgresql.insert(table).values(**row).on_conflict_do_nothing(index_elements=key)
    return _took_place(connection, full.inline())


def _took_place(connection: Connection, statement: Insert) -> bool:
    # Without the option SQLAlchemy lets go of the count of an INSERT.
    result = connection.execute(statement, execution_options={"preserve_rowcount": True})
    return result.rowcount == 1


def insert_many(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows whose values the driver takes as they are: numbers, texts, bytes and None.

    Nothing is made of each row but what the driver makes: of ten thousand rows SQLAlchemy would
    make ten thousand dictionaries first, at half the cost of the whole insert. PostgreSQL gets a
    column as one array, so that it runs one statement for many rows and not one for each.
    """
    if connection.dialect.name == "sqlite":
        if rows:
            connection.exec_driver_sql(_insert_in_sqlite(table, columns), list(rows))
        return
    for start in range(0, len(rows), _ROWS_A_STATEMENT):
        arrays = [list(one) for one in zip(*rows[start : start + _ROWS_A_STATEMENT], strict=True)]
        connection.exec_driver_sql(_insert_in_postgresql(table, columns), tuple(arrays))


_ROWS_A_STATEMENT = 1_000
"""Bounds what one statement carries to PostgreSQL: templates of a thousand captures are 4 MB."""


# Names of the schema alone are put into the texts.
@lru_cache(maxsize=256)
def _insert_in_sqlite(table: Table, columns: tuple[str, ...]) -> str:
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO {_target(table, columns)} VALUES ({marks})"  # noqa: S608


@lru_cache(maxsize=256)
def _insert_in_postgresql(table: Table, columns: tuple[str, ...]) -> str:
    arrays = ", ".join(f"%b::{_array_type(table.c[name])}" for name in columns)
    return f"INSERT INTO {_target(table, columns)} SELECT * FROM unnest({arrays})"  # noqa: S608


def _target(table: Table, columns: tuple[str, ...]) -> str:
    quote = _PREPARER.quote
    return f"{quote(table.name)} ({', '.join(map(quote, columns))})"


_PREPARER = postgresql.dialect().identifier_preparer  # type: ignore[no-untyped-call]  # has no types


def _array_type(column: Column[Any]) -> str:
    """Return the type of an array of such values; text of any length, or a cast would cut it."""
    if isinstance(column.type, String):
        return "text[]"
    return f"{column.type.compile(postgresql.dialect())}[]"  # type: ignore[no-untyped-call]  # has no types
