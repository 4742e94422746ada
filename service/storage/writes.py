"""Inserts that say whether they took place, and inserts of rows by the thousand.

An expected conflict is no broken transaction: PostgreSQL gives one up at the first violated
constraint, ON CONFLICT DO NOTHING leaves it whole. Foreign keys and checks still fail loudly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Insert, Table
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
    make ten thousand dictionaries first, at half the cost of the whole insert.
    """
    if not rows:
        return
    quote = connection.dialect.identifier_preparer.quote
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    names, marks = ", ".join(map(quote, columns)), ", ".join([mark] * len(columns))
    # Names of the schema alone are put into the text.
    statement = f"INSERT INTO {quote(table.name)} ({names}) VALUES ({marks})"  # noqa: S608
    connection.exec_driver_sql(statement, list(rows))
