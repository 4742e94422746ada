"""The benchmark of the pages: it serves every page, reports slow ones, and has a table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import workbench
from benchmarks.workbench import workbench_table

PAGE = {
    "page": "queue",
    "limit_ms": 150.0,
    "first_ms": 20.0,
    "p50_ms": 12.0,
    "p95_ms": 18.04,
    "cpu_p50_ms": 9.06,
}
RESULT = {"persons": 20_000, "cases": 5_000, "requests": 40, "database": "SQLite", "pages": [PAGE]}


def test_the_table_has_a_row_for_each_page() -> None:
    table = workbench_table(RESULT)

    assert "20,000 people, 5,000 cases, SQLite" in table
    assert "| queue | 9.1 | 18.0 | 150 |" in table


@pytest.mark.slow
def test_a_small_run_serves_every_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "workbench.json"
    monkeypatch.setattr(workbench, "LIMIT_MS", 0.0)

    status = workbench.main(
        ["--persons", "200", "--cases", "60", "--requests", "2", "--json", str(path)]
    )

    pages = {page["page"]: page for page in json.loads(path.read_text())["pages"]}
    assert status == 1
    assert "over 0 ms" in capsys.readouterr().out
    assert {"queue", "comparison", "comparison with both prints", "statistics"} <= pages.keys()
    assert pages["comparison with both prints"]["limit_ms"] == workbench.BOTH_PRINTS_LIMIT_MS
    assert all(0 < page["p50_ms"] <= page["p95_ms"] for page in pages.values())
