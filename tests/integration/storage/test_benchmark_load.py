"""The benchmark of bulk loading kills its loader, resumes it, and finds each person once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.load import load_table, main


@pytest.mark.parametrize(("fixture", "workers"), [("sqlite_url", 1), ("postgres_url", 3)])
@pytest.mark.dear("kills a load of many people again and again")
def test_a_load_that_is_killed_and_resumed_holds_everybody_once(
    fixture: str, workers: int, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = str(request.getfixturevalue(fixture))
    target = tmp_path / "load.json"
    size = ["--persons", "400", "--chunk", "10", "--kill-at", "0.1", "--floor", "0"]
    place = ["--database-url", url, "--directory", str(tmp_path), "--workers", str(workers)]

    code = main([*size, *place, "--json", str(target)])

    result = json.loads(target.read_text())
    assert code == 0
    assert result["persons_held"] == 400
    assert result["captures_held"] == result["indexed"] >= 400
    assert result["runs"][0]["was_killed"]
    assert 40 <= result["runs"][0]["persons"] < 400
    assert result["runs"][-1]["persons"] == 400
    assert result["events"] >= 400 // 10
    assert result["peak_private_bytes"] > 0
    assert "| killed |" in load_table(result)
