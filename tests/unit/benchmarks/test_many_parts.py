"""A gallery of simulated hosts is asked, answers from its record, and finds the person sought."""

from __future__ import annotations

from pathlib import Path

from benchmarks.many_parts import ManyPartsOptions, many_parts_table, measured


def test_each_host_answers_and_the_person_sought_is_found(tmp_path: Path) -> None:
    options = ManyPartsOptions(persons=1_500, parts=5, queries=4, directory=tmp_path)

    found = measured(options)

    tenprint, mark = found["rows"]
    assert tenprint["listed"] == tenprint["searches"] == 4
    for row in (tenprint, mark):
        # Every host is asked once at least, and at most in every round.
        assert 5 <= row["messages"] <= 5 * row["rounds"]
        assert row["p99_ms"] >= row["p50_ms"] > row["joining_p50_ms"] > 0
        assert row["peak_mb"] > 0
    assert "5 simulated hosts of 1,500 people" in many_parts_table(found)
