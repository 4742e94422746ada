"""The section of the service benchmark in docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_HEAD = (
    "database",
    "search",
    "clients",
    "searches/s",
    "in process/s",
    "ratio",
    "p50 ms",
    "p99 ms",
    "errors",
    "server's cores",
)


def service_lines(result: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return the header and a line for each row of a result."""
    return [_HEAD, *(_line(row) for row in result["rows"])]


def stage_lines(result: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return p50 and p99 by stage, a line for each stage of each row."""
    return [
        ("database", "search", "stage", "p50 ms", "p99 ms"),
        *(
            (
                row["database"],
                row["search"],
                stage,
                f"{times['p50_ms']:.1f}",
                f"{times['p99_ms']:.1f}",
            )
            for row in result["rows"]
            for stage, times in row["stages"].items()
        ),
    ]


def memory_sentences(result: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each database whose memory was watched."""
    return [
        f"- {database}: {held['searches']:,} searches, private memory"
        f" {held['samples'][0][1] / 1e6:.0f} MB before and {held['samples'][-1][1] / 1e6:.0f} MB"
        f" after; {held['slope_bytes_per_search']:.0f} bytes a search by the line through the"
        " samples."
        for database, held in result.get("memory", {}).items()
    ]


def _line(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        row["database"],
        row["search"],
        str(row["clients"]),
        f"{row['searches_per_second']:.1f}",
        f"{row['in_process_per_second']:.1f} ({row['in_process_threads']} threads)",
        f"{row['ratio']:.2f}",
        f"{row['p50_ms']:.0f}",
        f"{row['p99_ms']:.0f}",
        str(row["errors"]),
        f"{row['server_cpu_share']:.2f}",
    )
