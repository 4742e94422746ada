"""`identlink templates`: made, told, switched to, and refused with a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from domain.errors import ConflictError
from prints.formats import minutiae_192
from service.main import app
from tests.integration.images.test_files import some_fingers


class Commands:
    """Commands on one store of templates made of images."""

    def __init__(self, store: Path, database_url: str) -> None:
        self._store = ["--store", str(store)]
        self._env = {
            "IDENTLINK_DATABASE_URL": database_url,
            "IDENTLINK_TEMPLATE_FORMAT": minutiae_192.FORMAT.label,
            "IDENTLINK_PRINT_SECONDS": "120",
            "IDENTLINK_PRINT_EXTRACTOR": "nbis",
        }

    def told(self, *words: str) -> dict[str, Any]:
        """Return the answer of a command as JSON."""
        done = CliRunner().invoke(app, [*self._store, *words, "--json"], env=self._env)
        assert done.exit_code == 0, done.exception
        return dict(json.loads(done.stdout))

    def refused(self, *words: str) -> str:
        """Return the sentence that a command is refused with."""
        done = CliRunner().invoke(app, [*self._store, *words], env=self._env)
        assert isinstance(done.exception, ConflictError), done.exception
        return done.exception.detail


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_templates_are_made_again_and_switched_to(sqlite_url: str, tmp_path: Path) -> None:
    commands = Commands(tmp_path / "store", sqlite_url)
    without = commands.refused("templates", "remake")
    (tmp_path / "1.an2").write_bytes(some_fingers(1))
    commands.told("import-nist", str(tmp_path / "1.an2"), "--force", "13")

    early = commands.refused("templates", "switch")
    made = commands.told("templates", "remake")
    switched = commands.told("templates", "switch")
    again = commands.told("templates", "remake")

    assert "No capture in this store has images" in without
    assert "still have old templates" in early
    assert (made["made"], made["waiting"], made["is_in_force"]) == (1, 0, False)
    assert switched == again == made | {"is_in_force": True}
    assert "There are no new templates" in commands.refused("templates", "switch")
    assert commands.told("index", "verify")["encounters"] == 1
