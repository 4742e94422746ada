from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.service.cli.console import Console


def stores(directory: Path) -> set[str]:
    return {path.parent.name for path in directory.rglob("identlink.sqlite3")}


def test_the_store_is_under_var_when_nothing_is_said(console: Console, tmp_path: Path) -> None:
    console("db", "upgrade")

    assert stores(tmp_path / "var") == {"store"}


@pytest.mark.parametrize(
    ("arguments", "chosen"),
    [
        (["db", "upgrade"], "from-environment"),
        (["--store", "in-front", "db", "upgrade"], "in-front"),
        (["db", "upgrade", "--store", "behind"], "behind"),
        (["--store", "in-front", "db", "upgrade", "--store", "behind"], "behind"),
    ],
)
def test_what_is_said_last_wins_and_the_environment_comes_first(
    console: Console,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    arguments: list[str],
    chosen: str,
) -> None:
    monkeypatch.setenv("IDENTLINK_STORE", "from-environment")

    finished = console(*arguments)

    assert finished.exit_code == 0
    assert stores(tmp_path) == {chosen}


def test_a_store_that_is_a_file_is_refused(console: Console, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert console("db", "upgrade", "--store", "file").exit_code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("serve",),
        ("worker", "--nice", "0"),
        ("client", "add", "custody-suite", "--force", "47"),
        ("account", "disable", "desk-1"),
        ("token", "issue", "--role", "auditor"),
        ("backup", "file"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_mistyped_store_makes_no_new_one(
    console: Console, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    console("db", "upgrade", "--store", "store")

    behind = console(*arguments, "--store", "stroe")
    in_front = console("--store", "stroe", *arguments)

    assert (behind.exit_code, in_front.exit_code) == (1, 1)
    assert behind.err == in_front.err
    assert behind.err.startswith("There is no store in this directory")
    assert stores(tmp_path) == {"store"}
