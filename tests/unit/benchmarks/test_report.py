from __future__ import annotations

from benchmarks.serving.report import service_tables

ROW = {
    "database": "postgresql",
    "search": "TP/TP",
    "clients": 8,
    "processes": 2,
    "searches_per_second": 41.25,
    "in_process_per_second": 60.0,
    "in_process_threads": 1,
    "ratio": 0.6875,
    "p50_ms": 184.2,
    "p99_ms": 239.4,
    "errors": 0,
    "server_cpu_share": 1.05,
    "stages": {"scoring": {"p50_ms": 5.31, "p99_ms": 11.0}},
}
MEMORY = {"searches": 200, "samples": [(0, 150_000_000), (200, 151_000_000)]}


def test_the_service_has_a_line_for_each_row_and_a_column_for_each_stage() -> None:
    text = service_tables({"persons": 100_000, "rows": [ROW]})

    assert text.startswith("100,000 people.")
    assert (
        "| postgresql | TP/TP | 8 | 2 | 41.2 | 60.0 (1 threads) | 0.69 | 184/239 | 0 | 1.05 |"
        in text
    )
    assert "| p50/p99 ms by stage | search | processes | scoring |" in text
    assert "| postgresql | TP/TP | 2 | 5.3/11.0 |" in text
    assert "private memory" not in text


def test_memory_is_told_where_it_was_watched() -> None:
    held = {"postgresql": {**MEMORY, "slope_bytes_per_search": 12.4}}

    text = service_tables({"persons": 100_000, "rows": [ROW], "memory": held})

    assert "- postgresql: 200 searches, private memory 150 MB before and 151 MB after" in text
    assert "12 bytes a search" in text


BATCH = {
    "database": "sqlite",
    "batch_searches": 10_000,
    "batch_not_done": 0,
    "workers": 2,
    "batch_searches_per_second": 48.04,
    "interactive_searches_per_second": 50.0,
    "ratio": 0.9608,
    "interactive_p50_idle_ms": 21.4,
    "interactive_p99_idle_ms": 40.2,
    "interactive_p50_beside_ms": 25.6,
    "interactive_p99_beside_ms": 71.9,
    "interactive_idle_errors": 0,
    "interactive_beside_errors": 1,
}


def test_a_batch_stands_beside_what_interactive_callers_get() -> None:
    text = service_tables({"persons": 100_000, "rows": [ROW], "batches": [BATCH]})

    assert (
        "| sqlite | 10,000 (0 not done) | 2 | 48.0 | 50.0 | 0.96 | 21 and 40 | 26 and 72 | 1 |"
        in text
    )
