"""The file of the database goes away, or is replaced, under a running service."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from domain.outages import DatabaseMissingError
from service.storage.engine.settings import DatabasePlace
from tests.integration.outages.served import served, verified

pytestmark = pytest.mark.databases

FILES = ("identlink.sqlite3", "identlink.sqlite3-wal", "identlink.sqlite3-shm")


@pytest.mark.parametrize("is_replaced", [False, True])
def test_a_database_removed_under_a_server_is_an_outage_and_can_be_put_back(
    tmp_path: Path, is_replaced: bool
) -> None:
    with served(store=tmp_path / "store") as store:
        file = store.settings.database_file
        if is_replaced:
            shutil.copyfile(file, tmp_path / "other")
        for name in FILES:
            file.with_name(name).unlink(missing_ok=True)
        if is_replaced:
            shutil.copyfile(tmp_path / "other", file)
        refused = [store.search(), store.enrol(2)]
        waiting = store.until_not_ready()
        figure = store.figure("database-missing")
        rescued = _still_open(file)
    for name, data in rescued.items():
        file.with_name(name).write_bytes(data)

    assert {one.json()["type"] for one in (*refused, waiting)} == {"/problems/database-missing"}
    assert {one.status_code for one in (*refused, waiting)} == {503}
    assert figure == 1
    assert [line["level"] for line in store.lines("outage-began")] == ["error"]
    with served(store=tmp_path / "store") as again:
        again.acknowledged += store.acknowledged
        assert again.has_all_acknowledged()
    assert verified(store.settings).is_sound


def _still_open(file: Path) -> dict[str, bytes]:
    """Copy the removed files out of the process that has them open, as the runbook says."""
    found: dict[str, bytes] = {}
    for entry in Path("/proc/self/fd").iterdir():
        try:
            target = str(entry.readlink())
        except OSError:
            continue
        for name in FILES[:2]:
            if target == f"{file.with_name(name)} (deleted)":
                found[name] = entry.read_bytes()
    return found


def test_a_file_that_is_not_made_yet_is_not_missing(tmp_path: Path) -> None:
    place = DatabasePlace(tmp_path / "file")
    place.demand()
    (tmp_path / "file").touch()
    place.demand()
    (tmp_path / "file").unlink()

    with pytest.raises(DatabaseMissingError):
        place.demand()


def test_a_database_on_a_server_has_no_place() -> None:
    DatabasePlace(None).demand()
