"""The section of docs/benchmarks.md on the pages of the workbench."""

from __future__ import annotations

from typing import Any

from benchmarks.markdown import table

_HEADER = ("page", "CPU p50 ms", "p95 ms", "limit of p95 ms")


def workbench_table(result: dict[str, Any]) -> str:
    """Return a row for each page: elapsed and processor time of the server."""
    return _pages(result, result["pages"])


def slow_pages_table(result: dict[str, Any]) -> str:
    """Return the rows of the queue and of the pages that miss their limit."""
    pages = result["pages"]
    shown = [one for one in pages if one["page"] == "queue" or one["p95_ms"] > one["limit_ms"]]
    held = len(pages) - len(shown)
    return f"{_pages(result, shown)}\n\nThe other {held} of {len(pages)} pages hold their limits."


def _pages(result: dict[str, Any], pages: list[dict[str, Any]]) -> str:
    head = (
        f"{result['persons']:,} people, {result['cases']:,} cases, {result['database']};"
        f" {result['requests']} requests of each page after the first two."
    )
    cells = [
        (
            page["page"],
            *(f"{page[name]:.1f}" for name in ("cpu_p50_ms", "p95_ms")),
            f"{page['limit_ms']:.0f}",
        )
        for page in pages
    ]
    return f"{head}\n\n{table(_HEADER, cells)}"
