"""The report of advisories: found, none, and "could not look" are three different answers."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def advisories() -> ModuleType:
    path = Path(__file__).parents[3] / ".ci" / "advisories.py"
    spec = importlib.util.spec_from_file_location("advisories", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CLEAN = {"name": "one", "version": "1.0", "vulns": []}
SKIPPED = {"name": "two", "skip_reason": "not found"}
FAULTY = {
    "name": "three",
    "version": "3.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["3.1"], "aliases": []}],
}


@pytest.mark.parametrize(
    ("dependencies", "code", "said"),
    [
        ([CLEAN], 0, "1 dependencies looked up."),
        ([CLEAN, SKIPPED], 3, "1 of 2 dependencies could not be looked up"),
        ([SKIPPED], 3, "0 dependencies looked up."),
        ([CLEAN, FAULTY], 1, "three 3.0: PYSEC-1, mended in 3.1"),
        ([FAULTY, SKIPPED], 1, "could not be looked up"),
        ([], 3, "0 of 0"),
    ],
)
def test_the_three_answers(
    advisories: ModuleType,
    capsys: pytest.CaptureFixture[str],
    dependencies: list[object],
    code: int,
    said: str,
) -> None:
    assert advisories.run(json.dumps({"dependencies": dependencies})) == code
    assert said in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "nonsense", "[]", "{}"])
def test_no_report_is_no_all_clear(advisories: ModuleType, text: str) -> None:
    assert advisories.run(text) == 3
