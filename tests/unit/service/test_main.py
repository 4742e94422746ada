from __future__ import annotations

import gc
import runpy
import sys
from importlib import metadata
from typing import Any

import pytest
import typer

from domain.access.access import ROLES_OF_FORCES
from service.main import app
from tests.unit.service.cli.console import Console


def every_command() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    waiting: list[tuple[tuple[str, ...], Any]] = [((), typer.main.get_command(app))]
    while waiting:
        names, command = waiting.pop()
        found.append(names)
        inner = getattr(command, "commands", {})
        waiting += [((*names, name), sub) for name, sub in inner.items()]
    return sorted(found)


@pytest.mark.parametrize("names", every_command(), ids=" ".join)
def test_every_command_explains_itself_and_each_of_its_options(
    console: Console, names: tuple[str, ...]
) -> None:
    command: Any = typer.main.get_command(app)
    for name in names:
        command = command.commands[name]

    finished = console(*names, "--help")

    assert finished.exit_code == 0
    assert "Usage: identlink" in finished.out
    assert "<list[str]>" not in finished.out, "say what is repeated, by a metavar"
    # One line each: where lines break is left to the terminal.
    assert "\n" not in (command.help or "").replace("\n\n", "")
    unexplained = [
        parameter.name
        for parameter in command.params
        if getattr(parameter, "help", "x") in (None, "")
    ]
    assert unexplained == []
    options = {parameter.name: parameter for parameter in command.params}
    if {"role", "force"} <= set(options):
        assert all(role in options["force"].help for role in ROLES_OF_FORCES)


def test_the_version_says_what_decides_which_store_and_answers_fit(console: Console) -> None:
    finished = console("--version")

    assert finished.exit_code == 0
    said = dict(line.split(": ") for line in finished.out.splitlines()[1:])
    assert finished.out.splitlines()[0] == f"identlink {metadata.version('identlink')}"
    assert said["schema of a store"].isdecimal()
    assert said["model of evidence"].startswith("identlink-evidence ")
    assert said["template formats"].split(", ")[0] == "identlink-synthetic-192/1"
    assert said["Python"] == sys.version.split()[0]


def test_help_says_where_words_are_explained(console: Console) -> None:
    assert "/glossary" in console("--help").out


def test_what_is_refused_is_one_sentence_on_standard_error(console: Console) -> None:
    finished = console("token", "issue", "--role", "force")

    assert finished.exit_code == 1
    assert finished.out == ""
    assert finished.err == (
        "A token for a force, case officer or reconciler must name a force; other "
        "tokens must not name one.\n"
    )


@pytest.mark.parametrize(
    "arguments", [["no-such-command"], ["token", "issue"], ["token", "issue", "--role", "boss"]]
)
def test_wrong_usage_has_an_exit_code_of_its_own(console: Console, arguments: list[str]) -> None:
    assert console(*arguments).exit_code == 2


def test_a_faulty_setting_stops_a_command(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDENTLINK_TOKEN_DAYS", "many")

    finished = console("token", "issue", "--role", "auditor")

    assert finished.exit_code == 1
    assert finished.err.startswith("IDENTLINK_TOKEN_DAYS: ")
    assert "many" not in finished.err


def test_the_package_runs_as_a_module(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["service", "--help"])

    with pytest.raises(SystemExit) as ended:
        runpy.run_module("service", run_name="__main__")

    assert ended.value.code == 0
    assert "Usage: identlink" in capsys.readouterr().out
    assert gc.isenabled()
