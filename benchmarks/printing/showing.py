"""The tables that `python -m benchmarks prints` prints."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from benchmarks.runner import Result, rows_table


def shown(result: Result) -> str:
    """Return the tables of a result, one for each extractor."""
    by_extractor = groupby(result["rows"], key=lambda row: row["extractor"])
    costs = result["cpu_ms_each"].values()
    parts = [
        _of_extractor(list(rows), spent, result["instead"])
        for (_, rows), spent in zip(by_extractor, costs, strict=True)
    ]
    return "\n\n".join(parts)


def _of_extractor(rows: Sequence[dict[str, Any]], costs: dict[str, float], kind: str) -> str:
    last = rows[-1]
    told = [rows_table(f"prints: {kind}" if kind else "prints", rows)]
    if kind == "marks":
        told.append(f"gallery: {last['gallery']:,} fingers by {last['extractor']}")
    if not kind:
        shares = ", ".join(f"{n}: {one['rank1']:.3f}" for n, one in last["joined"].items())
        told += [
            f"gallery: {last['gallery']:,} fingers; parts of 1, in brackets 95 % intervals",
            f"first among persons, by vectors of so many fingers: {shares}",
        ]
    spent = ", ".join(f"{step} {ms:.2f}" for step, ms in costs.items())
    return "\n".join([*told, f"processor time each, ms: {spent}"])
