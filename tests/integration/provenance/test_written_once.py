"""The database refuses to change what is written once: tried on the rows of every such table."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from service.storage.engine.append_only import REFUSAL
from service.storage.tables.metadata import METADATA, Rows
from tests.integration.provenance.stores import LinkedStore
from tests.integration.storage.raw import connection, declared_protections

pytestmark = pytest.mark.promise("tampering")

WRITTEN_ONCE = sorted(
    table for table, one in declared_protections().items() if one.rows is Rows.WRITTEN_ONCE
)


def test_no_table_written_once_takes_a_change(busy_store: LinkedStore) -> None:
    with connection(busy_store.database_url) as raw:
        empty = [table for table in WRITTEN_ONCE if not _has_rows(raw, table)]
        taken = [
            statement
            for table in WRITTEN_ONCE
            for statement in _changes(table)
            if table not in empty and not _is_refused(raw, table, statement)
        ]
        raw.rollback()

    assert len(WRITTEN_ONCE) > 100
    assert taken == []
    assert empty == []


def _changes(table: str) -> tuple[str, str]:
    column = next(iter(METADATA.tables[table].columns)).name
    return f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"  # noqa: S608


def _has_rows(raw: Connection, table: str) -> bool:
    return raw.execute(text(f"SELECT 1 FROM {table} LIMIT 1")).first() is not None  # noqa: S608


def _is_refused(raw: Connection, table: str, statement: str) -> bool:
    try:
        with raw.begin_nested():
            raw.execute(text(statement))
    except DBAPIError as error:
        return f"{REFUSAL}: {table}" in str(error)
    return False
