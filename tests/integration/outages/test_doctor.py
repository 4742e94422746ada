"""What keeps a server from starting, `identlink doctor` says beforehand; it changes nothing."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from service.adapters.store_keys import VAULT_NAME
from service.settings import Settings
from tests.integration.outages.served import served
from tests.unit.service.cli.console import Console

Spoil = Callable[[pytest.MonkeyPatch, Settings], None]


def _set(**values: str) -> Spoil:
    """Return what sets variables of the environment."""

    def spoil(monkeypatch: pytest.MonkeyPatch, _: Settings) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"IDENTLINK_{name}", value)

    return spoil


def _without_keys(_: pytest.MonkeyPatch, settings: Settings) -> None:
    for file in settings.keys_directory.iterdir():
        file.unlink()


def _with_foreign_keys(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    other = settings.keys_directory.parent / "other"
    with served(store=other, keys=other / "keys", database_url=f"sqlite:///{other}.db"):
        pass
    for file in settings.keys_directory.glob(f"{VAULT_NAME}*"):
        file.unlink()
    shutil.copy2(other / "keys" / VAULT_NAME, settings.keys_directory / VAULT_NAME)


def _with_a_short_key(_: pytest.MonkeyPatch, settings: Settings) -> None:
    (settings.keys_directory / "digest.key").write_bytes(b"short")


def _with_an_open_key(_: pytest.MonkeyPatch, settings: Settings) -> None:
    (settings.keys_directory / "references.key").chmod(0o644)


def _without_locks(monkeypatch: pytest.MonkeyPatch, _: Settings) -> None:
    monkeypatch.setattr("service.adapters.isolation.confinement._MACHINES", {})


def _without_a_database(monkeypatch: pytest.MonkeyPatch, _: Settings) -> None:
    nobody = "postgresql://identlink@127.0.0.1:1/identlink?connect_timeout=1"
    monkeypatch.setenv("IDENTLINK_DATABASE_URL", nobody)


PROVIDER = {
    "OIDC_ISSUER": "https://id.example",
    "OIDC_CLIENT_ID": "identlink",
    "OIDC_CLIENT_SECRET": "secret",
    "PUBLIC_URL": "https://office.example",
}

SPOILT: dict[str, Spoil] = {
    "no keys": _without_keys,
    "keys of another store": _with_foreign_keys,
    "a short key": _with_a_short_key,
    "a key open to others": _with_an_open_key,
    "a host without locks": _without_locks,
    "no database": _without_a_database,
    "another format of templates": _set(TEMPLATE_FORMAT="identlink-minutiae-192/1"),
    "no such format of templates": _set(TEMPLATE_FORMAT="nobodys/1"),
    "no such model": _set(MODEL_DIRECTORY="/nowhere"),
    "witnesses without keys": _set(WITNESSES_NEEDED="1"),
    "a key of a witness that is none": _set(WITNESS_KEYS='["nonsense"]'),
    "a number that is none": _set(PROCESSES="many"),
    "no way to sign in": _set(LOCAL_ACCOUNTS="false"),
    "a provider without https": _set(**PROVIDER | {"OIDC_ISSUER": "http://id.example"}),
    "a provider without roles": _set(**PROVIDER),
    "a role that is none": _set(**PROVIDER, OIDC_ROLES='{"word": "emperor"}'),
    "an address that is none": _set(PUBLIC_URL="office.example"),
    "an address of nobody here": _set(HOST="192.0.2.1", TRUSTED_PROXIES='["192.0.2.2"]'),
}


@contextmanager
def _files(directory: Path) -> Iterator[None]:
    """Hold the names, modes and contents of all files against those afterwards."""

    def now() -> dict[Path, Any]:
        return {
            path: (path.stat().st_mode, path.read_bytes())
            for path in directory.rglob("*")
            if path.is_file() and not path.name.endswith(("-shm", "-wal"))
        }

    before = now()
    yield
    assert now() == before


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Console:
    return Console(monkeypatch, capsys)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return the settings of a closed store with payloads."""
    for name, value in {"STORE": "store", "KEYS": "keys"}.items():
        monkeypatch.setenv(f"IDENTLINK_{name}", str(tmp_path / value))
    monkeypatch.setenv("IDENTLINK_DATABASE_URL", f"sqlite:///{tmp_path / 'identlink.db'}")
    monkeypatch.setenv("IDENTLINK_PORT", "0")
    with served() as store:
        return store.settings


def _found(console: Console) -> list[str]:
    told = console("doctor", "--json")
    wrong = [check for check in told.json()["checks"] if check["remedy"]]
    assert told.exit_code == bool(wrong)
    return [check["found"] for check in wrong]


def test_a_store_that_starts_is_well(console: Console, settings: Settings) -> None:
    with _files(settings.store.parent):
        assert _found(console) == []


@pytest.mark.parametrize("name", SPOILT)
def test_what_stops_a_start_is_found_by_the_doctor_in_the_same_words(
    console: Console, settings: Settings, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    SPOILT[name](monkeypatch, settings)

    with _files(settings.store.parent):
        found = _found(console)
    refused = console("serve")

    assert refused.exit_code
    assert len(found) == 1
    assert found[0] in refused.err


def test_a_host_without_locks_is_told_of_where_its_operator_accepts_that(
    console: Console, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    _without_locks(monkeypatch, settings)
    monkeypatch.setenv("IDENTLINK_UNLOCKED_READERS", "true")

    assert _found(console) == []
    assert "not locked in, as IDENTLINK_UNLOCKED_READERS accepts" in console("doctor").out
    with served():
        pass


def test_a_port_in_use_is_found(
    console: Console, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("IDENTLINK_PORT", str(taken.getsockname()[1]))

        (found,) = _found(console)
        refused = console("serve")

    assert found in refused.err


def test_a_misspelled_setting_is_named_with_the_likely_one(
    console: Console, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDENTLINK_WITNESS_NEEDED", "2")
    monkeypatch.setenv("IDENTLINK_HOST", "192.0.2.1")

    told = console("doctor")
    refused = console("serve")

    assert "IDENTLINK_WITNESSES_NEEDED" in told.out
    assert "IDENTLINK_WITNESSES_NEEDED" in refused.err
