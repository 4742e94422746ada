"""A store in which everything has happened is backed up and read back, every column of it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from service.storage.backup.backup import (
    BackupReader,
    Written,
    check_backup,
    read_backup,
    write_backup,
)
from service.storage.backup.increments import BackupList, merged
from service.storage.engine.migrate import upgrade
from service.storage.tables.metadata import METADATA
from tests.integration.provenance.stores import LinkedStore
from tests.integration.storage.raw import connection

MADE_AT = datetime(2026, 11, 27, tzinfo=UTC)


@pytest.fixture
def other_kind(busy_store: LinkedStore, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database of the kind that the store is not on."""
    if busy_store.database_url.startswith("sqlite"):
        return str(request.getfixturevalue("postgres_url"))
    url = f"sqlite:///{tmp_path / 'other.db'}"
    upgrade(url)
    return url


def test_every_value_of_every_table_comes_back(busy_store: LinkedStore, other_kind: str) -> None:
    file = io.BytesIO()
    with connection(busy_store.database_url) as raw:
        raw.begin()
        written = write_backup(
            raw, file, schema="now", made_at=MADE_AT, tables=METADATA.sorted_tables
        )
        before = dict(_rows(raw))
    assert written.rows_written == sum(len(rows) for rows in before.values())
    file.seek(0)
    assert check_backup(file) == written.summary
    file.seek(0)
    with connection(other_kind) as raw:
        raw.begin()
        read_backup(raw, BackupReader(file), METADATA.sorted_tables)
        after = dict(_rows(raw))
        raw.rollback()

    assert [name for name in before if before[name] != after[name]] == []


def test_an_increment_may_hold_any_table(busy_store: LinkedStore) -> None:
    """Every other line of each table is taken out of the list, as if it had changed since."""
    whole, part = io.BytesIO(), io.BytesIO()
    with connection(busy_store.database_url) as raw:
        raw.begin()

        def write(file: io.BytesIO, since: BackupList | None) -> Written:
            tables = METADATA.sorted_tables
            return write_backup(
                raw, file, schema="now", made_at=MADE_AT, tables=tables, since=since
            )

        listed = write(whole, None).listed
        known = {table: dict(list(lines.items())[1::2]) for table, lines in listed.tables.items()}
        write(part, BackupList(listed.events, listed.sha256, known))
    whole.seek(0)
    part.seek(0)

    assert b"".join(merged(whole, part)) == whole.getvalue()


def _rows(raw: Connection) -> Iterator[tuple[str, list[tuple[object, ...]]]]:
    for table in METADATA.sorted_tables:
        found = raw.execute(select(table).order_by(*table.primary_key.columns))
        yield table.name, sorted((tuple(row) for row in found), key=repr)
