"""What keeps a server from starting, `identlink doctor` says beforehand; it changes nothing."""

from __future__ import annotations

import shutil
import socket
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
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


def _with_a_file_at(name: str) -> Spoil:
    """Return what puts a file in the place of a directory."""

    def spoil(_: pytest.MonkeyPatch, settings: Settings) -> None:
        place: Path = getattr(settings, name)
        shutil.rmtree(place)
        place.touch()

    return spoil


def _with_schema(number: str) -> Spoil:
    """Return what marks the database as made by another release."""

    def spoil(_: pytest.MonkeyPatch, settings: Settings) -> None:
        with closing(sqlite3.connect(_database(settings))) as raw:
            raw.execute("UPDATE alembic_version SET version_num = ?", [number])
            raw.commit()

    return spoil


def _without_rows(_: pytest.MonkeyPatch, settings: Settings) -> None:
    _database(settings).write_bytes(b"")


def _with_no_database(_: pytest.MonkeyPatch, settings: Settings) -> None:
    _database(settings).write_bytes(b"a letter" * 512)


def _database(settings: Settings) -> Path:
    return Path(settings.database_address.removeprefix("sqlite:///"))


def _with_a_damaged_home_law(_: pytest.MonkeyPatch, settings: Settings) -> None:
    for file in settings.model_shelf.glob("*/home.json"):
        file.write_text("{}")


def _with_a_model_of_elsewhere(monkeypatch: pytest.MonkeyPatch, _: Settings) -> None:
    monkeypatch.setattr("service.bootstrap.runtime.chosen_model", lambda _: "0" * 64)


def _without_an_extra(monkeypatch: pytest.MonkeyPatch, _: Settings) -> None:
    monkeypatch.setenv("IDENTLINK_TRACING_COLLECTOR", "http://127.0.0.1:4318/v1/traces")
    monkeypatch.setitem(sys.modules, "service.adapters.open_telemetry", None)


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
    "an empty database beside keys that signed": _without_rows,
    "a file that is no database": _with_no_database,
    "a schema of a later release": _with_schema("9999"),
    "a schema of an earlier release": _with_schema("0050"),
    "a file in the place of the store": _with_a_file_at("store"),
    "a file in the place of the keys": _with_a_file_at("keys_directory"),
    "a file in the place of the index": _with_a_file_at("index_directory"),
    "a damaged home law": _with_a_damaged_home_law,
    "a chosen model of another machine": _with_a_model_of_elsewhere,
    "traces without their extra": _without_an_extra,
    "no models of matches": _set(MATCH_MODELS="/nowhere"),
    "fewer slots than processes": _set(PROCESSES="5", INDEX_SLOTS="3"),
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
    assert "not confined, as IDENTLINK_UNLOCKED_READERS accepts" in console("doctor").out
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


@pytest.mark.parametrize("name", ["identlink_prot", "Identlink_Prot"])
def test_a_misspelled_setting_is_named_in_whatever_case(
    console: Console, settings: Settings, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "8000")

    assert _found(console) == [f"{name} is none"]
    assert "IDENTLINK_PORT" in console("doctor").out


def test_blanks_around_a_setting_are_left_out(
    console: Console, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDENTLINK_DATABASE_URL", f" {settings.database_address}  ")
    monkeypatch.setenv("IDENTLINK_HOST", "127.0.0.1 ")

    with _files(settings.store.parent):
        assert _found(console) == []


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("service.cli.health.doctor.os.access", "can be read but not written"),
        ("service.cli.health.doctor.has_room", "is full"),
    ],
)
def test_directories_that_cannot_be_written_are_found_without_writing(
    console: Console, settings: Settings, monkeypatch: pytest.MonkeyPatch, asked: str, told: str
) -> None:
    monkeypatch.setattr(asked, lambda *_: False)

    with _files(settings.store.parent):
        (found,) = _found(console)
    assert told in found


def test_a_new_database_is_no_fault(
    console: Console, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("IDENTLINK_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("IDENTLINK_PORT", "0")
    monkeypatch.setenv("IDENTLINK_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    (tmp_path / "new.db").touch()

    assert _found(console) == []
    assert "there is none yet" in console("doctor").out
