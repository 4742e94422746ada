"""Facts that the code decides: no sentence of a document states one of them otherwise.

Tables of settings, calls, problems, events, scoring, requests and migrations are written by
commands. What sentences say beside a name is compared here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.access.access import Role, Scope
from service.api.problems import PROBLEM_TYPES
from service.cli.refusals import OUTAGE_CODES
from service.settings import ENVIRONMENT_PREFIX, Settings
from tests.unit.service.migrations import DOCUMENT, row_of, with_table

ROOT = Path(__file__).parents[3]
DOCUMENTS = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")} - {ROOT / "CHANGELOG.md"})
"""All but the history of changes, which tells what was so once."""
_NUMBER = r"(\d[\d,]*(?:\.\d+)?)"
_SETTING = rf"`{ENVIRONMENT_PREFIX}(?!PUBLIC_PAGES_)([A-Z_]+)`"
_DEFAULTS = (
    re.compile(rf"{_SETTING} \({_NUMBER}\b"),
    re.compile(rf"{_SETTING}, (?:by default )?{_NUMBER}\)"),
)
_DEFAULT_BEFORE = re.compile(rf"\b{_NUMBER} \w+ \({_SETTING}")
_EXITS = re.compile(r"exit codes? (\d+)(?: (?:or|and|to) (\d+))?")
_STATUS = re.compile(r"\b([45]\d\d) `([a-z]+(?:-[a-z]+)*)`")
_ROLE = re.compile(r"(?:--role[ =]|\brole `)([a-z]+(?:[- ][a-z]+)*)")
_SCOPE = re.compile(r"scopes? `([a-z-]+:[a-z-]+)`")
_COUNT = re.compile(r"\b\d+ (?:settings|roles|scopes|problem types|kinds of event|exit codes)\b")
_STATUSES = {kind.code: kind.status for kind in PROBLEM_TYPES.values()}
_ROLES = {role.value for role in Role} | {role.value.replace(" ", "-") for role in Role}
_SCOPES = {scope.value for scope in Scope}


def contradictions(text: str) -> Iterator[str]:
    """Yield what a text says of a fact that is not so, or that nobody would keep up to date."""
    stated = [found for pattern in _DEFAULTS for found in pattern.findall(text)]
    stated += [(name, number) for number, name in _DEFAULT_BEFORE.findall(text)]
    for name, number in stated:
        field = Settings.model_fields[name.lower()]
        if float(number.replace(",", "")) != field.default:
            yield f"{name}: {number}, not {field.default}"
    known = {0, 1, 2, 3, *OUTAGE_CODES.values()}
    codes = [int(code) for found in _EXITS.findall(text) for code in found if code]
    yield from (f"exit code {code}" for code in codes if code not in known)
    for status, code in _STATUS.findall(text):
        if int(status) != _STATUSES.get(code):
            yield f"{code}: {status}, not {_STATUSES.get(code)}"
    yield from (f"role {name}" for name in _ROLE.findall(text) if name not in _ROLES)
    yield from (f"scope {name}" for name in _SCOPE.findall(text) if name not in _SCOPES)
    yield from _COUNT.findall(text)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_sentence_contradicts_the_code(path: Path) -> None:
    assert list(contradictions(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Prints wait (`IDENTLINK_TENPRINT_EXEMPLARS`, 7).",
        "It waits `IDENTLINK_ERASURE_WAIT_HOURS` (71).",
        "Within 71 hours (`IDENTLINK_ERASURE_WAIT_HOURS`).",
        "It ends with exit code 29.",
        "It ends with exit code 16 or 99.",
        "The answer is 500 `store-locked`.",
        "The answer is 503 `no-such-problem`.",
        "`identlink token issue --role boss`",
        "The scope `records:paint` is needed.",
        "There are 75 settings.",
    ],
)
def test_a_sentence_that_contradicts_the_code_is_found(sentence: str) -> None:
    assert len(list(contradictions(sentence))) == 1


def test_the_table_of_migrations_is_that_of_the_code() -> None:
    text = DOCUMENT.read_text("utf-8")

    assert with_table(text) == text, "write it by `python -m tests.unit.service.migrations`"


@pytest.mark.parametrize(
    ("step", "touched"),
    [
        ('op.create_index("ix", "cases", ["at"])', "cases"),
        ('op.drop_column("cases", "at")', "cases"),
        ('op.execute("UPDATE cases SET at = 1")', "cases"),
        ('op.create_table("new")\nop.create_index("ix", "new", ["at"])', "no"),
        ('op.add_column("cases", column)', "no"),
        ('op.add_column("cases", sa.Column("at", sa.Date))', "no"),
        ('op.add_column("cases", sa.Column("at", sa.Date, nullable=False))', "cases"),
        ('op.add_column("cases", sa.Column("n", nullable=False, server_default="1"))', "no"),
    ],
)
def test_a_step_that_blocks_or_rewrites_a_table_in_use_is_named(step: str, touched: str) -> None:
    assert row_of(f'"""Why."""\n{step}', "0099").endswith(f"| {touched} |")


def test_servers_of_the_release_before_go_on_after_each_step_or_the_operator_is_told() -> None:
    asked, _, steps = DOCUMENT.read_text("utf-8").partition("<!-- migrations: begin -->")
    rows = [line.split("|") for line in steps.splitlines() if line.startswith("| 00")]

    stopping = {row[1].strip() for row in rows if row[-2].strip() != "no"}

    assert rows
    assert all(f"\n| {number} |" in asked for number in stopping)
