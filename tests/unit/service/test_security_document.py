from __future__ import annotations

import re
from pathlib import Path

import pytest

from domain.access.access import SHARED_DECISIONS

ROOT = Path(__file__).parents[3]
SECURITY = (ROOT / "docs" / "security.md").read_text("utf-8")
OPERATIONS = "\n".join(
    (ROOT / "docs" / f"{name}.md").read_text("utf-8")
    for name in ("operations", "installing", "signing-in")
)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([\w/.]+\.py)`", SECURITY))))
def test_every_test_that_the_document_names_is_there(name: str) -> None:
    assert (ROOT / name).exists()
    text, is_test = (ROOT / name).read_text("utf-8"), Path(name).name.startswith("test_")
    assert is_test == bool(re.search(r"^def test_", text, re.MULTILINE))


@pytest.mark.parametrize("part", ["# Security", "## What insiders can do"])
def test_every_threat_names_a_test(part: str) -> None:
    rows = _rows(part)

    assert rows
    assert [row for row in rows if "`tests/" not in row] == []


def test_every_decision_of_two_people_is_told_with_its_parts() -> None:
    told = [
        f"| {one.name} | {', '.join(f'`{part.value}`' for part in one.parts)} |"
        for one in SHARED_DECISIONS
    ]

    *decisions, accounts = _rows("## Decisions that take two people")

    assert decisions == told
    assert "two administrators" in accounts


def _rows(part: str) -> list[str]:
    """Return the rows of the table of a part, without its head."""
    _, _, after = SECURITY.partition(f"{part}\n")
    text = after.partition("\n## ")[0]
    return [line for line in text.splitlines() if line.startswith("| ")][1:]


@pytest.mark.parametrize("name", sorted(set(re.findall(r"IDENTLINK_[A-Z_]+", OPERATIONS))))
def test_every_setting_that_operators_are_told_of_exists(name: str) -> None:
    configuration = (ROOT / "docs" / "configuration.md").read_text("utf-8")

    assert f"`{name}`" in configuration


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(deploy/[\w@./]+)`", OPERATIONS))))
def test_every_file_of_a_deployment_is_there(name: str) -> None:
    assert (ROOT / name).exists()


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`identlink_(\w+)`", OPERATIONS))))
def test_every_figure_that_operators_are_told_of_is_exposed(name: str) -> None:
    source = (ROOT / "service" / "api" / "metrics.py").read_text("utf-8")

    assert name in source
