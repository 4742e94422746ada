"""A backup of an earlier release, restored by this one and brought up to date."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.errors import BackupDamagedError
from service.storage.engine.migrate import current, latest
from tests.ahead import shipped_model
from tests.integration.backup.conftest import Place
from tests.next_release import NEXT, next_release
from tests.postgres import EMPTY, PostgresServer

pytestmark = pytest.mark.promise("tampering")

EARLIER = latest()
PEOPLE = (1, 2)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def earlier(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """Return a store with people in it, of the release before the one that the tests play."""
    root = tmp_path_factory.mktemp("earlier")
    if request.param == "sqlite":
        yield _with_people(root, f"sqlite:///{root / 'earlier.db'}")
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    database = server.make_database(of=EMPTY)
    try:
        yield _with_people(root, database.url)
    finally:
        server.drop(database)


def _with_people(root: Path, url: str) -> Place:
    place = Place(root / "store", root / "keys", url, shipped_model())
    with place.served() as world:
        for person in PEOPLE:
            world.enrol(person)
    return place


@pytest.fixture(autouse=True)
def later(earlier: Place, tmp_path: Path) -> Iterator[None]:
    """Have the migrations of the next release, once the earlier store is there."""
    with next_release(tmp_path / "migrations"):
        yield


def _new_place(earlier: Place, tmp_path: Path) -> Place:
    """Return a place for a restored store. What is restored is signed on: keys of its own."""
    shutil.copytree(earlier.keys, tmp_path / "keys")
    return Place(
        tmp_path / "restored",
        tmp_path / "keys",
        f"sqlite:///{tmp_path / 'new.db'}",
        earlier.scorer,
    )


def test_a_backup_of_an_earlier_release_is_restored_and_brought_up_to_date(
    earlier: Place, tmp_path: Path
) -> None:
    file = tmp_path / "earlier.backup"
    restored = _new_place(earlier, tmp_path)

    made = earlier.run("backup", str(file), "--json")
    done = restored.run("restore", str(file), "--json")

    assert json.loads(made.stdout)["schema"] == EARLIER
    assert not json.loads(made.stdout)["is_recorded"]
    assert done.exception is None, repr(done.exception)
    assert json.loads(done.stdout)["log_is_sound"]
    assert current(restored.database_url) == NEXT
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
    present = _new_place(earlier, tmp_path)
    assert present.run("db", "upgrade").exit_code == 0

    refused = present.run("restore", str(file))

    assert "into an empty database" in str(refused.exception)


@pytest.mark.parametrize("schema", ["9999", EARLIER])
def test_a_backup_that_does_not_name_its_columns_is_for_its_own_schema_alone(
    earlier: Place, tmp_path: Path, schema: str
) -> None:
    head = {"format": "identlink-backup/1", "schema": schema, "events": 0}
    file = tmp_path / "first-format.backup"
    _write(file, head | {"made_at": "2026-01-01T00:00:00+00:00"})
    place = _new_place(earlier, tmp_path)

    refused = place.run("restore", str(file))

    assert isinstance(refused.exception, BackupDamagedError)
    assert "with the version of identlink that made it" in str(refused.exception)


def _write(file: Path, head: dict[str, object]) -> None:
    line = json.dumps(head).encode() + b"\n"
    end = {"rows": {}, "sha256": hashlib.sha256(line).hexdigest()}
    file.write_bytes(line + json.dumps(end).encode() + b"\n")
