from __future__ import annotations

from pathlib import Path

import pytest

from tests.house import layout
from tests.house.layout import Committed, write_or_check


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Committed:
    monkeypatch.setattr(layout, "ROOT", tmp_path)
    return Committed(Path("picture.svg"), "<svg/>\n")


def test_a_check_writes_nothing_and_names_the_command_that_mends(
    file: Committed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = write_or_check([file], check=True, mend="make picture")

    assert code == 1
    assert capsys.readouterr().err == "picture.svg is stale: run `make picture`.\n"
    assert list(tmp_path.iterdir()) == []


def test_a_written_file_is_not_stale(file: Committed, tmp_path: Path) -> None:
    assert write_or_check([file], check=False, mend="make picture") == 0

    assert (tmp_path / "picture.svg").read_text() == "<svg/>\n"
    assert write_or_check([file], check=True, mend="make picture") == 0
