"""Key files that are lost or replaced: no start, no key made silently anew, and a way to go on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from domain.events.log import KeyAccepted
from domain.store_secrets import StoreSecret, mac_under
from service.adapters.secret_files import SECRET_BYTES
from service.bootstrap.keys import prepared
from service.bootstrap.runtime import open_runtime
from service.bootstrap.stores import open_unaged_store
from service.provenance.canonical import read_event
from service.settings import Settings
from tests.kept import Kept, new_store
from tests.unit.service.cli.console import Console

pytestmark = pytest.mark.promise("tampering")

MISSING, FOREIGN = 16, 17


@pytest.fixture(scope="module")
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """Return a store that has used every one of its secrets."""
    kept = new_store(request, "sqlite", tmp_path_factory.mktemp("keys"))
    with open_runtime(kept.settings):
        pass
    for secret in StoreSecret:
        prepared(kept.settings, secret)
    return kept


@pytest.fixture
def settings(kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Return the settings of a copy of it, also for commands."""
    with kept.copied(tmp_path) as copied:
        monkeypatch.setenv("IDENTLINK_STORE", str(copied.store))
        monkeypatch.setenv("IDENTLINK_DATABASE_URL", copied.database_address)
        yield copied


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Console:
    return Console(monkeypatch, capsys)


@pytest.mark.parametrize("secret", StoreSecret)
def test_a_lost_key_is_named_and_never_made_anew(
    settings: Settings, console: Console, secret: StoreSecret
) -> None:
    path = settings.keys_directory / secret.file_name
    path.unlink()

    refused = [console("log", "verify"), console("token", "issue", "--role", "auditor")]
    told = [console("doctor"), console("status")]

    assert [one.exit_code for one in refused] == [MISSING] * 2
    assert [one.exit_code for one in told] == [1, 1]
    assert all(secret.file_name in one.err for one in refused)
    assert all(secret.file_name in one.out for one in told)
    assert not path.exists()


@pytest.mark.parametrize("secret", [StoreSecret.REFERENCES, StoreSecret.SEAL])
def test_nothing_serves_without_a_key_that_was_used(
    settings: Settings, console: Console, secret: StoreSecret
) -> None:
    (settings.keys_directory / secret.file_name).unlink()

    finished = console("serve", "--port", "0")

    assert finished.exit_code == MISSING
    assert secret.file_name in finished.err


@pytest.mark.parametrize("secret", StoreSecret)
def test_another_key_is_refused(settings: Settings, console: Console, secret: StoreSecret) -> None:
    (settings.keys_directory / secret.file_name).write_bytes(bytes(SECRET_BYTES))

    finished = console("log", "verify")

    assert finished.exit_code == FOREIGN
    assert secret.file_name in finished.err


@pytest.mark.parametrize("is_there", [True, False])
def test_a_key_is_accepted_on_record(settings: Settings, console: Console, is_there: bool) -> None:
    path = settings.keys_directory / StoreSecret.SEAL.file_name
    path.unlink()
    if is_there:
        path.touch(mode=0o600)
        path.write_bytes(bytes(SECRET_BYTES))

    accepted = console("vault", "accept-key", "certificates-seal")

    assert accepted.exit_code == 0, accepted.err
    assert (path.read_bytes() == bytes(SECRET_BYTES)) is is_there
    with open_runtime(settings):
        pass
    with open_unaged_store(settings) as services, services.units.read() as unit:
        read = [read_event(one.body) for one in unit.events.every()]
    (event,) = [one for one in read if one.event_type == KeyAccepted.event_type]
    told = event.typed_as(KeyAccepted)
    assert (told.key, len(told.key_sha256)) == (StoreSecret.SEAL, 64)


def test_a_store_of_an_earlier_release_remembers_its_keys_at_the_next_start(
    settings: Settings, console: Console
) -> None:
    vault = settings.keys_directory / "vault.sqlite"
    with closing(sqlite3.connect(vault)) as connection:
        connection.execute("DROP TABLE secrets")
    before = (settings.keys_directory / StoreSecret.WEBHOOK.file_name).read_bytes()

    with open_runtime(settings) as runtime:
        assert runtime.webhook_mac(b"x") == mac_under(before)(b"x")
    (settings.keys_directory / StoreSecret.WEBHOOK.file_name).unlink()

    assert console("log", "verify").exit_code == MISSING
