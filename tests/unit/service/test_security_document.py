from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SECURITY = (ROOT / "docs" / "security.md").read_text("utf-8")
OPERATIONS = "\n".join(
    (ROOT / "docs" / f"{name}.md").read_text("utf-8")
    for name in ("operations", "installing", "signing-in")
)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(tests/[\w/.]+\.py)`", SECURITY))))
def test_every_test_that_the_document_names_is_there(name: str) -> None:
    assert (ROOT / name).exists()


def test_every_threat_names_a_test() -> None:
    table = SECURITY.split("## OWASP", maxsplit=1)[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]

    assert rows
    assert [row for row in rows if "`tests/" not in row] == []


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
