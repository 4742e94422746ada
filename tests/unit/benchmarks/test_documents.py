"""docs/benchmarks.md and docs/evaluation*.md hold the tables of the committed results."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.report import benchmarks_text, evaluation_text

ROOT = Path(__file__).parents[3]
RESULTS = ROOT / "benchmarks" / "results"


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("benchmarks", benchmarks_text),
        ("evaluation", evaluation_text),
        ("evaluation-names", evaluation_text),
    ],
)
def test_the_tables_are_those_of_the_committed_results(
    name: str, made: Callable[[str, Path], tuple[str, list[str]]]
) -> None:
    text = (ROOT / "docs" / f"{name}.md").read_text("utf-8")

    assert made(text, RESULTS) == (text, [])
