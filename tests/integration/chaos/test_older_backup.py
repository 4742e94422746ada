"""A backup of an earlier release, restored by this one and brought up to date."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import (
    Connection,
    MetaData,
    Table,
    insert,
    select,
    update,
)

from domain.errors import BackupDamagedError
from matching.scorer import load_scorer
from service.storage.engine.engines import commit, open_engine, schema_connection
from service.storage.engine.migrate import current, latest, upgrade_connection
from service.storage.engine.settings import DatabaseSettings
from service.storage.tables.log import log_head
from service.storage.tables.metadata import METADATA
from tests.integration.backup.conftest import Place
from tests.postgres import EMPTY, PostgresServer

pytestmark = pytest.mark.promise("tampering")

EARLIER = "0012"
"""Of a release before amendments, circuits, blinded searches, second factors and findings."""
PEOPLE = (1, 2)


@pytest.fixture(scope="module")
def present(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Return a store of this release with people in it."""
    root = tmp_path_factory.mktemp("present")
    place = Place(root / "store", root / "keys", f"sqlite:///{root / 'now.db'}", load_scorer())
    with place.served() as world:
        for person in PEOPLE:
            world.enrol(person)
    return place


@pytest.fixture(params=["sqlite", "postgresql"])
def earlier(request: pytest.FixtureRequest, present: Place, tmp_path: Path) -> Iterator[Place]:
    """Return the same store as an earlier release has it."""
    if request.param == "sqlite":
        yield _aged(present, tmp_path, f"sqlite:///{tmp_path / 'earlier.db'}")
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    database = server.make_database(of=EMPTY)
    try:
        yield _aged(present, tmp_path, database.url)
    finally:
        server.drop(database)


def _aged(present: Place, tmp_path: Path, url: str) -> Place:
    """Copy the rows into the earlier schema: all tables and columns that it has."""
    now = open_engine(present.database_url, DatabaseSettings())
    then = open_engine(url, DatabaseSettings())
    with schema_connection(then) as connected, schema_connection(now) as source:
        upgrade_connection(connected, EARLIER)
        held = MetaData()
        held.reflect(connected)
        for table in METADATA.sorted_tables:
            if table.name in held.tables:
                _copy(source, connected, table, held.tables[table.name])
        commit(connected)
    now.dispose()
    then.dispose()
    # What is restored is signed on: keys of its own.
    shutil.copytree(present.keys, tmp_path / "keys")
    return Place(tmp_path / "earlier", tmp_path / "keys", url, present.scorer)


def _copy(source: Connection, target: Connection, table: Table, earlier: Table) -> None:
    names = [column.name for column in table.columns if column.name in earlier.columns]
    rows = source.execute(select(*(table.c[name] for name in names))).mappings().all()
    values = [dict(row) for row in rows]
    if table is log_head:
        # The one row that the schema itself brings.
        target.execute(update(table).values({n: v for n, v in values[0].items() if n != "head"}))
    elif values:
        target.execute(insert(table).inline(), values)


def test_a_backup_of_an_earlier_release_is_restored_and_brought_up_to_date(
    earlier: Place, tmp_path: Path
) -> None:
    file = tmp_path / "earlier.backup"
    restored = Place(
        tmp_path / "restored", earlier.keys, f"sqlite:///{tmp_path / 'new.db'}", earlier.scorer
    )

    made = earlier.run("backup", str(file), "--json")
    done = restored.run("restore", str(file), "--json")

    assert json.loads(made.stdout)["schema"] == EARLIER
    assert not json.loads(made.stdout)["is_recorded"]
    assert done.exception is None, repr(done.exception)
    assert json.loads(done.stdout)["log_is_sound"]
    assert current(restored.database_url) == latest()
    with restored.served() as world:
        assert world.counts()[2] == len(PEOPLE)
        search_id = world.search(1)
        assert world.standing(search_id)["search_id"] == search_id
        assert len(world.services.gallery.index) == len(PEOPLE)
        assert world.enrol(3)["person_id"]


def test_a_database_with_another_schema_is_not_restored_into(
    earlier: Place, tmp_path: Path
) -> None:
    file = tmp_path / "earlier.backup"
    assert earlier.run("backup", str(file)).exit_code == 0
    present = Place(
        tmp_path / "restored", earlier.keys, f"sqlite:///{tmp_path / 'new.db'}", earlier.scorer
    )
    assert present.run("db", "upgrade").exit_code == 0

    refused = present.run("restore", str(file))

    assert "into a new database" in str(refused.exception)


@pytest.mark.parametrize("schema", ["9999", EARLIER])
def test_a_backup_that_does_not_name_its_columns_is_for_its_own_schema_alone(
    present: Place, tmp_path: Path, schema: str
) -> None:
    head = {"format": "identlink-backup/1", "schema": schema, "events": 0}
    file = tmp_path / "first-format.backup"
    _write(file, head | {"made_at": "2026-01-01T00:00:00+00:00"})
    place = Place(
        tmp_path / "restored", present.keys, f"sqlite:///{tmp_path / 'new.db'}", present.scorer
    )

    refused = place.run("restore", str(file))

    assert isinstance(refused.exception, BackupDamagedError)
    assert "with the version that made it" in str(refused.exception)


def _write(file: Path, head: dict[str, object]) -> None:
    line = json.dumps(head).encode() + b"\n"
    end = {"rows": {}, "sha256": hashlib.sha256(line).hexdigest()}
    file.write_bytes(line + json.dumps(end).encode() + b"\n")
