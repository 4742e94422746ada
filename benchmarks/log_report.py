"""The section of docs/benchmarks.md on the log: cost, proofs, verification."""

from __future__ import annotations

from typing import Any

from benchmarks.markdown import table


def log_table(result: dict[str, Any]) -> str:
    """Return a row for each figure, with its floor where there is one."""
    proofs, size = result["proofs"], result["bytes_per_event"]
    rows = [
        *_costs(result["use_cases"]),
        ("appending alone, events a second", f"{result['append']['events_per_second']:,.0f}", ""),
        ("inclusion proof, made and verified, p50 ms", f"{proofs['together_ms_p50']:.2f}", "< 1"),
        ("the same, p99 ms", f"{proofs['together_ms_p99']:.2f}", ""),
        ("verification of the live store, CPU s", *_verified(result["verify_store"])),
        ("verification of the bundle, CPU s", *_verified(result["verify_bundle"])),
        ("bytes an event in the database", f"{size['database']:.0f}", ""),
        ("bytes an event in the bundle", f"{size['bundle']:.0f}", ""),
    ]
    head = f"{result['events']:,} events; {result['persons']:,} people enrolled before."
    return f"{head}\n\n{table(('figure', 'measured', 'floor'), rows)}"


def _verified(times: dict[str, float]) -> tuple[str, str]:
    return f"{times['processor_seconds']:.1f} ({times['wall_seconds']:.1f} elapsed)", "< 60"


def _costs(use_cases: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return the log's share of each use case that was run with and without it."""
    measured = {name: one for name, one in use_cases.items() if isinstance(one, dict)}
    return [
        (
            f"throughput (processor time) of {name} lost to the log",
            f"{one['throughput_lost']:.1%} ({one['processor_time_lost']:.1%})",
            "< 20 %",
        )
        for name, one in measured.items()
    ]
