"""Entries of the runbook (docs/operations.md), followed to the letter on a scratch store."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.errors import GalleryError, IndexDamagedError, LinkingError, StateBehindError
from domain.outages import ForeignKeysError, KeysMissingError
from matching.scorer import load_scorer
from service.bootstrap.runtime import assemble
from service.settings import load_settings
from tests.integration.outages.served import served
from tests.unit.service.cli.console import Console, Finished

Run = Callable[..., Finished]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with two persons and a search, that was stopped."""
    root = tmp_path_factory.mktemp("made") / "store"
    with served(store=root) as store:
        store.world.enrol(2)
    return root


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture
def run(store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return the command line on the store."""
    console = Console(monkeypatch, capsys)
    return lambda *arguments: console("--store", store, *arguments)


def starts(store: Path) -> int:
    """Start a server's services, and return how many captures its index holds."""
    runtime = assemble(load_settings(store=store), load_scorer())
    held = len(runtime.services.gallery.index)
    runtime.close()
    return held


def refused(store: Path, kind: type[LinkingError], match: str) -> None:
    with pytest.raises(kind, match=match):
        starts(store)


def ends(finished: Finished, code: int = 0) -> str:
    assert finished.exit_code == code, finished
    return finished.out + finished.err


def test_lost_index(store: Path, run: Run) -> None:
    shutil.rmtree(store / "index")
    assert starts(store) == 2

    shutil.rmtree(store / "index")
    ends(run("index", "build"))
    assert starts(store) == 2


def test_corrupt_segment(store: Path, run: Run) -> None:
    file = next((store / "index").rglob("vectors.npy"))
    content = bytearray(file.read_bytes())
    content[-5] ^= 8
    file.write_bytes(content)
    refused(store, IndexDamagedError, "vectors.npy does not match its digest")

    ends(run("index", "build"))
    ends(run("index", "verify"))
    assert starts(store) == 2


def test_lost_index_key(store: Path, run: Run, tmp_path: Path) -> None:
    (store / "keys" / "index.key").rename(tmp_path / "backup-of-index.key")
    refused(store, GalleryError, "The index was made with another key")

    ends(run("index", "build"))
    assert starts(store) == 2


def test_lost_index_key_restored_from_the_backup_of_the_keys(store: Path, tmp_path: Path) -> None:
    key = store / "keys" / "index.key"
    shutil.copy2(key, tmp_path / "backup-of-index.key")
    key.unlink()
    refused(store, GalleryError, "The index was made with another key")

    shutil.copy2(tmp_path / "backup-of-index.key", key)
    assert starts(store) == 2


def test_vault_missing_with_a_backup_of_the_keys(store: Path, run: Run, tmp_path: Path) -> None:
    ends(run("backup", tmp_path / "b.idb", "--keys-to", tmp_path / "keys"))
    for file in (store / "keys").glob("vault.sqlite*"):
        file.unlink()
    refused(store, KeysMissingError, "vault.sqlite")
    ends(run("vault", "check"), code=16)

    shutil.copy2(tmp_path / "keys" / "vault.sqlite", store / "keys" / "vault.sqlite")
    ends(run("vault", "check"))
    assert starts(store) == 2


def test_vault_missing_for_good(store: Path, run: Run, tmp_path: Path) -> None:
    for file in (store / "keys").glob("vault.sqlite*"):
        file.unlink()
    ends(run("backup", tmp_path / "rest.idb"))
    told = ends(run("vault", "accept-loss", "--payloads", "0"), code=1)
    number = next(word for word in told.replace(",", "").split() if word.isdigit())

    ends(run("vault", "accept-loss", "--payloads", number))
    ends(run("index", "build"))
    ends(run("log", "verify", "--deep"))
    assert starts(store) == 0


def test_keys_of_another_store(store: Path, run: Run, made: Path, tmp_path: Path) -> None:
    with served(store=tmp_path / "other"):
        pass
    shutil.move(store / "keys", tmp_path / "own")
    shutil.copytree(tmp_path / "other" / "keys", store / "keys")
    refused(store, ForeignKeysError, "another store")
    ends(run("vault", "check"), code=17)

    shutil.rmtree(store / "keys")
    shutil.move(tmp_path / "own", store / "keys")
    ends(run("vault", "check"))
    assert starts(store) == 2


def test_behind_because_the_memory_is_gone(store: Path, run: Run, tmp_path: Path) -> None:
    memory = store / "keys" / "checkpoint.last"
    shutil.copy2(memory, tmp_path / "backup")
    memory.unlink()
    refused(store, StateBehindError, "no checkpoint is stored with the keys")
    assert "checkpoint.last" in ends(run("log", "age"), code=1)

    shutil.copy2(tmp_path / "backup", memory)
    assert starts(store) == 2
    ends(run("log", "verify"))


def test_lost_signing_key_without_a_backup(store: Path, run: Run) -> None:
    for name in ("checkpoint.key", "checkpoint.last"):
        (store / "keys" / name).unlink()
    refused(store, StateBehindError, "no checkpoint is stored with the keys")

    ends(run("log", "accept-state", "--reason", "key-lost", "--authority", "CHG-1"))
    ends(run("log", "key"))
    assert starts(store) == 2
