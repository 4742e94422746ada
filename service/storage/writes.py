"""Inserts that say whether they took place, so that an expected conflict is no broken transaction.

PostgreSQL gives up a transaction at the first violated constraint; ON CONFLICT DO NOTHING leaves
it whole. Foreign keys and checks still fail loudly.
"""

from __future__ import annotations

from collections.abc import Mapping
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
