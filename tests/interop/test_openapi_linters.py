"""Linters of others find no error in the OpenAPI document."""

from __future__ import annotations

import subprocess
from pathlib import Path

import httpx2
import pytest

from tests.integration.http.server import serving
from tests.interop.counterparts import program


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("document")
    with serving(directory) as served:
        found = httpx2.get(f"http://127.0.0.1:{served.port}/openapi.json", timeout=60).content
    (directory / "openapi.json").write_bytes(found)
    (directory / ".spectral.yaml").write_text('extends: ["spectral:oas"]\n')
    return directory / "openapi.json"


@pytest.mark.parametrize(
    ("name", "options"),
    [("spectral", ("--ruleset", ".spectral.yaml", "--fail-severity", "warn")), ("redocly", ())],
)
def test_a_linter_finds_nothing(document: Path, name: str, options: tuple[str, ...]) -> None:
    done = subprocess.run(  # noqa: S603 - a program that `program` found
        [program(name), "lint", document.name, *options],
        cwd=document.parent,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "You have" not in done.stderr, done.stderr
