from __future__ import annotations

from typing import Any

from benchmarks.serving.report import served_tables

MEMORY = {"pss_mb": 270.4, "anonymous_mb": 210.0, "rss_mb": 300.0}


def row(code: str, cpu_ms: float, **others: Any) -> dict[str, Any]:
    return {
        "database": "sqlite",
        "search": "TP/TP",
        "code": code,
        "cpu_ms": cpu_ms,
        "database_cpu_ms": 0.0,
        "per_second": 0.0,
        "stages": {"token": 0.5, "rest": cpu_ms - 0.5},
        "memory": MEMORY,
        **others,
    }


def result(*rows: dict[str, Any], against: str = "") -> dict[str, Any]:
    return {"persons": 20_000, "against": against, "rows": list(rows)}


def test_a_call_stands_beside_the_same_call_of_the_other_code() -> None:
    own = row("here", 12.0, cpu_ratio=0.6, round_ratios=[0.55, 0.63], per_second=50.0)
    own |= {"per_second_ratio": 1.5}

    text = served_tables(result(own, row("other", 20.0, per_second=33.4), against="0070aec"))

    assert text.startswith("20,000 people, guard of probes on, beside the code of 0070aec.")
    assert "| sqlite | TP/TP | 12.0/20.0 | 0.0/0.0 | 0.60 | 0.55 to 0.63 | 50/33 | 1.50 |" in text
    assert "| rest | 11.50/19.50 |" in text
    assert "sqlite, other: 270 MB, of it 210 MB of its own" in text


def test_one_code_alone_has_no_ratios() -> None:
    text = served_tables(result(row("here", 12.0)))

    assert "| sqlite | TP/TP | 12.0 | 0.0 | - | - | - | - |" in text
    assert "beside" not in text


def test_a_stage_that_only_one_code_has_is_marked() -> None:
    own = row("here", 12.0) | {"stages": {"token": 0.5, "guard of probes": 1.0}}

    text = served_tables(result(own, row("other", 20.0)))

    assert "| guard of probes | 1.00/- |" in text
    assert "| rest | -/19.50 |" in text
