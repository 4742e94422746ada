"""Keys of payloads in PostgreSQL: a store moves there, serves, is backed up and restored."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from domain.errors import InvalidInputError
from matching.scorer import Scorer
from service.bootstrap.keys import open_vault_keys
from service.settings import load_settings
from service.storage.sealed.database_keys import DatabaseKeyStore
from tests.integration.backup.conftest import Place
from tests.postgres import PostgresServer

pytestmark = [pytest.mark.databases, pytest.mark.promise("erasure")]


@pytest.fixture
def place(
    postgres_url: str,
    postgres_server: PostgresServer,
    tmp_path: Path,
    scorer: Scorer,
    monkeypatch: pytest.MonkeyPatch,
) -> Place:
    """Return a store whose keys moved into a database."""
    place = Place(tmp_path / "store", tmp_path / "keys", postgres_url, scorer)
    with place.served() as world:
        world.enrol(1)
    assert place.run("vault", "wrap").exit_code == 0
    monkeypatch.setenv("IDENTLINK_VAULT_URL", postgres_server.make_database().url)
    moved = place.run("vault", "to-database")
    assert moved.exit_code == 0, moved.stderr
    return place


def test_a_store_serves_with_keys_in_the_database(place: Place) -> None:
    assert not (place.keys / "vault.sqlite").exists()
    with place.served() as world:
        world.enrol(2)
        assert world.standing(world.search(1))
    assert place.run("vault", "check", "--deep").exit_code == 0
    assert place.run("log", "verify", "--deep").exit_code == 0
    assert place.run("status").exit_code == 0, place.run("status").stdout


def test_a_backup_holds_no_key_and_opens_with_a_backup_of_the_keys(
    place: Place, tmp_path: Path
) -> None:
    file = tmp_path / "all.backup"
    done = place.run("backup", str(file), "--keys-to", str(tmp_path / "apart"))
    told = place.run("restore", str(file), "--rehearse", "--json")

    assert done.exit_code == 0, done.stderr
    assert b"item_key" not in file.read_bytes()
    assert (tmp_path / "apart" / "vault.sqlite").exists()
    assert told.exit_code == 0, told.stderr
    assert json.loads(told.stdout)["log_is_sound"]


def test_keys_that_were_moved_stay_when_the_command_is_run_again(place: Place) -> None:
    moved = place.keys / "vault.sqlite.moved"
    before = moved.read_bytes()

    again = place.run("vault", "to-database")

    assert isinstance(again.exception, InvalidInputError)
    assert (moved.read_bytes(), (place.keys / "vault.sqlite").exists()) == (before, False)


def test_keys_in_the_database_are_wrapped_anew(place: Place) -> None:
    settings = load_settings(store=place.store, keys=place.keys, database_url=place.database_url)
    keys = open_vault_keys(settings)
    assert isinstance(keys, DatabaseKeyStore)
    before = [row[1] for page in keys.pages() for row in page]
    keys.close()

    assert place.run("vault", "wrap").exit_code == 0

    keys = open_vault_keys(settings)
    after = [row[1] for page in keys.pages() for row in page]
    keys.close()
    assert len(after) == len(before)
    assert not set(after) & set(before)
    assert place.run("vault", "check", "--deep").exit_code == 0
