"""The compliance audit pack: drawn by seed, verified, and found when it was changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from matching.scorer import Scorer
from service.settings import Settings
from tests.integration.provenance.conftest import settings
from tests.integration.provenance.links import opened_world
from tests.integration.publication.working import answered, asked
from tests.unit.service.cli.console import Console

__all__ = ["settings"]


def test_a_pack_is_made_verified_and_found_when_changed(
    settings: Settings,
    scorer: Scorer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with opened_world(settings, scorer) as world:
        for _ in range(6):
            answered(world, asked(world))
    monkeypatch.setenv("IDENTLINK_STORE", str(settings.store))
    monkeypatch.setenv("IDENTLINK_DATABASE_URL", settings.database_address)
    console, pack = Console(monkeypatch, capsys), tmp_path / "pack"

    made = console("audit", "pack", pack, "--seed", "7", "--sample", "4", "--json")
    whole = console("audit", "verify", pack)
    drawn = json.loads((pack / "pack.json").read_text())["samples"]
    console("audit", "pack", tmp_path / "again", "--seed", "7", "--sample", "4")
    again = json.loads((tmp_path / "again" / "pack.json").read_text())["samples"]
    page = (pack / "index.html").read_text()
    (pack / "timeliness.csv").write_text("nothing")
    changed = console("audit", "verify", pack)

    assert (made.exit_code, whole.exit_code) == (0, 0), made.err + whole.err
    assert made.json()["samples"] == 4
    assert changed.exit_code != 0
    assert [one["service"] for one in drawn] == ["freedom-of-information"] * 4
    assert drawn == again
    assert "Querulous" not in page + (pack / "pack.json").read_text()
