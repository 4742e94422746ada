"""What keeps a server from starting, `identlink doctor` says beforehand; it changes nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from service.settings import Settings
from tests.integration.outages.served import served
from tests.integration.outages.spoilt import SPOILT, without_locks
from tests.unit.service.cli.console import Console


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


def test_a_host_without_locks_is_told_of_where_its_operator_accepts_that(
    console: Console, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_locks(monkeypatch, settings)
    monkeypatch.setenv("IDENTLINK_UNLOCKED_READERS", "true")

    assert _found(console) == []
    assert "not confined, as IDENTLINK_UNLOCKED_READERS accepts" in console("doctor").out
    with served():
        pass


def test_whoever_cannot_reach_the_database_is_not_told_to_make_one(
    console: Console, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    SPOILT["no database"](monkeypatch, settings)

    remedies = [check["remedy"] for check in console("doctor", "--json").json()["checks"]]

    assert [told for told in remedies if told]
    assert [told for told in remedies if told and "upgrade" in told] == []


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
