"""Everything that a service and its commands write is for their account alone."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from domain.access.access import Role
from domain.errors import ConfigurationError
from service.adapters import store_modes
from service.adapters.store_modes import StoreFiles, close_to_others
from service.main import run
from tests.forking import in_child
from tests.integration.api.driver import PURPOSES
from tests.integration.api.prints import encounter
from tests.integration.http.server import Served, serving
from tests.integration.together.group import secret_of


@pytest.fixture(autouse=True)
def _open_to_all() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def open_files(*roots: Path) -> dict[str, str]:
    """Return each file and directory below that another account has a right on."""
    found = [path for root in roots for path in (root, *root.rglob("*"))]
    assert len(found) > len(roots)
    return {
        str(path): oct(stat.S_IMODE(path.stat().st_mode))
        for path in found
        if path.stat().st_mode & 0o077
    }


def console(store: Path, *arguments: str) -> None:
    """Run a command in a process of its own, which has all imports from this one."""

    def command() -> None:
        sys.argv = ["identlink", *arguments, "--store", str(store)]
        with pytest.raises(SystemExit) as ended:
            run()
        assert not ended.value.code, arguments

    assert in_child(command) == 0


def enrol(served: Served) -> None:
    before = os.umask(0o077)  # what this process writes is not under test
    secret = secret_of(served.settings, Role.FORCE, "custody")
    os.umask(before)
    headers = {"Authorization": f"Bearer {secret}", "X-Purpose": PURPOSES[Role.FORCE].value}
    url = f"http://127.0.0.1:{served.port}/v1/encounters"
    answer = httpx2.post(url, json=encounter(1, force="01"), headers=headers, timeout=30)
    assert answer.status_code == 201, answer.text


@pytest.mark.dear("starts a server as a process of its own")
def test_all_files_of_a_running_service_are_for_its_account_alone(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        store = served.settings.store
        enrol(served)
        exported = tmp_path / "out"
        exported.mkdir(mode=0o700)
        console(store, "backup", str(exported / "b.idb"), "--keys-to", str(tmp_path / "keys"))
        console(store, "log", "export", str(exported / "log.zip"))

        assert (store / "identlink.sqlite3-wal").exists()
        assert (store / "keys" / "vault.sqlite-wal").exists()
        assert open_files(store, exported, tmp_path / "keys") == {}
        assert served.lines("store-was-open") == []

    assert open_files(store) == {}


@pytest.mark.dear("starts a server as a process of its own")
def test_a_store_that_was_open_is_closed_at_the_start_and_that_is_said(tmp_path: Path) -> None:
    store = tmp_path / "store"
    console(store, "db", "upgrade")
    for path in (store, *store.rglob("*")):
        if path.suffix != ".key":
            path.chmod(path.stat().st_mode | 0o055 if path.is_dir() else 0o644)
    opened = len(open_files(store))

    with serving(tmp_path) as served:
        (warning,) = served.lines("store-was-open")

    assert warning["level"] == "warning"
    assert 3 <= warning["files"] <= opened
    left = {path for path in open_files(store) if not path.endswith(".lock")}
    assert left <= {str(store / "keys" / "checkpoint.last")}


def test_a_directory_for_all_and_a_link_are_left_alone(tmp_path: Path) -> None:
    shared, aim, link = tmp_path / "shared", tmp_path / "aim", tmp_path / "tree" / "link"
    shared.mkdir(mode=0o777)
    shared.chmod(0o1777)
    aim.write_bytes(b"")
    aim.chmod(0o644)
    link.parent.mkdir(mode=0o700)
    link.symlink_to(aim)

    mended = close_to_others(StoreFiles((shared, tmp_path / "none"), (), (link.parent,)))

    assert mended == 0
    assert stat.S_IMODE(shared.stat().st_mode) == 0o1777
    assert stat.S_IMODE(aim.stat().st_mode) == 0o644


@pytest.mark.parametrize(("mode", "is_refused"), [(0o750, False), (0o755, True)])
def test_a_store_of_another_account_is_refused_if_it_is_open_to_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, is_refused: bool
) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store").chmod(mode)

    def chmod(path: Path, _mode: int) -> None:
        raise PermissionError

    monkeypatch.setattr(store_modes.Path, "chmod", chmod)
    files = StoreFiles((tmp_path / "store",), (), ())

    if not is_refused:
        assert close_to_others(files) == 0
        return
    with pytest.raises(ConfigurationError, match="the service does not own it"):
        close_to_others(files)
