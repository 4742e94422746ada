"""Third-party files match their manifest, with licences and no references to other hosts."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

FOLDERS = (Path("service/web/static/vendor"), Path("tests/e2e/vendor"))
LICENCES = {"MIT", "0BSD", "MPL-2.0", "Apache-2.0"}


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_every_file_is_named_with_its_digest_and_licence(folder: Path) -> None:
    entries = json.loads((folder / "manifest.json").read_text())

    named = {entry["file"] for entry in entries}
    licences = {entry["licence_file"] for entry in entries}
    there = {path.name for path in folder.iterdir()}

    assert there == named | licences | {"manifest.json"}
    for entry in entries:
        digest = hashlib.sha256((folder / entry["file"]).read_bytes()).hexdigest()
        assert digest == entry["sha256"]
        assert entry["licence"] in LICENCES
        assert (folder / entry["licence_file"]).stat().st_size > 100


def test_no_font_no_crown_and_no_address_to_load_from_is_left() -> None:
    for path in FOLDERS[0].glob("*.css"):
        text = path.read_text()
        assert "@font-face" not in text
        assert "GDS Transport" not in text
        assert "url(/" not in text
        assert "url(http" not in text


def test_nothing_but_text_is_vendored() -> None:
    kinds = {path.suffix for folder in FOLDERS for path in folder.iterdir()}

    assert kinds == {".css", ".js", ".json", ".txt"}
