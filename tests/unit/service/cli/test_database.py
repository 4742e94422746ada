from __future__ import annotations

from pathlib import Path

from service.storage.engine.migrate import latest
from tests.unit.service.cli.console import Console


def test_the_schema_is_built_once(console: Console, tmp_path: Path) -> None:
    first = console("db", "upgrade", "--store", tmp_path / "a", "--json").json()
    second = console("db", "upgrade", "--store", tmp_path / "a", "--json").json()

    assert first == {"before": None, "after": latest()}
    assert second == {"before": latest(), "after": latest()}


def test_people_are_told_what_was_done(console: Console) -> None:
    first, second = console("db", "upgrade"), console("db", "upgrade")

    assert first.out == f"The schema has been brought up to date: {latest()}.\n"
    assert second.out == f"The schema is up to date: {latest()}.\n"
