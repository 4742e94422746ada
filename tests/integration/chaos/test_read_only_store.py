"""A whole store that can only be read: said so, nothing lost, and over by itself."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from domain.outages import ReadOnlyStoreError
from service.cli.refusals import OUTAGE_CODES
from tests.disks import made_read_only
from tests.integration.outages.served import Served, is_over, is_refused, served, verified
from tests.unit.service.cli.console import Console

WRITING = (
    ("worker", "--until-idle", "--nice", "0"),
    ("index", "compact"),
    ("token", "issue", "--user", "desk", "--role", "auditor"),
    ("log", "checkpoint"),
    ("erasure", "carry-out"),
    ("erasure", "finish"),
)


def test_a_store_that_becomes_read_only_under_a_server_is_an_outage(tmp_path: Path) -> None:
    with served(store=tmp_path / "store", checkpoint_seconds=1) as store:
        _forget_connections(store)
        with made_read_only(store.settings.store):
            assert is_refused(store, "read-only")
            enrolment = store.enrol(2)
            waiting = store.until_not_ready()
            figure = store.figure("read-only")
        _forget_connections(store)
        assert is_over(store)
        assert store.enrol(2).status_code == 201

    assert enrolment.status_code == 503
    assert waiting.json()["type"] == "/problems/read-only"
    assert figure == 1
    assert verified(store.settings).is_sound


def _forget_connections(store: Served) -> None:
    """Let the database be opened anew: what is open stays writable through a remount."""
    store.world.services.units.engine.dispose()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store that was served and stopped."""
    root = tmp_path_factory.mktemp("made") / "store"
    with served(store=root):
        pass
    return root


def test_commands_on_a_read_only_store_say_so_and_change_nothing(
    made: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    store = tmp_path / "store"
    shutil.copytree(made, store)
    before = _content(store)
    console = Console(monkeypatch, capsys)

    with made_read_only(store):
        ended = {command: console("--store", store, *command) for command in WRITING}

    for command, one in ended.items():
        assert one.exit_code == OUTAGE_CODES[ReadOnlyStoreError], (command, one)
        (sentence,) = one.err.strip().splitlines()
        assert "can be read but not written" in sentence
    assert _content(store) == before
    assert console("--store", store, "log", "verify").exit_code == 0


def test_a_store_on_a_read_only_medium_is_verified_and_backed_up_as_it_stands(
    made: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    store, backup = tmp_path / "a store? %41", tmp_path / "backup"
    shutil.copytree(made, store)
    before = _content(store)
    console = Console(monkeypatch, capsys)

    with made_read_only(store):
        verified = console("--store", store, "log", "verify", "--deep")
        copied = console("--store", store, "backup", backup, "--keys-to", tmp_path / "keys")

    assert (verified.exit_code, verified.err) == (0, "")
    assert (copied.exit_code, copied.err) == (0, "")
    assert "not recorded in the log" in copied.out
    assert _content(store) == before
    assert (tmp_path / "keys" / "vault.sqlite").exists()
    assert console("--store", store, "restore", backup, "--rehearse").exit_code == 0


@pytest.mark.parametrize(
    ("name", "content"), [("identlink.sqlite3-wal", b"changes"), ("identlink.sqlite3-shm", b"")]
)
def test_a_store_that_is_open_or_whose_changes_wait_is_not_read_as_it_stands(
    name: str,
    content: bytes,
    made: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    store = tmp_path / "store"
    shutil.copytree(made, store)
    (store / name).write_bytes(content)

    with made_read_only(store):
        told = Console(monkeypatch, capsys)("--store", store, "log", "verify")

    assert told.exit_code == OUTAGE_CODES[ReadOnlyStoreError]


def _content(store: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in store.rglob("*") if path.is_file()}
