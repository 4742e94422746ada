"""docs/benchmarks.md and docs/evaluation*.md hold the tables of the committed results."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.report import filled_text

ROOT = Path(__file__).parents[3]
RESULTS = ROOT / "benchmarks" / "results"


@pytest.mark.parametrize("name", ["benchmarks", "evaluation", "evaluation-names"])
def test_the_tables_are_those_of_the_committed_results(name: str) -> None:
    text = (ROOT / "docs" / f"{name}.md").read_text("utf-8")

    assert filled_text(text, RESULTS) == (text, [])
