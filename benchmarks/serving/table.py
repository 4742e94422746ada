"""The final output of `python -m benchmarks service`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.serving.report import batch_sentences, memory_sentences

_COLUMNS: tuple[tuple[str, str, Callable[[Mapping[str, Any]], str]], ...] = (
    ("database", "<12", lambda row: row["database"]),
    ("search", "<8", lambda row: row["search"]),
    ("processes", ">9", lambda row: str(row["processes"])),
    ("served/s", ">10", lambda row: f"{row['searches_per_second']:.1f}"),
    ("process/s", ">10", lambda row: f"{row['in_process_per_second']:.1f}"),
    ("ratio", ">7", lambda row: f"{row['ratio']:.2f}"),
    ("p50 ms", ">9", lambda row: f"{row['p50_ms']:.1f}"),
    ("p99 ms", ">9", lambda row: f"{row['p99_ms']:.1f}"),
    ("errors", ">8", lambda row: str(row["errors"])),
)


def show(result: Mapping[str, Any]) -> None:
    """Print a line for each row, then sentences, then the stages of each row."""
    print(f"{result['persons']:,} people, load average before {result['load_before']:.1f}\n")
    print("".join(f"{name:{width}}" for name, width, _ in _COLUMNS))
    for row in result["rows"]:
        print("".join(f"{show(row):{width}}" for _, width, show in _COLUMNS))
    for sentence in [*memory_sentences(result), *batch_sentences(result)]:
        print(f"\n{sentence}")
    for row in result["rows"]:
        print(f"\n{row['database']}, {row['search']}, {row['processes']} processes:", end="")
        print(" p50 and p99 by stage, ms")
        for stage, times in row["stages"].items():
            print(f"  {stage:<20}{times['p50_ms']:>9.2f}{times['p99_ms']:>9.2f}")
