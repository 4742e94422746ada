"""The section of docs/benchmarks.md on the pages of the workbench."""

from __future__ import annotations

from typing import Any


def workbench_table(result: dict[str, Any]) -> str:
    """Return a row for each page: elapsed and processor time of the server."""
    head = (
        f"{result['persons']:,} people, {result['cases']:,} cases, {result['database']};"
        f" {result['requests']} requests of each page after the first two. Elapsed time is that of"
        " one core, shared with whatever else the machine did.\n"
    )
    rows = [
        "| Page | CPU p50, ms | elapsed p50, ms | p95, ms | first, ms | limit of p95, ms |",
        "| --- | --- | --- | --- | --- | --- |",
        *(
            f"| {page['page']} | {page['cpu_p50_ms']:.1f} | {page['p50_ms']:.1f} |"
            f" {page['p95_ms']:.1f} | {page['first_ms']:.1f} | {page['limit_ms']:.0f} |"
            for page in result["pages"]
        ),
    ]
    return "\n".join([head, *rows])
