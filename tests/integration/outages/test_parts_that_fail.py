"""Descriptors, devices, locks, and places that cannot be written: each its own problem."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from domain.errors import StoreUnavailableError
from service.adapters import log_signer
from service.adapters.store_keys import VAULT_NAME
from service.bootstrap.keys import open_log_signer
from service.bootstrap.stores import open_log
from service.provenance.bundle.bundle import TrustedKeys
from service.provenance.vault.key_files import FileKeyStore
from service.usecases.log.verification import verify_store
from tests.disks import kinds_of_disk, mounted_read_only, no_descriptors_left
from tests.forking import in_child
from tests.integration.outages.served import Served, is_over, is_refused, served, verified
from tests.postgres import RestartableServer, restartable_server


def test_a_process_without_descriptors(database_url: str, tmp_path: Path) -> None:
    # In a process of its own: other threads of a busy one may give descriptors back meanwhile.
    assert in_child(partial(_run_out_of_descriptors, tmp_path / "store", database_url)) == 0


def _run_out_of_descriptors(directory: Path, database_url: str) -> None:
    with served(store=directory, database_url=database_url) as store:
        store.world.services.units.engine.dispose()
        with no_descriptors_left():
            assert is_refused(store, "no-descriptors")
            waiting = store.ready()
        assert waiting.json()["type"] == "/problems/no-descriptors"
        assert is_over(store)
    assert verified(store.settings).is_sound


def _device_error() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
    return error


def test_a_device_of_the_database_that_fails(tmp_path: Path) -> None:
    with served(store=tmp_path / "store") as store:
        engine = store.world.services.units.engine

        def fail(*_: object) -> None:
            raise _device_error()

        # Statements, as the driver would; the directory itself takes files.
        event.listen(engine, "do_execute", fail)
        event.listen(engine, "do_executemany", fail)
        assert is_refused(store, "io-error")
        assert store.ready().json()["type"] == "/problems/io-error"
        event.remove(engine, "do_execute", fail)
        event.remove(engine, "do_executemany", fail)
        assert is_over(store)


class _FailingFile:
    """A connection to a file whose device fails."""

    def __getattr__(self, name: str) -> Any:
        raise _device_error()


def test_a_device_of_the_keys_that_fails(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(store=tmp_path / "store", database_url=database_url) as store:
        with monkeypatch.context() as patched:
            patched.setattr(FileKeyStore, "_connection", _FailingFile())
            assert is_refused(store, "io-error")
            assert store.ready().json()["type"] == "/problems/io-error"
            assert store.figure("io-error") == 1
        assert is_over(store)
    assert verified(store.settings).is_sound


_HOLDER = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
"""


@contextmanager
def held_by_another_process(file: Path) -> Iterator[None]:
    """Let another process hold the write lock of an SQLite file."""
    command = [sys.executable, "-c", _HOLDER, str(file)]
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        try:
            yield
        finally:
            holder.communicate("\n")


@pytest.mark.parametrize("part", ["database", "keys"])
def test_a_file_that_another_process_holds(tmp_path: Path, part: str) -> None:
    with served(store=tmp_path / "store", database_lock_timeout_ms=200) as store:
        settings = store.settings
        keys = settings.keys_directory / VAULT_NAME
        with held_by_another_process(settings.database_file if part == "database" else keys):
            assert is_refused(store, "store-locked")
            waiting = store.until_not_ready()
        assert waiting.json()["type"] == "/problems/store-locked"
        assert {line["part"] for line in store.lines("outage-began")} == {part}
        assert is_over(store)
    assert verified(store.settings).is_sound


@pytest.mark.parametrize("kind", kinds_of_disk())
def test_keys_in_a_place_that_is_read_only(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(store=tmp_path / "store", checkpoint_seconds=1) as store:
        with _read_only(store.settings.keys_directory, kind, monkeypatch):
            store.search()
            waiting = store.until_not_ready()
        assert waiting.json()["type"] == "/problems/read-only"
        assert "keys can be read but not written" in waiting.json()["detail"]
        assert is_over(store)
    assert verified(store.settings).is_sound


@contextmanager
def _read_only(directory: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Refuse writes below a directory: by a mount, or else to the signer alone, injected."""
    if kind == "mounted":
        with mounted_read_only(directory):
            yield
        return
    with monkeypatch.context() as patched:
        patched.setattr(log_signer, "replace", _refuse)
        yield


def _refuse(path: Path, data: bytes) -> None:
    raise OSError(30, "Read-only file system")


@pytest.fixture
def server() -> Iterator[RestartableServer]:
    with restartable_server() as started:
        yield started


def test_postgresql_that_can_only_be_read_and_postgresql_that_is_away(
    server: RestartableServer, tmp_path: Path
) -> None:
    with served(store=tmp_path / "store", database_url=server.url) as store:
        server.stop()
        assert is_refused(store, "store-unavailable")
        away = store.ready()
        figure = store.figure("store-unavailable")
        server.start_as_standby()
        standby = _until_refused_with(store, "read-only")
        server.stop()
        server.start()
        assert is_over(store)

    assert (away.status_code, figure) == (503, 1)
    assert away.json()["type"] == "/problems/store-unavailable"
    assert standby["status"] == 503
    assert verified(store.settings).is_sound


def _until_refused_with(store: Served, kind: str) -> dict[str, Any]:
    for _ in range(50):
        refused = dict(json.loads(store.search().text))
        if refused.get("type") == f"/problems/{kind}":
            return refused
    raise AssertionError(refused)


def test_an_outage_during_a_verification_is_no_finding(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(store=tmp_path / "store", database_url=database_url) as store:
        pass
    keys = TrustedKeys(open_log_signer(store.settings).verifier, ())
    with open_log(store.settings) as (services, check_keys):
        monkeypatch.setattr(FileKeyStore, "_reader", _FailingFile())
        with pytest.raises(StoreUnavailableError) as raised:
            verify_store(services, keys, check_keys=check_keys)
        monkeypatch.undo()

    assert raised.value.code == "io-error"
