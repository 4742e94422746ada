from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from service.cli.context import AnswerCall, Call, Group, StoreCall
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


@pytest.mark.parametrize(
    "arguments",
    [
        ("policy", "state", "competence", "--file"),
        ("retention", "release", "plan-1", "--token"),
    ],
)
def test_a_file_that_is_no_text_is_refused_in_a_sentence(
    console: Console, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "words").write_bytes(b"caf\xe9")
    console("db", "upgrade")

    finished = console(*arguments, tmp_path / "words")

    assert (finished.exit_code, finished.err.strip()) == (
        1,
        "The file is not text in UTF-8: name another file.",
    )


def test_an_argument_that_is_no_text_is_refused_in_a_sentence(console: Console) -> None:
    console("db", "upgrade")

    finished = console("person", "consultations", "caf\udce9")

    assert (finished.exit_code, finished.err.strip()) == (
        1,
        "An argument of the command is not text in UTF-8: write it again.",
    )


def test_a_file_whose_name_is_no_text_is_told_and_so_are_the_others(
    console: Console, tmp_path: Path
) -> None:
    console("db", "upgrade")
    (tmp_path / "files").mkdir()
    for name in ("a", "caf\udce9", "z"):
        (tmp_path / "files" / name).write_bytes(b"no picture")

    finished = console("import-nist", tmp_path / "files", "--force", "47")

    assert "3 refused" in finished.out
    assert "caf\\udce9: refused" in finished.out


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
        ("retention", "explain", "nobody"),
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


@pytest.mark.parametrize(
    ("kind", "offered"),
    [(Call, {"--store", "--json"}), (StoreCall, {"--store"}), (AnswerCall, {"--json"})],
)
def test_a_command_has_the_options_that_its_call_is_made_of(
    kind: Any, offered: set[str], tmp_path: Path
) -> None:
    told: list[tuple[object, str]] = []
    app = Group()

    def tell(call: Any, word: str) -> None:
        """Tell."""
        told.append((call, word))

    tell.__annotations__["call"] = kind
    app.command()(tell)
    options = {"--store": (str(tmp_path),), "--json": ()}
    given = [text for name in sorted(offered) for text in (name, *options[name])]

    finished = CliRunner().invoke(app, ["word", *given])
    refused = [CliRunner().invoke(app, ["word", name]) for name in options.keys() - offered]

    assert finished.exit_code == 0, finished.output
    store, as_json = "--store" in offered, "--json" in offered
    assert told == [(kind(tmp_path if store else None, as_json), "word")]
    assert all(one.exit_code == 2 for one in refused)


def test_a_function_without_a_call_is_a_command_as_it_stands() -> None:
    app = Group()

    @app.command()
    def tell(word: str) -> None:
        print(word)  # noqa: T201 - what the command says

    assert CliRunner().invoke(app, ["word"]).output == "word\n"
    assert CliRunner().invoke(app, ["word", "--json"]).exit_code == 2
