"""The section of the service benchmark in docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.markdown import table

_HEAD = (
    "database",
    "search",
    "clients",
    "processes",
    "searches/s",
    "in process/s",
    "ratio",
    "p50/p99 ms",
    "errors",
    "server's cores",
)

_BATCH_HEAD = (
    "database",
    "batch",
    "workers",
    "batch/s",
    "interactive/s",
    "ratio",
    "p50 and p99 ms without the batch",
    "beside it",
    "errors",
)


def service_lines(result: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return the header and a line for each row of a result."""
    return [_HEAD, *(_line(row) for row in result["rows"])]


def stage_lines(result: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return p50 and p99 of each stage, a line for each row and a column for each stage."""
    names = list(dict.fromkeys(stage for row in result["rows"] for stage in row["stages"]))
    return [
        ("p50/p99 ms by stage", "search", "processes", *names),
        *(
            (row["database"], row["search"], _processes(row), *_stages(row, names))
            for row in result["rows"]
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


def batch_lines(result: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return the header and a line for each batch; empty if there was none."""
    rows = result.get("batches", ())
    return [_BATCH_HEAD, *(_batch_line(row) for row in rows)] if rows else []


def _batch_line(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        row["database"],
        f"{row['batch_searches']:,} ({row['batch_not_done']} not done)",
        str(row["workers"]),
        f"{row['batch_searches_per_second']:.1f}",
        f"{row['interactive_searches_per_second']:.1f}",
        f"{row['ratio']:.2f}",
        f"{row['interactive_p50_idle_ms']:.0f} and {row['interactive_p99_idle_ms']:.0f}",
        f"{row['interactive_p50_beside_ms']:.0f} and {row['interactive_p99_beside_ms']:.0f}",
        str(row["interactive_idle_errors"] + row["interactive_beside_errors"]),
    )


def _stages(row: Mapping[str, Any], names: Sequence[str]) -> Iterator[str]:
    for name in names:
        times = row["stages"].get(name)
        yield f"{times['p50_ms']:.1f}/{times['p99_ms']:.1f}" if times else "-"


def _processes(row: Mapping[str, Any]) -> str:
    """Return the number of serving processes, which older results do not name."""
    return str(row.get("processes", 1))


def _line(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        row["database"],
        row["search"],
        str(row["clients"]),
        _processes(row),
        f"{row['searches_per_second']:.1f}",
        f"{row['in_process_per_second']:.1f} ({row['in_process_threads']} threads)",
        f"{row['ratio']:.2f}",
        f"{row['p50_ms']:.0f}/{row['p99_ms']:.0f}",
        str(row["errors"]),
        f"{row['server_cpu_share']:.2f}",
    )


def rates_table(result: Mapping[str, Any]) -> str:
    """Return the rates of the service alone."""
    header, *lines = service_lines(result)
    return f"{result['persons']:,} people.\n\n{table(header, lines)}"


def service_tables(result: Mapping[str, Any]) -> str:
    """Return what was served beside what one process does, by stage, and memory if watched."""
    header, *lines = service_lines(result)
    stage_header, *stages = stage_lines(result)
    batch_header, *batches = batch_lines(result) or [()]
    parts = [
        f"{result['persons']:,} people.",
        table(header, lines),
        table(stage_header, stages),
        table(batch_header, batches) if batches else "",
        "\n".join(memory_sentences(result)),
    ]
    return "\n\n".join(filter(None, parts))


def memory_table(result: Mapping[str, Any]) -> str:
    """Return the size of the store and the memory of the server, without the rates."""
    return "\n\n".join([f"{result['persons']:,} people.", "\n".join(memory_sentences(result))])
