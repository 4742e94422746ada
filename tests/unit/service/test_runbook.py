"""What the documents tell an operator to type exists: commands, options, settings, log lines."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer

from service.main import app
from service.settings import Settings

ROOT = Path(__file__).parents[3]
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
OPERATIONS = "\n".join(
    (ROOT / "docs" / f"{name}.md").read_text("utf-8")
    for name in ("operations", "installing", "signing-in")
)
_INLINE = re.compile(r"`identlink ([^`\n]+)`")
_FENCED = re.compile(r"^ *identlink ([^\n#|&>]+)", re.MULTILINE)
_WORD = re.compile(r"[a-z][a-z-]*")
_LINE = re.compile(r"`([a-z]+(?:-[a-z]+)+)` (?:line|finding|event)")
_SETTING = re.compile(r"IDENTLINK_([A-Z_]+)")


def _commands(text: str) -> set[str]:
    """Return what is typed after `identlink`, in the text and in its blocks of code."""
    blocks = text.split("```")[1::2]
    found = {*_INLINE.findall(text), *(one for block in blocks for one in _FENCED.findall(block))}
    return {one.strip() for one in found}


COMMANDS = sorted(set().union(*(_commands(each.read_text("utf-8")) for each in DOCUMENTS)))


def _resolved(words: list[str]) -> tuple[Any, list[str]]:
    """Return the command that the first words name, and the words behind it."""
    command: Any = typer.main.get_command(app)
    while words and hasattr(command, "commands") and words[0] in command.commands:
        command, words = command.commands[words[0]], words[1:]
    return command, words


def test_the_documents_tell_of_commands() -> None:
    assert len(COMMANDS) > 60


@pytest.mark.parametrize("written", COMMANDS)
def test_a_command_of_the_documents_exists_with_its_options(written: str) -> None:
    alternatives = written.split("|", maxsplit=1)[0].split()
    command, rest = _resolved(alternatives)

    assert command.name or alternatives == rest, written
    is_group = hasattr(command, "commands")
    assert not (is_group and rest and _WORD.fullmatch(rest[0])), f"no such command: {written}"
    options = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
    given = {word.partition("=")[0] for word in rest if word.startswith("--")}
    assert given <= options, f"no such option: {written}"
    needed = [each for each in command.params if each.required and each.opts[0].startswith("--")]
    if given - {"--help"}:
        assert all(given & {*each.opts} for each in needed), f"an option is missing: {written}"


def test_lines_findings_and_events_of_the_runbook_are_written_somewhere() -> None:
    source = "\n".join(
        path.read_text("utf-8")
        for folder in ("service", "domain")
        for path in (ROOT / folder).rglob("*.py")
    )

    named = set(_LINE.findall(OPERATIONS))

    assert len(named) >= 8
    assert {name for name in named if f'"{name}"' not in source} == set()


def test_settings_of_the_runbook_exist() -> None:
    named = {name.lower() for name in _SETTING.findall(OPERATIONS)}

    assert named - set(Settings.model_fields) == set()
