"""`identlink import-nist`: each file once, each refusal named, an interrupted import repeated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from prints.formats import minutiae_192
from service.main import app
from tests.integration.images.test_files import some_fingers
from tests.print_files import drawn, image_fields, picture, tagged, transaction


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    slap = tagged(14, picture(drawn(1)), image_fields(drawn(1), 14))
    (folder / "1.an2").write_bytes(some_fingers(1))
    (folder / "2.an2").write_bytes(b"nothing")
    (folder / "3.an2").write_bytes(transaction([slap]))
    return folder


def imported(sqlite_url: str, tmp_path: Path, files: Path) -> tuple[int, dict[str, Any]]:
    env = {
        "IDENTLINK_DATABASE_URL": sqlite_url,
        "IDENTLINK_TEMPLATE_FORMAT": minutiae_192.FORMAT.label,
        "IDENTLINK_PRINT_EXTRACTOR": "nbis",
    }
    call = ["--store", str(tmp_path / "store"), "import-nist", str(files), "--force", "13"]
    told = CliRunner().invoke(app, [*call, "--details", "--json"], env=env)
    return told.exit_code, json.loads(told.stdout)


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_files_are_enrolled_once_and_refusals_are_named(
    sqlite_url: str, tmp_path: Path, files: Path
) -> None:
    first_code, first = imported(sqlite_url, tmp_path, files)
    again_code, again = imported(sqlite_url, tmp_path, files)

    assert (first_code, again_code) == (1, 1)
    assert (first["enrolled"], first["known"], first["refused"]) == (1, 0, 2)
    assert (again["enrolled"], again["known"], again["refused"]) == (0, 1, 2)
    assert first["files"][0]["encounter_id"] == again["files"][0]["encounter_id"]
    assert first["files"][0]["fingers"] == 2
    assert "no known format" in first["files"][1]["refused"]
    assert "several fingers" in first["files"][2]["refused"]
