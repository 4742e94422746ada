"""The scanning station: pictures of a folder become frames, each once."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.ids import LotId
from service.cli.office import conversion
from service.cli.office.conversion import scan_folder
from tests.integration.api.driver import World
from tests.integration.conversion.working import PNG, Roll


def pictures(folder: Path, *names: str) -> None:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_bytes(PNG + name.encode())


def test_a_folder_is_stored_once_and_moved(sqlite_world: World, tmp_path: Path) -> None:
    roll, folder = Roll(sqlite_world), tmp_path / "in"
    pictures(folder, "00002.png", "1.jpg", "2-1.png", "notes.txt")
    (folder / "1.jpg").write_bytes(b"\xff\xd8\xff1")

    first = scan_folder(sqlite_world.services, folder, LotId(roll.lot_id))
    again = scan_folder(sqlite_world.services, folder, LotId(roll.lot_id))

    assert (first.stored, first.refused, first.left) == (3, 0, 1)
    assert (again.stored, again.refused) == (0, 0)
    assert {path.name for path in (folder / "done").iterdir()} == {
        "00002.png",
        "1.jpg",
        "2-1.png",
    }
    assert roll.states() == {"received": 3}


def test_a_stop_between_storing_and_moving_doubles_nothing(
    sqlite_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roll, folder = Roll(sqlite_world), tmp_path / "in"
    pictures(folder, "1.png", "2.png")
    with monkeypatch.context() as stopped:
        stopped.setattr(conversion, "_move", _stop)
        with pytest.raises(KeyboardInterrupt):
            scan_folder(sqlite_world.services, folder, LotId(roll.lot_id))

    done = scan_folder(sqlite_world.services, folder, LotId(roll.lot_id))

    assert done.stored == 2
    assert roll.states() == {"received": 2}


def _stop(path: Path, to: Path) -> None:
    raise KeyboardInterrupt


def test_what_is_refused_lies_apart_with_its_reason(sqlite_world: World, tmp_path: Path) -> None:
    roll, folder = Roll(sqlite_world), tmp_path / "in"
    pictures(folder, "1.png", "3.png")
    (folder / "2.png").write_bytes(b"no picture")
    roll.scan(1)

    done = scan_folder(sqlite_world.services, folder, LotId(roll.lot_id))

    assert (done.stored, done.refused) == (1, 2)
    assert "neither PNG nor JPEG" in (folder / "refused" / "2.png.txt").read_text()
    assert "has this number" in (folder / "refused" / "1.png.txt").read_text()
