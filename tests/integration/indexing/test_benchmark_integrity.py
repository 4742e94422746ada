"""The gallery benchmark finds the faults it plants, and reports them in its result."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.integrity import KINDS, integrity_tables, main


def test_what_is_planted_is_found_again_without_false_alarms(tmp_path: Path) -> None:
    target = tmp_path / "integrity.json"

    code = main(["--persons", "900", "--planted", "20", "--json", str(target)])

    result = json.loads(target.read_text())
    rows = {row["kind"]: row for row in result["rows"]}
    assert code == 0
    assert set(rows) == {kind.name for kind in KINDS}
    assert rows["plain"]["duplicate_recall"] == 1.0
    assert rows["plain"]["swap_recall"] >= 0.8
    assert (result["false_duplicates"], result["false_swaps"]) == (0, 0)
    assert "| plain | 100.0% |" in integrity_tables(result)
